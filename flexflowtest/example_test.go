package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// exampleT does for an example what a *testing.T does for a test.
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
		fmt.Println(err)
		return
	}
	fmt.Println(*flow.FriendlyName, *flow.ChannelType)
	for _, r := range srv.Requests() {
		fmt.Println(r.Method, r.Path)
	}
	// Output:
	// Web chat web
	// GET /v1/FlexFlows/FOa1b2c3d4e5f60718293a4b5c6d7e8f90
}

// The API is too busy, then the network fails, and then all is well.
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

// An API that does not answer in time.
func ExampleScript_Slow() {
	t := &exampleT{} // in a test, t is its *testing.T
	defer t.end()

	srv := flexflowtest.NewServer(t)
	flow := flexflowtest.Examples()[0]
	srv.On(*flow.SID).Slow(time.Hour)

	client := srv.Client(flexflow.WithTimeout(100*time.Millisecond), flexflow.WithRetries(0))
	_, err := client.FetchFlexFlow(context.Background(), *flow.SID)
	fmt.Println(errors.Is(err, context.DeadlineExceeded))
	// Output:
	// true
}

// An API that breaks its contract.
func ExampleScript_Violate() {
	t := &exampleT{} // in a test, t is its *testing.T
	defer t.end()

	srv := flexflowtest.NewServer(t)
	flow := flexflowtest.Examples()[0]
	srv.Put(flow)
	srv.On(*flow.SID).Violate("/channel_type")

	_, err := srv.Client().FetchFlexFlow(context.Background(), *flow.SID)
	var broken *flexflow.ResponseError
	if errors.As(err, &broken) {
		fmt.Println(broken.Violations[0].Pointer, broken.Violations[0].Keyword)
	}
	// Output:
	// /channel_type enum
}

// A Handler serves wherever an http.Handler does.
func ExampleNewHandler() {
	h := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := h.Put(flow); err != nil {
			fmt.Println(err)
			return
		}
	}
	srv := httptest.NewServer(h)
	defer srv.Close()

	client, err := flexflow.New(
		flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		flexflow.WithBaseURL(srv.URL),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(*flow.FriendlyName)
	// Output:
	// Web chat to Studio
}
