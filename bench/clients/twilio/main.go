// Command twilio fetches with the official library, twilio-go.
package main

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow/bench/program"
)

func main() { program.Main(newFetch) }

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	if transport == nil {
		transport = rewrite{program.Must(url.Parse(baseURL))}
	}
	c := &twilioclient.Client{Credentials: twilioclient.NewCredentials(program.User, program.Password)}
	c.SetTimeout(10 * time.Second) // the default, which makes the default HTTP client
	c.HTTPClient.Transport = transport
	rest := twilio.NewRestClientWithParams(twilio.ClientParams{Client: c})
	return func(context.Context) error {
		_, err := rest.FlexV1.FetchFlexFlow(program.SID)
		return err
	}
}

// rewrite sends every request to another scheme and host, because twilio-go has no option for the base URL.
type rewrite struct{ base *url.URL }

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host = r.base.Scheme, r.base.Host
	return http.DefaultTransport.RoundTrip(req)
}
