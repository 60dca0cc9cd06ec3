// Command twilio-list lists with the official library, twilio-go.
package main

import (
	"context"
	"net/http"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"
	flexapi "github.com/twilio/twilio-go/rest/flex/v1"

	"github.com/flexflow-go/flexflow/bench/program"
)

func main() { program.Main(newList) }

func newList(_ string, transport http.RoundTripper) program.Fetch {
	rest := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(program.User, program.Password),
		HTTPClient:  &http.Client{Transport: transport},
	}})
	return func(context.Context) error {
		flows, err := rest.FlexV1.ListFlexFlow(new(flexapi.ListFlexFlowParams).SetPageSize(program.PageSize))
		program.Check(err)
		return program.CheckPage(len(flows))
	}
}
