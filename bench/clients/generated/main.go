// Command generated fetches with the client that oapi-codegen generates.
package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/flexflow-go/flexflow/bench/program"
	"github.com/flexflow-go/flexflow/bench/stock"
)

func main() { program.Main(newFetch, nil) }

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	authorize := func(_ context.Context, req *http.Request) error {
		req.SetBasicAuth(program.User, program.Password)
		return nil
	}
	client := program.Must(stock.NewClientWithResponses(baseURL,
		stock.WithHTTPClient(&http.Client{Transport: transport}), stock.WithRequestEditorFn(authorize)))
	return func(ctx context.Context) error {
		resp, err := client.FetchFlexFlowWithResponse(ctx, program.SID)
		if err == nil && resp.JSON200 == nil {
			err = fmt.Errorf("fetch %s: %s", program.SID, resp.Status())
		}
		return err
	}
}
