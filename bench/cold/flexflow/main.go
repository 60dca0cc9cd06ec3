// Command flexflow fetches one flow with this library, which validates it, and prints its name.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/flexflow-go/flexflow"
)

func main() {
	baseURL, user, password, sid := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	client, err := flexflow.New(flexflow.AuthToken(user, password), flexflow.WithBaseURL(baseURL))
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.FetchFlexFlow(context.Background(), sid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(flexflow.Value(flow.FriendlyName))
}
