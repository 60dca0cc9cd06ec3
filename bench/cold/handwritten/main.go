// Command handwritten fetches one flow with the standard library and prints its name.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	"github.com/flexflow-go/flexflow/bench/handwritten"
)

func main() {
	baseURL, user, password, sid := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	flow, err := handwritten.Fetch(context.Background(), http.DefaultClient, baseURL, user, password, sid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*flow.FriendlyName)
}
