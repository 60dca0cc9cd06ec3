package main

import (
	"errors"
	"net/http"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The official client can use NewTransport with one line of code.
func TestNewTransport_twilioGo(t *testing.T) {
	srv := flexflowtest.NewServer(t)
	flow := flexflowtest.Examples()[0]
	srv.Put(flow)
	toServer, err := newServerTransport(srv.URL, srv.HTTPClient())
	if err != nil {
		t.Fatal(err)
	}
	api := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
		HTTPClient:  &http.Client{Transport: flexflow.NewTransport(toServer)},
	}})

	got, err := api.FlexV1.FetchFlexFlow(*flow.SID)
	if err != nil || *got.FriendlyName != *flow.FriendlyName {
		t.Errorf("got %+v, %v", got, err)
	}
	srv.Next().Violate("/account_sid")
	_, err = api.FlexV1.FetchFlexFlow(*flow.SID)
	if broken, ok := errors.AsType[*flexflow.ResponseError](err); !ok || broken.Violations[0].Pointer != "/account_sid" || broken.SID != *flow.SID {
		t.Errorf("error %v, want a ResponseError", err)
	}
	if _, err = api.FlexV1.FetchFlexFlow("FOffffffffffffffffffffffffffffffff"); err == nil {
		t.Error("a flow that is not there was found")
	}
}
