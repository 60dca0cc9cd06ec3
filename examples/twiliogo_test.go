package examples_test

import (
	"errors"
	"fmt"
	"log"
	"net/http"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// twilio-go with validated responses. The line that NewTransport is in makes the difference.
func Example_twilioGo() {
	api := newFake() // instead of Twilio's API

	client := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(flexflowtest.AccountSID, flexflowtest.AuthToken),
		HTTPClient: &http.Client{
			Transport: flexflow.NewTransport(api.Transport()), // http.DefaultTransport for Twilio itself
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
