package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"slices"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// exampleT replaces the *testing.T of a test.
type exampleT struct{ cleanups []func() }

func (t *exampleT) Helper()                           {}
func (t *exampleT) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (t *exampleT) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (t *exampleT) Failed() bool                      { return false }
func (t *exampleT) Cleanup(f func())                  { t.cleanups = append(t.cleanups, f) }

func (t *exampleT) end() {
	for _, cleanup := range slices.Backward(t.cleanups) {
		cleanup()
	}
}

func Example() {
	t := &exampleT{} // in a test, t is its *testing.T
	defer t.end()

	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{
		SID:          new("FOa1b2c3d4e5f60718293a4b5c6d7e8f90"),
		FriendlyName: new("Web chat"),
		ChannelType:  new(flexflow.ChannelTypeWeb),
	})

	client := srv.Client() // give it to the code under test
	flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*flow.FriendlyName, *flow.ChannelType)
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Path, r.Auth)
	}
	// Output:
	// Web chat web
	// GET /v1/FlexFlows/FOa1b2c3d4e5f60718293a4b5c6d7e8f90 basic
}

// The API limits the rate, then the network fails, and the third request succeeds.
func ExampleScript() {
	t := &exampleT{} // in a test, t is its *testing.T
	defer t.end()

	srv := flexflowtest.NewServer(t)
	flow := flexflowtest.Examples()[0]
	srv.Put(flow)
	srv.On(*flow.SID).Status(429).RetryAfter(0).Then().Drop().Then().Succeed()

	_, err := srv.Client().FetchFlexFlow(context.Background(), *flow.SID)
	fmt.Println(err, "after", len(srv.Requests()), "requests")
	// Output:
	// <nil> after 3 requests
}

// The API violates its contract.
func ExampleScript_Violate() {
	t := &exampleT{} // in a test, t is its *testing.T
	defer t.end()

	srv := flexflowtest.NewServer(t)
	flow := flexflowtest.Examples()[0]
	srv.Put(flow)
	srv.On(*flow.SID).Violate("/channel_type")

	_, err := srv.Client().FetchFlexFlow(context.Background(), *flow.SID)
	var invalid *flexflow.ResponseError
	if errors.As(err, &invalid) {
		fmt.Println(invalid.Violations[0].Pointer, invalid.Violations[0].Keyword)
	}
	// Output:
	// /channel_type enum
}

// The connection fails without a socket. In a test, this runs inside synctest.Test, where waits take no real time.
func ExampleHandler_Transport() {
	h := flexflowtest.NewHandler()
	h.Next().Drop()

	client, err := flexflow.New(
		flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		flexflow.WithHTTPClient(&http.Client{Transport: h.Transport()}),
		flexflow.WithRetries(0),
	)
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	var failed *flexflow.TransportError
	fmt.Println(errors.As(err, &failed), errors.Is(err, io.ErrUnexpectedEOF))
	// Output:
	// true true
}
