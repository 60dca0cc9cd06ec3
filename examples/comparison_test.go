package examples_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
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

// TestComparison checks rows of the comparison in docs/comparison.md.
func TestComparison(t *testing.T) {
	t.Parallel()
	const sid, other = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
	const html = "text/html"
	for name, test := range map[string]struct {
		response                    func(*flexflowtest.Script)
		flexflow, twilio, generated string
	}{
		"a flow":                          {succeed, fetched, fetched, fetched},
		"a value outside its enumeration": {violate("/channel_type"), failed, fetched, fetched},
		"a SID of the wrong form":         {violate("/account_sid"), failed, fetched, fetched},
		"a value that is not a URL":       {violate("/url"), failed, fetched, fetched},
		"another flow":                    {respond(`{"sid": "` + other + `"}`), failed, fetched, fetched},
		"a name in the wrong case":        {respond(`{"SID": "none"}`), failed, fetched, fetched},
		"data after the flow":             {respond(`{"sid": "` + sid + `"} {}`), failed, fetched, failed},
		"a body of 2 MiB": {
			respond(`{"friendly_name": "` + strings.Repeat("x", 2<<20) + `"}`), failed, fetched, fetched,
		},
		"a page with status 200": {func(s *flexflowtest.Script) {
			s.Body([]byte("<html>")).Header("Content-Type", html)
		}, failed, failed, nothing},
		"a flow with the content type of a page": {func(s *flexflowtest.Script) {
			s.Header("Content-Type", html)
		}, failed, fetched, nothing},
		"301 with an empty object": {func(s *flexflowtest.Script) {
			s.Status(301).Body([]byte("{}"))
		}, failed, empty, nothing},
		"a redirect to another flow": {func(s *flexflowtest.Script) {
			s.Status(302).Header("Location", "/v1/FlexFlows/"+other)
		}, failed, empty, fetched},
		"an error page": {func(s *flexflowtest.Script) {
			s.Status(404).Body([]byte("<html>")).Header("Content-Type", html)
		}, failed, failed, nothing},
		"404":                           {func(s *flexflowtest.Script) { s.Status(404) }, failed, failed, nothing},
		"503, then a flow":              {refuseOnce, fetched, failed, nothing},
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
			if got := outcome(newTwilio(toServer{api.URL}).FlexV1.FetchFlexFlow(sid)); got != test.twilio {
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
		"twilio-go":            {func(api fakeAPI) { newTwilio(toServer{api.URL}).FlexV1.FetchFlexFlow("..") }, 1},
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
	_, err := newTwilio(toServer{api.URL}).FlexV1.FetchFlexFlow(sid)
	if errors.As(err, &typed) || !strings.Contains(err.Error(), "404") {
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
		return strings.Contains(string(text)+fmt.Sprintf("%+v", v), flexflowtest.AuthToken)
	}
	theirs := twilio.NewRestClientWithParams(twilio.ClientParams{
		Username: flexflowtest.AccountSID, Password: flexflowtest.AuthToken,
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
		"flows":                           {succeed, outcome{3, false}, outcome{3, false}},
		"a wrong type in one flow":        {violate("/flex_flows/1/enabled"), outcome{2, true}, outcome{0, true}},
		"a value outside its enumeration": {violate("/flex_flows/1/channel_type"), outcome{2, true}, outcome{3, false}},
		"an empty object":                 {respond("{}"), outcome{0, true}, outcome{0, false}},
		"503, then a page":                {refuseOnce, outcome{3, false}, outcome{0, true}},
		"the same page again and again": {func(s *flexflowtest.Script) {
			s.Set("/meta/next_page_url", "https://flex-api.twilio.com/v1/FlexFlows?Page=0").Times(2)
		}, outcome{3, true}, outcome{9, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			api := newFakeAPI()
			defer api.Close()

			test.response(api.OnList())
			var got outcome
			for f := range api.client().ListFlexFlows(t.Context(), nil) {
				if f.Err != nil {
					got.err = true
				} else {
					got.flows++
				}
			}
			if got != test.flexflow {
				t.Errorf("flexflow gives %+v, want %+v", got, test.flexflow)
			}
			api = newFakeAPI()
			defer api.Close()
			test.response(api.OnList())
			flows, err := newTwilio(toServer{api.URL}).FlexV1.ListFlexFlow(nil)
			if got := (outcome{len(flows), err != nil}); got != test.twilio {
				t.Errorf("twilio-go gives %+v, want %+v", got, test.twilio)
			}
		})
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
	for name, test := range map[string]struct {
		list  func(*http.Client)
		hosts []string
	}{
		"flexflow": {func(client *http.Client) {
			c, err := flexflow.New(
				flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), flexflow.WithHTTPClient(client))
			if err != nil {
				t.Fatal(err)
			}
			for f := range c.ListFlexFlows(t.Context(), nil) {
				if f.Err != nil {
					t.Error(f.Err)
				}
			}
		}, []string{"flex-api.twilio.com"}},
		"twilio-go": {func(client *http.Client) {
			c := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
				Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken), HTTPClient: client,
			}})
			if _, err := c.FlexV1.ListFlexFlow(nil); err != nil {
				t.Error(err)
			}
		}, []string{"elsewhere.example.com", "flex-api.twilio.com"}},
	} {
		api := flexflowtest.NewHandler()
		for _, flow := range flexflowtest.Examples() {
			api.Put(flow)
		}
		api.OnList().Set("/meta/next_page_url", "https://elsewhere.example.com/v1/FlexFlows?Page=1&PageToken=PA1")
		trusted := map[string]bool{}
		test.list(&http.Client{Transport: hosts{api.Transport(), trusted}})
		if got := slices.Sorted(maps.Keys(trusted)); !slices.Equal(got, test.hosts) {
			t.Errorf("%s sends the credentials to %q, want %q", name, got, test.hosts)
		}
	}
}
