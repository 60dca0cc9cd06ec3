package examples_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
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
		transport := newFake().Transport()
		theirs, ours := newTwilio(transport), newClient(transport)
		if got, err := nameWithTwilioGo(theirs, sid); got != want || err != nil {
			t.Errorf("twilio-go: the name of %s is %q, %v", sid, got, err)
		}
		if got, err := nameWithFlexflow(t.Context(), ours, sid); got != want || err != nil {
			t.Errorf("flexflow: the name of %s is %q, %v", sid, got, err)
		}
		if got, _ := requestWithTwilioGo(theirs, sid); (got == "") != (want == "") {
			t.Errorf("twilio-go: the request for %s is %q", sid, got)
		}
		if got, _ := requestWithFlexflow(t.Context(), ours, sid); got == "" {
			t.Errorf("flexflow: the request for %s has no ID", sid)
		}
	}
}

// These functions return the SIDs of all flows, and of the first flows or those on the page that a token leads to.

func sidsWithTwilioGo(flows []flex.FlexV1FlexFlow, err error) (sids []string, _ error) {
	for _, flow := range flows { // there are none after an error: the flows read before are lost
		sids = append(sids, *flow.Sid)
	}
	return sids, err
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

func firstWithFlexflow(
	ctx context.Context, client *flexflow.Client, params *flexflow.ListFlexFlowParams, limit int,
) (sids []string, err error) {
	for f := range client.ListFlexFlows(ctx, params) {
		if f.Err != nil {
			return sids, f.Err
		}
		if sids = append(sids, f.SID); len(sids) == limit {
			break // the next flow is on the next page if it has limit flows
		}
	}
	return sids, nil
}

func TestMigrating_sameLists(t *testing.T) {
	t.Parallel()
	api := newFake()
	theirs, ours := newTwilio(api.Transport()), newClient(api.Transport())
	first, err := theirs.FlexV1.PageFlexFlow(new(flex.ListFlexFlowParams).SetPageSize(1), "", "")
	if err != nil {
		t.Fatal(err)
	}
	_, token, _ := strings.Cut(*first.Meta.NextPageUrl, "PageToken=")

	var all []string
	for _, flow := range flexflowtest.Examples() {
		all = append(all, *flow.SID)
	}
	check := func(name string, want []string, list func() ([]string, error)) {
		before := len(api.Requests())
		if got, err := list(); !slices.Equal(got, want) || err != nil {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
		if sent := len(api.Requests()) - before; sent != 1 {
			t.Errorf("%s: sent %d requests, want 1", name, sent)
		}
	}
	page := &flexflow.ListFlexFlowParams{PageSize: new(1), PageToken: &token}
	check("ListFlexFlow", all, func() ([]string, error) { return sidsWithTwilioGo(theirs.FlexV1.ListFlexFlow(nil)) })
	check("a list", all, func() ([]string, error) { return sidsWithFlexflow(t.Context(), ours) })
	check("StreamFlexFlow", all[:2], func() ([]string, error) { return firstWithTwilioGo(theirs, 2) })
	check("the first", all[:2], func() ([]string, error) { return firstWithFlexflow(t.Context(), ours, nil, 2) })
	check("PageFlexFlow", all[1:2], func() ([]string, error) {
		page, err := theirs.FlexV1.PageFlexFlow(new(flex.ListFlexFlowParams).SetPageSize(1), token, "")
		if err != nil {
			return nil, err
		}
		return sidsWithTwilioGo(page.FlexFlows, err)
	})
	check("a page", all[1:2], func() ([]string, error) { return firstWithFlexflow(t.Context(), ours, page, 1) })
}
