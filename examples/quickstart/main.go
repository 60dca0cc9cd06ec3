// Command quickstart fetches one flow.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/flexflow-go/flexflow"
)

func main() {
	client, err := flexflow.NewFromEnv() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(flexflow.Value(flow.FriendlyName), flexflow.Value(flow.ChannelType))
}
