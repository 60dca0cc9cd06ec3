package examples_test

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// toServer sends every request to the server at baseURL, because twilio-go has no option for another base URL.
type toServer struct{ baseURL string }

func (s toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	base, err := url.Parse(s.baseURL)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = base.Scheme, base.Host
	return http.DefaultTransport.RoundTrip(r)
}

func newTwilio(transport http.RoundTripper) *twilio.RestClient {
	client := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
	}
	client.SetTimeout(10 * time.Second) // the default, which makes the default HTTP client
	client.HTTPClient.Transport = transport
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: client})
}

// twilio-go with validated responses. The line that NewTransport is in makes the difference.
func Example_twilioGo() {
	api := newFakeAPI() // instead of Twilio's API
	defer api.Close()

	client := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
		HTTPClient: &http.Client{
			Transport: flexflow.NewTransport(toServer{api.URL}), // http.DefaultTransport for Twilio itself
		},
	}})

	flow, err := client.FlexV1.FetchFlexFlow("FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*flow.FriendlyName)

	api.Next().Violate("/account_sid")
	_, err = client.FlexV1.FetchFlexFlow("FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	broken, ok := errors.AsType[*flexflow.ResponseError](err)
	fmt.Println(ok, broken.SID)
	for _, violation := range broken.Violations {
		fmt.Println(violation)
	}
	// Output:
	// Web chat to Studio
	// true FOa1b2c3d4e5f60718293a4b5c6d7e8f90
	// /account_sid: minLength: minimum string length is 34
	// /account_sid: pattern: string doesn't match the regular expression "^AC[0-9a-fA-F]{32}$"
}

func TestTwilioGo_fetchesFromFake(t *testing.T) {
	t.Parallel()
	api := newFakeAPI()
	defer api.Close()
	want := flexflowtest.Examples()[0]

	got, err := api.twilio().FlexV1.FetchFlexFlow(*want.SID)
	if err != nil {
		t.Fatal(err)
	}
	if *got.Sid != *want.SID || *got.FriendlyName != *want.FriendlyName || *got.Enabled != *want.Enabled ||
		!got.DateCreated.Equal(*want.DateCreated) {
		t.Errorf("got %+v", got)
	}
	const missing = "FO00000000000000000000000000000000"
	_, err = api.twilio().FlexV1.FetchFlexFlow(missing)
	refused, ok := errors.AsType[*twilioclient.TwilioRestError](err)
	if !ok || refused.Status != 404 || refused.Code != 20404 {
		t.Errorf("unknown flow: got error %v", err)
	}
	if _, err := newTwilio(flexflow.NewTransport(toServer{api.URL})).FlexV1.FetchFlexFlow(missing); err == nil {
		t.Error("NewTransport: a flow that is not there was found")
	}
	for _, req := range api.Requests() {
		if agent := req.Header.Get("User-Agent"); !strings.HasPrefix(agent, "twilio-go/") {
			t.Errorf("the fake recorded a request from %q", agent)
		}
	}
	if n := len(api.Requests()); n != 3 {
		t.Errorf("the fake recorded %d requests", n)
	}
}
