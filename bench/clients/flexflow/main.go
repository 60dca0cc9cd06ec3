// Command flexflow fetches and lists with this library.
package main

import (
	"context"
	"flag"
	"net/http"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/program"
)

var off = flag.Bool("off", false, "do not validate against the contract")

func main() { program.Main(newFetch, newList) }

func newClient(baseURL string, transport http.RoundTripper) *flexflow.Client {
	opts := []flexflow.Option{flexflow.WithBaseURL(baseURL)}
	if *off {
		opts = append(opts, flexflow.WithValidation(flexflow.Off))
	}
	if transport != nil {
		opts = append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	}
	return program.Must(flexflow.New(flexflow.AuthToken(program.User, program.Password), opts...))
}

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	client := newClient(baseURL, transport)
	return func(ctx context.Context) error {
		_, err := client.FetchFlexFlow(ctx, program.SID)
		return err
	}
}

func newList(baseURL string, transport http.RoundTripper) program.Fetch {
	client := newClient(baseURL, transport)
	params := &flexflow.ListFlexFlowParams{PageSize: new(program.PageSize)}
	return func(ctx context.Context) error {
		flows := 0
		for f := range client.ListFlexFlows(ctx, params) {
			program.Check(f.Err)
			flows++
		}
		return program.CheckPage(flows)
	}
}
