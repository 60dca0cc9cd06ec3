package examples_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The code in README.md and docs/errors.md.

func explain(ctx context.Context, client *flexflow.Client, sid string) {
	flow, err := client.FetchFlexFlow(ctx, sid)
	var refused *flexflow.APIError
	var invalid *flexflow.ResponseError
	switch {
	case err == nil:
		fmt.Println(flexflow.Value(flow.FriendlyName))
	case errors.Is(err, flexflow.ErrNotFound):
		fmt.Println("there is no such flow")
	case errors.As(err, &refused):
		fmt.Println("refused:", refused.Code, refused.RequestID, refused.RetryAfter)
	case errors.As(err, &invalid):
		fmt.Println("invalid:", invalid.Violations)
	default:
		fmt.Println(err)
	}
}

func Example_errors() {
	const sid = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"
	api := newFake()
	client := newClient(api.Transport(), flexflow.WithRetries(0))
	api.On(sid).Succeed().Then().Status(429).RetryAfter(7 * time.Second).Then().Violate("/enabled")

	ctx := context.Background()
	explain(ctx, client, sid)
	explain(ctx, client, "FO00000000000000000000000000000000")
	explain(ctx, client, sid)
	explain(ctx, client, sid)
	explain(ctx, client, "..")
	// Output:
	// Web chat to Studio
	// there is no such flow
	// refused: 20429 RQ00000000000000000000000000000003 7s
	// invalid: [/enabled: type: value must be a boolean]
	// flexflow: invalid SID "..": it must be FO followed by 32 hexadecimal digits (it has 2 characters); nothing was sent
}

func Example_report() {
	api := newFake()
	api.Next().Violate("/enabled")

	client := newClient(api.Transport(),
		flexflow.WithValidation(flexflow.Report),
		flexflow.WithViolationHandler(func(ctx context.Context, invalid *flexflow.ResponseError) {
			fmt.Println("contract violation:", invalid.Violations)
		}),
	)
	explain(context.Background(), client, "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	// Output:
	// contract violation: [/enabled: type: value must be a boolean]
	// Web chat to Studio
}

func greeting(ctx context.Context, client *flexflow.Client, sid string) (string, error) {
	flow, err := client.FetchFlexFlow(ctx, sid)
	if err != nil {
		return "", err
	}
	return "Welcome to " + flexflow.Value(flow.FriendlyName), nil
}

func TestGreeting(t *testing.T) {
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{
		SID:          new("FOa1b2c3d4e5f60718293a4b5c6d7e8f90"),
		FriendlyName: new("our web chat"),
	})
	srv.Next().Status(503).RetryAfter(0).Then().Succeed() // the first request fails, the second does not

	got, err := greeting(t.Context(), srv.Client(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90") // your function
	if err != nil {
		t.Fatal(err)
	}
	if got != "Welcome to our web chat" {
		t.Errorf("the greeting is %q", got)
	}
}
