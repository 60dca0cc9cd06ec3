// Command quickstart lists the flows of an account.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/flexflow-go/flexflow"
)

func main() {
	ctx := context.Background()
	client, err := flexflow.NewFromEnv() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN
	if err != nil {
		log.Fatal(err)
	}
	for f := range client.ListFlexFlows(ctx, nil) {
		switch {
		case errors.Is(f.Err, flexflow.ErrIncomplete): // the last result: flows are missing
			log.Fatal(f.Err)
		case f.Err != nil: // this flow violates the contract
			log.Print(f.Err)
		default:
			fmt.Println(f.SID, flexflow.Value(f.Flow.FriendlyName))
		}
	}
}
