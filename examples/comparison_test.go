package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

// These are scripts for one response.
func succeed(s *flexflowtest.Script)    { s.Succeed() }
func refuseOnce(s *flexflowtest.Script) { s.Status(503).RetryAfter(0) }

func violate(pointer string) func(*flexflowtest.Script) {
	return func(s *flexflowtest.Script) { s.Violate(pointer) }
}

func respond(body string) func(*flexflowtest.Script) {
	return func(s *flexflowtest.Script) { s.Body([]byte(body)) }
}

func notFoundPage(s *flexflowtest.Script) {
	s.Status(404).Body([]byte("<html>")).Header("Content-Type", "text/html")
}

// TestComparison checks rows of the comparison in docs/comparison.md.
func TestComparison(t *testing.T) {
	t.Parallel()
	const sid, other = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
	// outcomes are those of flexflow, twilio-go and the generated client.
	type outcomes [3]string
	for name, test := range map[string]struct {
		response func(*flexflowtest.Script)
		want     outcomes
	}{
		"a flow":                          {succeed, outcomes{fetched, fetched, fetched}},
		"a value outside its enumeration": {violate("/channel_type"), outcomes{failed, fetched, fetched}},
		"a SID of the wrong form":         {violate("/account_sid"), outcomes{failed, fetched, fetched}},
		"a value that is not a URL":       {violate("/url"), outcomes{failed, fetched, fetched}},
		"another flow":                    {respond(`{"sid": "` + other + `"}`), outcomes{failed, fetched, fetched}},
		"a body of 2 MiB": {respond(`{"friendly_name": "` + strings.Repeat("x", 2<<20) + `"}`),
			outcomes{failed, fetched, fetched}},
		"301 with an empty object": {func(s *flexflowtest.Script) { s.Status(301).Body([]byte("{}")) },
			outcomes{failed, empty, nothing}},
		"a redirect to another flow": {
			func(s *flexflowtest.Script) { s.Status(302).Header("Location", "/v1/FlexFlows/"+other) },
			outcomes{failed, empty, fetched}},
		"an error page":    {notFoundPage, outcomes{failed, failed, nothing}},
		"404":              {func(s *flexflowtest.Script) { s.Status(404) }, outcomes{failed, failed, nothing}},
		"503, then a flow": {refuseOnce, outcomes{fetched, failed, nothing}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newFake()
			script := func() http.RoundTripper {
				test.response(api.On(sid))
				return api.Transport()
			}
			got := outcomes{
				outcome(newClient(script()).FetchFlexFlow(t.Context(), sid)),
				outcome(newTwilio(script()).FlexV1.FetchFlexFlow(sid)),
				outcome(fetchGenerated(t.Context(), script(), sid)),
			}
			if got != test.want {
				t.Errorf("flexflow, twilio-go and the generated client give %q, want %q", got, test.want)
			}
		})
	}
}

// fetchGenerated fetches with the client that oapi-codegen generates.
func fetchGenerated(ctx context.Context, transport http.RoundTripper, sid string) (*stock.FlexFlow, error) {
	authorize := func(_ context.Context, r *http.Request) error {
		r.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
		return nil
	}
	client, err := stock.NewClientWithResponses("https://flex-api.twilio.com",
		stock.WithHTTPClient(&http.Client{Transport: transport}), stock.WithRequestEditorFn(authorize))
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
	api := newFake()
	newClient(api.Transport()).FetchFlexFlow(t.Context(), "..")
	if n := len(api.Requests()); n != 0 {
		t.Errorf("flexflow sends %d requests", n)
	}
	newTwilio(api.Transport()).FlexV1.FetchFlexFlow("..")
	if n := len(api.Requests()); n != 1 {
		t.Errorf("twilio-go sends %d requests", n)
	}
	fetchGenerated(t.Context(), api.Transport(), "..")
	if n := len(api.Requests()); n != 2 {
		t.Errorf("the generated client sends %d requests", n-1)
	}
}

