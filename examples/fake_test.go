package examples_test

import (
	"net/http/httptest"

	"github.com/twilio/twilio-go"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// fakeAPI is a fake of the API with the example flows of the contract.
type fakeAPI struct {
	*flexflowtest.Handler
	*httptest.Server
}

func newFakeAPI() fakeAPI {
	handler := newHandler()
	return fakeAPI{handler, httptest.NewServer(handler)}
}

func newHandler() *flexflowtest.Handler {
	handler := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := handler.Put(flow); err != nil {
			panic(err)
		}
	}
	return handler
}

func (api fakeAPI) client(opts ...flexflow.Option) *flexflow.Client {
	client, err := flexflow.New(
		flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		append(opts, flexflow.WithBaseURL(api.URL))...,
	)
	if err != nil {
		panic(err)
	}
	return client
}

// twilio returns a client of twilio-go with its default settings, except for the transport.
func (api fakeAPI) twilio() *twilio.RestClient { return newTwilio(toServer{api.URL}) }
