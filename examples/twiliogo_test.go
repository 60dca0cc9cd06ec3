package examples_test

import (
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// toServer sends every request to the server at url, because twilio-go has no option for another base URL.
type toServer struct{ url *url.URL }

func (s toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = s.url.Scheme, s.url.Host
	return http.DefaultTransport.RoundTrip(r)
}

// twilio-go with validated responses. The line that NewTransport is in makes the difference.
func Example_twilioGo() {
	fake := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := fake.Put(flow); err != nil {
			log.Fatal(err)
		}
	}
	server := httptest.NewServer(fake)
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		log.Fatal(err)
	}

	client := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
		HTTPClient:  &http.Client{Transport: flexflow.NewTransport(toServer{address})}, // http.DefaultTransport for Twilio itself
	}})

	flow, err := client.FlexV1.FetchFlexFlow("FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*flow.FriendlyName)

	fake.Next().Violate("/account_sid")
	_, err = client.FlexV1.FetchFlexFlow("FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	broken, ok := errors.AsType[*flexflow.ResponseError](err)
	fmt.Println(ok, broken.Violations)
	// Output:
	// Web chat to Studio
	// true [/account_sid: minLength: minimum string length is 34]
}