func TestComparison_errorPage(t *testing.T) {
	t.Parallel()
	const sid = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"
	api := newFake()
	notFoundPage(api.On(sid).Times(2))
	_, err := newTwilio(api.Transport()).FlexV1.FetchFlexFlow(sid)
	if _, typed := errors.AsType[*twilioclient.TwilioRestError](err); typed || !strings.Contains(err.Error(), "404") {
		t.Errorf("twilio-go: %v", err)
	}
	if _, err := newClient(api.Transport()).FetchFlexFlow(t.Context(), sid); !errors.Is(err, flexflow.ErrNotFound) {
		t.Errorf("flexflow: %v", err)
	}
}

func TestComparison_printedCredentials(t *testing.T) {
	t.Parallel()
	shown := func(v any) bool {
		text, _ := json.Marshal(v)
		return strings.Contains(string(text)+fmt.Sprintf("%+v", v), flexflowtest.AuthToken)
	}
	theirs := twilio.NewRestClientWithParams(twilio.ClientParams{
		Username: flexflowtest.AccountSID, Password: flexflowtest.AuthToken,
	})
	if !shown(theirs.RequestHandler) {
		t.Error("twilio-go does not show them")
	}
	if client := newClient(newFake().Transport()); shown(client) || shown(*client) {
		t.Error("flexflow shows them")
	}
}

// TestComparison_list checks what a list of the three example flows returns.
func TestComparison_list(t *testing.T) {
	t.Parallel()
	type outcome struct {
		flows int
		err   bool
	}
	for name, test := range map[string]struct {
		response         func(*flexflowtest.Script)
		flexflow, twilio outcome
	}{
		"flows":                    {succeed, outcome{3, false}, outcome{3, false}},
		"a wrong type in one flow": {violate("/flex_flows/1/enabled"), outcome{2, true}, outcome{0, true}},
		"503, then a page":         {refuseOnce, outcome{3, false}, outcome{0, true}},
	} {
		api := newFake()
		test.response(api.OnList())
		var got outcome
		for f := range newClient(api.Transport()).ListFlexFlows(t.Context(), nil) {
			if f.Err != nil {
				got.err = true
			} else {
				got.flows++
			}
		}
		if got != test.flexflow {
			t.Errorf("%s: flexflow gives %+v, want %+v", name, got, test.flexflow)
		}
		test.response(api.OnList())
		flows, err := newTwilio(api.Transport()).FlexV1.ListFlexFlow(nil)
		if got := (outcome{len(flows), err != nil}); got != test.twilio {
			t.Errorf("%s: twilio-go gives %+v, want %+v", name, got, test.twilio)
		}
	}
}

// hosts is a transport that records which hosts get credentials.
type hosts struct {
	http.RoundTripper
	trusted map[string]bool
}

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, _, ok := r.BasicAuth(); ok {
		h.trusted[r.URL.Host] = true
	}
	return h.RoundTripper.RoundTrip(r)
}

// A page of a list names the next one with a URL.
func TestComparison_hostOfNextPage(t *testing.T) {
	t.Parallel()
	elsewhere := func() hosts {
		api := newFake()
		api.OnList().Set("/meta/next_page_url", "https://elsewhere.example.com/v1/FlexFlows?Page=1&PageToken=PA1")
		return hosts{api.Transport(), map[string]bool{}}
	}
	ours, theirs := elsewhere(), elsewhere()
	for f := range newClient(ours).ListFlexFlows(t.Context(), nil) {
		if f.Err != nil {
			t.Error(f.Err)
		}
	}
	if _, err := newTwilio(theirs).FlexV1.ListFlexFlow(nil); err != nil {
		t.Error(err)
	}
	const home, other = "flex-api.twilio.com", "elsewhere.example.com"
	if !maps.Equal(ours.trusted, map[string]bool{home: true}) {
		t.Errorf("flexflow sends the credentials to %v", ours.trusted)
	}
	if !maps.Equal(theirs.trusted, map[string]bool{home: true, other: true}) {
		t.Errorf("twilio-go sends the credentials to %v", theirs.trusted)
	}
}
