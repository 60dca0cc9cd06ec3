// Command twilio fetches and lists with the official library, twilio-go.
package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"
	flexapi "github.com/twilio/twilio-go/rest/flex/v1"

	"github.com/flexflow-go/flexflow/bench/program"
)

func main() { program.Main(newFetch, newList) }

func newClient(baseURL string, transport http.RoundTripper) *flexapi.ApiService {
	if transport == nil {
		transport = rewrite{program.Must(url.Parse(baseURL))}
	}
	c := &twilioclient.Client{Credentials: twilioclient.NewCredentials(program.User, program.Password)}
	c.SetTimeout(10 * time.Second) // the default, which makes the default HTTP client
	c.HTTPClient.Transport = transport
	return twilio.NewRestClientWithParams(twilio.ClientParams{Client: c}).FlexV1
}

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	client := newClient(baseURL, transport)
	return func(context.Context) error {
		_, err := client.FetchFlexFlow(program.SID)
		return err
	}
}

func newList(baseURL string, transport http.RoundTripper) program.Fetch {
	client := newClient(baseURL, transport)
	return func(context.Context) error {
		flows, err := client.ListFlexFlow(new(flexapi.ListFlexFlowParams).SetPageSize(program.PageSize))
		program.Check(err)
		return program.CheckPage(len(flows))
	}
}

// rewrite sends every request to another scheme and host, because twilio-go has no option for the base URL.
type rewrite struct{ base *url.URL }

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = r.base.Scheme, r.base.Host
	return http.DefaultTransport.RoundTrip(req)
}
