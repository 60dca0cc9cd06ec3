package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

func TestTwilioGo_fetchesFromFake(t *testing.T) {
	srv := flexflowtest.NewServer(t)
	want := flexflowtest.Examples()[0]
	srv.Put(want)
	base, err := url.Parse(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
		HTTPClient:  &http.Client{Transport: rewrite{srv.HTTPClient().Transport.(*http.Transport), base}},
	}})

	got, err := client.FlexV1.FetchFlexFlow(*want.SID)
	if err != nil {
		t.Fatal(err)
	}
	if *got.Sid != *want.SID || *got.FriendlyName != *want.FriendlyName || *got.Enabled != *want.Enabled || !got.DateCreated.Equal(*want.DateCreated) {
		t.Errorf("got %+v", got)
	}

	_, err = client.FlexV1.FetchFlexFlow(sid[:len(sid)-1] + "e")
	var apiError *twilioclient.TwilioRestError
	if !errors.As(err, &apiError) || apiError.Status != http.StatusNotFound || apiError.Code != 20404 {
		t.Errorf("unknown flow: got error %v", err)
	}
	for _, req := range srv.Requests() {
		if !strings.HasPrefix(req.Header.Get("User-Agent"), "twilio-go/") {
			t.Errorf("the fake recorded a request from %q", req.Header.Get("User-Agent"))
		}
	}
	if n := len(srv.Requests()); n != 2 {
		t.Errorf("the fake recorded %d requests", n)
	}
}
