package examples_test

import (
	"net/http/httptest"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// fakeAPI is a fake of the API with the example flows of the contract.
type fakeAPI struct {
	*flexflowtest.Handler
	*httptest.Server
}

func newFakeAPI() fakeAPI {
	handler := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := handler.Put(flow); err != nil {
			panic(err)
		}
	}
	return fakeAPI{handler, httptest.NewServer(handler)}
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
