package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/stock"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The outcomes of a fetch.
const (
	failed  = "an error"
	fetched = "a flow"
	empty   = "an empty flow, no error"
	nothing = "no flow, no error"
)

func outcome[T any](flow *T, err error) string {
	switch {
	case err != nil:
		return failed
	case flow == nil:
		return nothing
	case reflect.ValueOf(*flow).IsZero():
		return empty
	}
	return fetched
}

type script = flexflowtest.Script

// page responds with a page, as a proxy does.
func page(s *script) *script { return s.Body([]byte("<html>")).Header("Content-Type", "text/html") }

// TestComparison checks rows of the comparison in README.md.
func TestComparison(t *testing.T) {
	t.Parallel()
	const sid, other = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
	body := func(text string) func(*script) {
		return func(s *script) { s.Body([]byte(text)) }
	}
	long := strings.Repeat("x", 2<<20)
	for name, test := range map[string]struct {
		response                    func(*script)
		flexflow, twilio, generated string
	}{
		"a flow": {func(s *script) { s.Succeed() }, fetched, fetched, fetched},

		"a value outside its enumeration": {func(s *script) { s.Violate("/channel_type") }, failed, fetched, fetched},
		"a SID of the wrong form":         {func(s *script) { s.Violate("/account_sid") }, failed, fetched, fetched},
		"a value that is not a URL":       {func(s *script) { s.Violate("/url") }, failed, fetched, fetched},

		"another flow":             {body(`{"sid": "` + other + `"}`), failed, fetched, fetched},
		"a name in the wrong case": {body(`{"SID": "none"}`), empty, fetched, fetched},
		"data after the flow":      {body(`{"sid": "` + sid + `"} {}`), failed, fetched, failed},
		"a body of 2 MiB":          {body(`{"friendly_name": "` + long + `"}`), failed, fetched, fetched},

		"a page with status 200":       {func(s *script) { page(s) }, failed, failed, nothing},
		"a flow with the type of HTML": {func(s *script) { s.Header("Content-Type", "text/html") }, failed, fetched, nothing},
		"301 with an empty object":     {func(s *script) { s.Status(301).Body([]byte("{}")) }, failed, empty, nothing},
		"a redirect to another flow": {func(s *script) {
			s.Status(302).Header("Location", "/v1/FlexFlows/"+other)
		}, failed, empty, fetched},
		"an error page": {func(s *script) { page(s.Status(404)) }, failed, failed, nothing},
		"404":           {func(s *script) { s.Status(404) }, failed, failed, nothing},

		"503, then a flow":              {func(s *script) { s.Status(503).RetryAfter(0) }, fetched, failed, nothing},
		"a truncated body, then a flow": {func(s *script) { s.Truncate() }, fetched, failed, failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newFakeAPI()
			defer api.Close()

			test.response(api.On(sid))
			if got := outcome(api.client().FetchFlexFlow(t.Context(), sid)); got != test.flexflow {
				t.Errorf("flexflow gives %s, want %s", got, test.flexflow)
			}
			test.response(api.On(sid))
			if got := outcome(api.twilio().FlexV1.FetchFlexFlow(sid)); got != test.twilio {
				t.Errorf("twilio-go gives %s, want %s", got, test.twilio)
			}
			test.response(api.On(sid))
			if got := outcome(fetchGenerated(t.Context(), api.URL, sid)); got != test.generated {
				t.Errorf("the generated client gives %s, want %s", got, test.generated)
			}
		})
	}
}

func fetchGenerated(ctx context.Context, baseURL, sid string) (*stock.FlexFlow, error) {
	authorize := func(_ context.Context, r *http.Request) error {
		r.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
		return nil
	}
	client, err := stock.NewClientWithResponses(baseURL, stock.WithRequestEditorFn(authorize))
	if err != nil {
		return nil, err
	}
	resp, err := client.FetchFlexFlowWithResponse(ctx, sid)
	if err != nil {
		return nil, err
	}
	return resp.JSON200, nil
}

func TestComparison_malformedSID(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fetch func(api fakeAPI)
		sent  int
	}{
		"flexflow":             {func(api fakeAPI) { api.client().FetchFlexFlow(t.Context(), "..") }, 0},
		"twilio-go":            {func(api fakeAPI) { api.twilio().FlexV1.FetchFlexFlow("..") }, 1},
		"the generated client": {func(api fakeAPI) { fetchGenerated(t.Context(), api.URL, "..") }, 1},
	} {
		api := newFakeAPI()
		defer api.Close()
		if test.fetch(api); len(api.Requests()) != test.sent {
			t.Errorf("%s sends %d requests, want %d", name, len(api.Requests()), test.sent)
		}
	}
}

func TestComparison_errorPage(t *testing.T) {
	t.Parallel()
	const sid = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"
	api := newFakeAPI()
	defer api.Close()
	page(api.On(sid).Status(404)).Times(2)

	var typed *twilioclient.TwilioRestError
	if _, err := api.twilio().FlexV1.FetchFlexFlow(sid); errors.As(err, &typed) || !strings.Contains(err.Error(), "404") {
		t.Errorf("twilio-go: %v", err)
	}
	if _, err := api.client().FetchFlexFlow(t.Context(), sid); !errors.Is(err, flexflow.ErrNotFound) {
		t.Errorf("flexflow: %v", err)
	}
}

func TestComparison_printedCredentials(t *testing.T) {
	t.Parallel()
	shown := func(v any) bool {
		text, _ := json.Marshal(v)
		return strings.Contains(fmt.Sprintf("%s %+v", text, v), flexflowtest.AuthToken)
	}
	theirs := twilio.NewRestClientWithParams(twilio.ClientParams{
		Username: flexflowtest.AccountSID,
		Password: flexflowtest.AuthToken,
	})
	if !shown(theirs.RequestHandler) {
		t.Error("twilio-go does not show them")
	}
	api := newFakeAPI()
	defer api.Close()
	if client := api.client(); shown(client) || shown(*client) {
		t.Error("flexflow shows them")
	}
}
