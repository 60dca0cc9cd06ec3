package examples_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/flexflow-go/flexflow"
)

// listAll prints the flows of the account. If it returns no error, there are no more.
func listAll(ctx context.Context, client *flexflow.Client, params *flexflow.ListFlexFlowParams) error {
	for f := range client.ListFlexFlows(ctx, params) {
		switch {
		case errors.Is(f.Err, flexflow.ErrIncomplete):
			return f.Err // it is the last result
		case f.Err != nil:
			fmt.Println(f.SID, f.Response.Violations) // the list goes on after a flow that violates the contract
		default:
			fmt.Println(f.SID, flexflow.Value(f.Flow.FriendlyName))
		}
	}
	return nil
}

// A list has a page with a flow that violates the contract, and the API refuses the next page.
func Example_list() {
	api := newFakeAPI() // instead of Twilio's API
	defer api.Close()
	api.OnList().Violate("/flex_flows/1/enabled").Then().Status(403)

	params := &flexflow.ListFlexFlowParams{PageSize: new(2)} // nil for pages of 200
	err := listAll(context.Background(), api.client(), params)
	fmt.Println("incomplete:", errors.Is(err, flexflow.ErrIncomplete))
	fmt.Println("forbidden:", errors.Is(err, flexflow.ErrForbidden))

	err = listAll(context.Background(), api.client(), params)
	fmt.Println(err)
	// Output:
	// FOb2c3d4e5f60718293a4b5c6d7e8f90a1 SMS to our own service
	// FOa1b2c3d4e5f60718293a4b5c6d7e8f90 [/flex_flows/1/enabled: type: value must be a boolean]
	// incomplete: true
	// forbidden: true
	// FOb2c3d4e5f60718293a4b5c6d7e8f90a1 SMS to our own service
	// FOa1b2c3d4e5f60718293a4b5c6d7e8f90 Web chat to Studio
	// FOc3d4e5f60718293a4b5c6d7e8f90a1b2 WhatsApp to agents
	// <nil>
}
