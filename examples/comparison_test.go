package examples_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/stock"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// newTwilio returns a client of twilio-go with its default settings. twilio-go has no option for the base URL, so a transport
// sends the requests to the server.
func newTwilio(baseURL string) *twilio.RestClient {
	base, err := url.Parse(baseURL)
	if err != nil {
		panic(err)
	}
	client := &twilioclient.Client{Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken)}
	client.SetTimeout(10e9) // the default, which makes the default HTTP client
	client.HTTPClient.Transport = sendTo{base}
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: client})
}

type sendTo struct{ base *url.URL }

func (s sendTo) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = s.base.Scheme, s.base.Host
	return http.DefaultTransport.RoundTrip(r)
}

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

// TestComparison checks rows of the comparison in README.md.
func TestComparison(t *testing.T) {
	t.Parallel()
	const sid, other = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
	for name, test := range map[string]struct {
		response                    func(*flexflowtest.Script)
		flexflow, twilio, generated string
	}{
		"a flow":                          {func(s *flexflowtest.Script) { s.Succeed() }, fetched, fetched, fetched},
		"a value outside its enumeration": {func(s *flexflowtest.Script) { s.Violate("/channel_type") }, failed, fetched, fetched},
		"a SID of the wrong form":         {func(s *flexflowtest.Script) { s.Violate("/account_sid") }, failed, fetched, fetched},
		"a value that is not a URL":       {func(s *flexflowtest.Script) { s.Violate("/url") }, failed, fetched, fetched},
		"another flow":                    {func(s *flexflowtest.Script) { s.Body([]byte(`{"sid": "` + other + `"}`)) }, failed, fetched, fetched},
		"a name in the wrong case":        {func(s *flexflowtest.Script) { s.Body([]byte(`{"SID": "none"}`)) }, empty, fetched, fetched},
		"data after the flow":             {func(s *flexflowtest.Script) { s.Body([]byte(`{"sid": "` + sid + `"} {}`)) }, failed, fetched, failed},
		"a page with status 200": {func(s *flexflowtest.Script) {
			s.Body([]byte("<html>")).Header("Content-Type", "text/html")
		}, failed, failed, nothing},
		"a flow with the content type of a page": {func(s *flexflowtest.Script) { s.Header("Content-Type", "text/html") }, failed, fetched, nothing},
		"a body of 2 MiB": {func(s *flexflowtest.Script) {
			s.Body([]byte(`{"friendly_name": "` + strings.Repeat("x", 2<<20) + `"}`))
		}, failed, fetched, fetched},
		"301 with an empty object": {func(s *flexflowtest.Script) { s.Status(301).Body([]byte("{}")) }, failed, empty, nothing},
		"a redirect to another flow": {func(s *flexflowtest.Script) {
			s.Status(302).Header("Location", "/v1/FlexFlows/"+other)
		}, failed, empty, fetched},
		"an error page": {func(s *flexflowtest.Script) {
			s.Status(404).Body([]byte("<html>")).Header("Content-Type", "text/html")
		}, failed, failed, nothing},
		"404":                           {func(s *flexflowtest.Script) { s.Status(404) }, failed, failed, nothing},
		"503, then a flow":              {func(s *flexflowtest.Script) { s.Status(503).RetryAfter(0) }, fetched, failed, nothing},
		"a truncated body, then a flow": {func(s *flexflowtest.Script) { s.Truncate() }, fetched, failed, failed},
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
			if got := outcome(newTwilio(api.URL).FlexV1.FetchFlexFlow(sid)); got != test.twilio {
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
	client, err := stock.NewClientWithResponses(baseURL, stock.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
		r.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
		return nil
	}))
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
		"twilio-go":            {func(api fakeAPI) { newTwilio(api.URL).FlexV1.FetchFlexFlow("..") }, 1},
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
	api.On(sid).Status(404).Body([]byte("<html>")).Header("Content-Type", "text/html").Times(2)

	var typed *twilioclient.TwilioRestError
	if _, err := newTwilio(api.URL).FlexV1.FetchFlexFlow(sid); errors.As(err, &typed) || !strings.Contains(err.Error(), "404") {
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
		return bytes.Contains(text, []byte(flexflowtest.AuthToken)) || strings.Contains(fmt.Sprintf("%+v", v), flexflowtest.AuthToken)
	}
	theirs := twilio.NewRestClientWithParams(twilio.ClientParams{Username: flexflowtest.AccountSID, Password: flexflowtest.AuthToken})
	if !shown(theirs.RequestHandler) {
		t.Error("twilio-go does not show them")
	}
	api := newFakeAPI()
	defer api.Close()
	if client := api.client(); shown(client) || shown(*client) {
		t.Error("flexflow shows them")
	}
}
