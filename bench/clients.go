package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/handwritten"
	"github.com/flexflow-go/flexflow/gen"
)

// What every client asks with and for.
const (
	user     = "AC0123456789abcdef0123456789abcdef"
	password = "0123456789abcdef0123456789abcdef"
	sid      = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"
)

// The clients that fetch, in the order of the table.
const (
	enforce     = "flexflow"
	off         = "flexflow-Off"
	twilioGo    = "twilio-go"
	generated   = "generated"
	handWritten = "hand-written"
)

var clients = []string{enforce, off, twilioGo, generated, handWritten}

// newFetch makes a client that fetches from baseURL and returns the fetch. All its settings are the client's defaults;
// so is its transport, unless one is given.
func newFetch(name, baseURL string, transport http.RoundTripper) (func(context.Context) error, error) {
	switch name {
	case enforce:
		return newFlexflow(baseURL, transport)
	case off:
		return newFlexflow(baseURL, transport, flexflow.WithValidation(flexflow.Off))
	case twilioGo:
		return newTwilio(baseURL, transport)
	case generated:
		return newGenerated(baseURL, transport)
	case handWritten:
		client := &http.Client{Transport: transport}
		return func(ctx context.Context) error {
			_, err := handwritten.Fetch(ctx, client, baseURL, user, password, sid)
			return err
		}, nil
	}
	return nil, fmt.Errorf("there is no client %q", name)
}

func newFlexflow(baseURL string, transport http.RoundTripper, opts ...flexflow.Option) (func(context.Context) error, error) {
	opts = append(opts, flexflow.WithBaseURL(baseURL))
	if transport != nil {
		opts = append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	}
	client, err := flexflow.New(flexflow.AuthToken(user, password), opts...)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		_, err := client.FetchFlexFlow(ctx, sid)
		return err
	}, nil
}

// newTwilio gives twilio-go the HTTP client that it makes by default, but for the transport: it has no option for the
// base URL. It takes no context.
func newTwilio(baseURL string, transport http.RoundTripper) (func(context.Context) error, error) {
	if transport == nil {
		base, err := url.Parse(baseURL)
		if err != nil {
			return nil, err
		}
		transport = rewrite{base}
	}
	base := &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(user, password),
		HTTPClient: &http.Client{
			Transport:     transport,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
			Timeout:       10 * time.Second,
		},
	}
	base.SetAccountSid(user)
	client := twilio.NewRestClientWithParams(twilio.ClientParams{Client: base})
	return func(context.Context) error {
		_, err := client.FlexV1.FetchFlexFlow(sid)
		return err
	}, nil
}

// rewrite sends every request to another scheme and host with net/http's default transport.
type rewrite struct{ base *url.URL }

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	u := *req.URL
	u.Scheme, u.Host = r.base.Scheme, r.base.Host
	req = req.WithContext(req.Context())
	req.URL, req.Host = &u, u.Host
	return http.DefaultTransport.RoundTrip(req)
}

func newGenerated(baseURL string, transport http.RoundTripper) (func(context.Context) error, error) {
	client, err := gen.NewClientWithResponses(baseURL,
		gen.WithHTTPClient(&http.Client{Transport: transport}),
		gen.WithRequestEditorFn(func(_ context.Context, req *http.Request) error {
			req.SetBasicAuth(user, password)
			return nil
		}))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		resp, err := client.FetchFlexFlowWithResponse(ctx, sid)
		if err == nil && resp.JSON200 == nil {
			err = fmt.Errorf("fetch %s: %s", sid, resp.Status())
		}
		return err
	}, nil
}
