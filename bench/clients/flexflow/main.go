// Command flexflow fetches with this library.
package main

import (
	"context"
	"flag"
	"net/http"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/program"
)

var off = flag.Bool("off", false, "do not validate against the contract")

func main() { program.Main(newFetch) }

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	opts := []flexflow.Option{flexflow.WithBaseURL(baseURL)}
	if *off {
		opts = append(opts, flexflow.WithValidation(flexflow.Off))
	}
	if transport != nil {
		opts = append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	}
	client := program.Must(flexflow.New(flexflow.AuthToken(program.User, program.Password), opts...))
	return func(ctx context.Context) error {
		_, err := client.FetchFlexFlow(ctx, program.SID)
		return err
	}
}
