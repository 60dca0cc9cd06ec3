// Command flexflow-list lists with this library.
package main

import (
	"context"
	"net/http"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/program"
)

func main() { program.Main(newList) }

func newList(baseURL string, transport http.RoundTripper) program.Fetch {
	client := program.Must(flexflow.New(flexflow.AuthToken(program.User, program.Password),
		flexflow.WithBaseURL(baseURL), flexflow.WithHTTPClient(&http.Client{Transport: transport})))
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
