package examples_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
)

// These functions have the code in MIGRATING.md. They return the name of a flow, or "" if there is no such flow, and
// the request ID.

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
