package examples_test

import (
	"net/http"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// newFake returns a fake of Twilio's API with the example flows of the contract.
func newFake() *flexflowtest.Handler {
	api := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := api.Put(flow); err != nil {
			panic(err)
		}
	}
	return api
}

// newClient returns a client with this transport.
func newClient(transport http.RoundTripper, opts ...flexflow.Option) *flexflow.Client {
	credentials := flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken)
	client, err := flexflow.New(credentials, append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))...)
	if err != nil {
		panic(err)
	}
	return client
}

// newTwilio returns a client of twilio-go with its default settings, except for the transport.
func newTwilio(transport http.RoundTripper) *twilio.RestClient {
	client := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
	}
	client.SetTimeout(10 * time.Second) // the default, which makes the default HTTP client
	client.HTTPClient.Transport = transport
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: client})
}
