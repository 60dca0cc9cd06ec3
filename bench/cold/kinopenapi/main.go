// Command kinopenapi is command handwritten with a blank import of kin-openapi. Every client that validates with
// kin-openapi has the cost of this import.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"

	_ "github.com/getkin/kin-openapi/openapi3"

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
