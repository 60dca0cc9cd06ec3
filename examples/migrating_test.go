package examples_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"
	flex "github.com/twilio/twilio-go/rest/flex/v1"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The functions in this file have the code in MIGRATING.md. These return the name of a flow, or "" if there is no such
// flow, and the request ID.

func nameWithTwilioGo(client *twilio.RestClient, sid string) (string, error) {
	flow, err := client.FlexV1.FetchFlexFlow(sid)
	var refused *twilioclient.TwilioRestError
	switch {
	case errors.As(err, &refused) && refused.Status == http.StatusNotFound:
		return "", nil
	case err != nil:
		return "", err
	case flow.FriendlyName == nil:
		return "", nil
	}
	return *flow.FriendlyName, nil
}

func nameWithFlexflow(ctx context.Context, client *flexflow.Client, sid string) (string, error) {
	flow, err := client.FetchFlexFlow(ctx, sid)
	switch {
	case errors.Is(err, flexflow.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return flexflow.Value(flow.FriendlyName), nil
}

func requestWithTwilioGo(client *twilio.RestClient, sid string) (string, error) {
	response, err := client.FlexV1.FetchFlexFlowWithMetadata(sid)
	if err != nil {
		return "", err // the header of a failed request is lost
	}
	return response.GetHeader("Twilio-Request-Id"), nil
}

func requestWithFlexflow(ctx context.Context, client *flexflow.Client, sid string) (string, error) {
	var response flexflow.Response
	_, err := client.FetchFlexFlow(ctx, sid, flexflow.CaptureResponse(&response))
	return response.RequestID, err
}

func TestMigrating_sameResults(t *testing.T) {
	t.Parallel()
	for sid, want := range map[string]string{
		"FOa1b2c3d4e5f60718293a4b5c6d7e8f90": "Web chat to Studio",
		"FO00000000000000000000000000000000": "",
	} {
		api := newFakeAPI()
		defer api.Close()
		for half, name := range map[string]func() (string, error){
			"twilio-go": func() (string, error) { return nameWithTwilioGo(api.twilio(), sid) },
			"flexflow":  func() (string, error) { return nameWithFlexflow(t.Context(), api.client(), sid) },
		} {
			if got, err := name(); got != want || err != nil {
				t.Errorf("%s: the name of %s is %q, %v", half, sid, got, err)
			}
		}
		before, _ := requestWithTwilioGo(api.twilio(), sid)
		if want == "" != (before == "") {
			t.Errorf("twilio-go: the request for %s is %q", sid, before)
		}
		if after, _ := requestWithFlexflow(t.Context(), api.client(), sid); after == "" {
			t.Errorf("flexflow: the request for %s has no ID", sid)
		}
	}
}

// These functions return the SIDs of all flows, of the first flows, and of those on the page that a token leads to.

func sidsWithTwilioGo(client *twilio.RestClient) (sids []string, err error) {
	flows, err := client.FlexV1.ListFlexFlow(nil)
	if err != nil {
		return nil, err // the flows read before are lost
	}
	for _, flow := range flows {
		sids = append(sids, *flow.Sid)
	}
	return sids, nil
}

func sidsWithFlexflow(ctx context.Context, client *flexflow.Client) (sids []string, err error) {
	for f := range client.ListFlexFlows(ctx, nil) {
		if f.Err != nil {
			return sids, f.Err
		}
		sids = append(sids, f.SID)
	}
	return sids, nil
}

func firstWithTwilioGo(client *twilio.RestClient, limit int) (sids []string, err error) {
	flows, errs := client.FlexV1.StreamFlexFlow(new(flex.ListFlexFlowParams).SetLimit(limit))
	for flow := range flows { // without a break, after which a goroutine would wait forever
		sids = append(sids, *flow.Sid)
	}
	return sids, <-errs
}

func firstWithFlexflow(ctx context.Context, client *flexflow.Client, limit int) (sids []string, err error) {
	for f := range client.ListFlexFlows(ctx, nil) {
		if f.Err != nil {
			return sids, f.Err
		}
		if sids = append(sids, f.SID); len(sids) == limit {
			break
		}
	}
	return sids, nil
}

func pageWithTwilioGo(client *twilio.RestClient, size int, token string) (sids []string, err error) {
	page, err := client.FlexV1.PageFlexFlow(new(flex.ListFlexFlowParams).SetPageSize(size), token, "")
	if err != nil {
		return nil, err
	}
	for _, flow := range page.FlexFlows {
		sids = append(sids, *flow.Sid)
	}
	return sids, nil
}

func pageWithFlexflow(
	ctx context.Context, client *flexflow.Client, size int, token string,
) (sids []string, err error) {
	params := flexflow.ListFlexFlowParams{PageSize: &size, PageToken: &token}
	for f := range client.ListFlexFlows(ctx, &params) {
		if f.Err != nil {
			return sids, f.Err
		}
		if sids = append(sids, f.SID); len(sids) == size {
			break // the next flow is on the next page
		}
	}
	return sids, nil
}

func TestMigrating_sameLists(t *testing.T) {
	t.Parallel()
	api := newFakeAPI()
	defer api.Close()
	theirs, ours := api.twilio(), api.client()
	first, err := theirs.FlexV1.PageFlexFlow(new(flex.ListFlexFlowParams).SetPageSize(1), "", "")
	if err != nil {
		t.Fatal(err)
	}
	next, err := url.Parse(*first.Meta.NextPageUrl)
	if err != nil {
		t.Fatal(err)
	}
	token := next.Query().Get("PageToken")

	var all []string
	for _, flow := range flexflowtest.Examples() {
		all = append(all, *flow.SID)
	}
	type list = func() ([]string, error)
	for name, test := range map[string]struct {
		theirs, ours list
		want         []string
	}{
		"ListFlexFlow": {
			func() ([]string, error) { return sidsWithTwilioGo(theirs) },
			func() ([]string, error) { return sidsWithFlexflow(t.Context(), ours) }, all,
		},
		"StreamFlexFlow": {
			func() ([]string, error) { return firstWithTwilioGo(theirs, 2) },
			func() ([]string, error) { return firstWithFlexflow(t.Context(), ours, 2) }, all[:2],
		},
		"PageFlexFlow": {
			func() ([]string, error) { return pageWithTwilioGo(theirs, 1, token) },
			func() ([]string, error) { return pageWithFlexflow(t.Context(), ours, 1, token) }, all[1:2],
		},
	} {
		for half, list := range map[string]list{"twilio-go": test.theirs, "flexflow": test.ours} {
			before := len(api.Requests())
			if got, err := list(); !slices.Equal(got, test.want) || err != nil {
				t.Errorf("%s, %s: got %q, %v", name, half, got, err)
			}
			if sent := len(api.Requests()) - before; sent != 1 {
				t.Errorf("%s, %s: sent %d requests, want 1", name, half, sent)
			}
		}
	}
}

type flowFetcher interface {
	FetchFlexFlow(ctx context.Context, sid string, opts ...flexflow.CallOption) (*flexflow.FlexFlow, error)
}

// flowNamed is a mock of flowFetcher. It returns a flow with this name.
type flowNamed string

func (name flowNamed) FetchFlexFlow(
	_ context.Context, sid string, _ ...flexflow.CallOption,
) (*flexflow.FlexFlow, error) {
	return &flexflow.FlexFlow{SID: &sid, FriendlyName: new(string(name))}, nil
}

func welcome(ctx context.Context, flows flowFetcher, sid string) string {
	flow, err := flows.FetchFlexFlow(ctx, sid)
	if err != nil {
		return "Welcome"
	}
	return "Welcome to " + flexflow.Value(flow.FriendlyName)
}

func TestFlowFetcher(t *testing.T) {
	t.Parallel()
	var _ flowFetcher = (*flexflow.Client)(nil)
	if got := welcome(t.Context(), flowNamed("our web chat"), "FO1"); got != "Welcome to our web chat" {
		t.Errorf("got %q", got)
	}
}
