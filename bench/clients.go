package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/bench/handwritten"
	"github.com/flexflow-go/flexflow/bench/stock"
)

// The credentials and the SID that every client uses.
const (
	user     = "AC0123456789abcdef0123456789abcdef"
	password = "0123456789abcdef0123456789abcdef"
	sid      = "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"
)

// The clients, in the order of the table.
const (
	enforce     = "flexflow"
	off         = "flexflow-Off"
	twilioGo    = "twilio-go"
	generated   = "generated"
	handWritten = "hand-written"
	keptAlive   = "hand-written, kept connections"
)

var (
	// inMemoryClients leaves out keptAlive, which differs only in its transport: the scene replaces the transport.
	inMemoryClients = []string{enforce, off, twilioGo, generated, handWritten}
	allClients      = append(slices.Clone(inMemoryClients), keptAlive)
)

// client is one of the clients.
type client struct {
	fetch     func(context.Context) error
	closeIdle func()
}

// newClient returns the named client for baseURL with its default settings. If transport is nil, the client uses its
// default transport.
func newClient(name, baseURL string, transport http.RoundTripper) (*client, error) {
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
		return newHandWritten(baseURL, transport)
	case keptAlive:
		if transport == nil {
			kept := http.DefaultTransport.(*http.Transport).Clone()
			kept.MaxIdleConnsPerHost = 100 // as many as flexflow's default transport
			transport = kept
		}
		return newHandWritten(baseURL, transport)
	}
	return nil, fmt.Errorf("unknown client %q", name)
}

func newFlexflow(baseURL string, transport http.RoundTripper, opts ...flexflow.Option) (*client, error) {
	opts = append(opts, flexflow.WithBaseURL(baseURL))
	if transport != nil {
		opts = append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	}
	c, err := flexflow.New(flexflow.AuthToken(user, password), opts...)
	if err != nil {
		return nil, err
	}
	return &client{func(ctx context.Context) error {
		_, err := c.FetchFlexFlow(ctx, sid)
		return err
	}, c.CloseIdleConnections}, nil
}

// newTwilio returns a client of twilio-go with its default HTTP client, except for the transport, because twilio-go has
// no option for the base URL. Its fetch takes no context.
func newTwilio(baseURL string, transport http.RoundTripper) (*client, error) {
	if transport == nil {
		var err error
		if transport, err = newServerTransport(baseURL, http.DefaultClient); err != nil {
			return nil, err
		}
	}
	httpClient := &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       10 * time.Second,
	}
	c := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(user, password),
		HTTPClient:  httpClient,
	}})
	return &client{func(context.Context) error {
		_, err := c.FlexV1.FetchFlexFlow(sid)
		return err
	}, httpClient.CloseIdleConnections}, nil
}

// newServerTransport returns a transport that sends requests to the server, for a client without an option for the base
// URL.
func newServerTransport(baseURL string, client *http.Client) (http.RoundTripper, error) {
	base, err := url.Parse(baseURL)
	transport, ok := cmp.Or(client.Transport, http.DefaultTransport).(*http.Transport)
	if !ok {
		return nil, errors.New("the transport is not net/http's")
	}
	return rewrite{transport, base}, err
}

// rewrite sends every request to another scheme and host.
type rewrite struct {
	*http.Transport
	base *url.URL
}

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	u := *req.URL
	u.Scheme, u.Host = r.base.Scheme, r.base.Host
	req = req.WithContext(req.Context())
	req.URL, req.Host = &u, u.Host
	return r.Transport.RoundTrip(req)
}

func newGenerated(baseURL string, transport http.RoundTripper) (*client, error) {
	httpClient := &http.Client{Transport: transport}
	authorize := func(_ context.Context, req *http.Request) error {
		req.SetBasicAuth(user, password)
		return nil
	}
	c, err := stock.NewClientWithResponses(baseURL, stock.WithHTTPClient(httpClient), stock.WithRequestEditorFn(authorize))
	if err != nil {
		return nil, err
	}
	return &client{func(ctx context.Context) error {
		resp, err := c.FetchFlexFlowWithResponse(ctx, sid)
		if err == nil && resp.JSON200 == nil {
			err = fmt.Errorf("fetch %s: %s", sid, resp.Status())
		}
		return err
	}, httpClient.CloseIdleConnections}, nil
}

func newHandWritten(baseURL string, transport http.RoundTripper) (*client, error) {
	httpClient := &http.Client{Transport: transport}
	return &client{func(ctx context.Context) error {
		_, err := handwritten.Fetch(ctx, httpClient, baseURL, user, password, sid)
		return err
	}, httpClient.CloseIdleConnections}, nil
}
