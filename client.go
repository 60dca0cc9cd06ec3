package flexflow

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"strings"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/wire"
)

// Client fetches Flex Flows. Create one with [New] or [NewFromEnv]; the methods of the zero value return errors. It is safe
// for concurrent use, and a program needs only one.
type Client struct {
	policy
	baseURL   *url.URL
	sender    wire.Sender
	closeIdle func()
	with      func([]Option) (*Client, error) // holds the HTTP client; a function, so that printing a Client does not show it
}

// New returns a Client. It does not contact the API. Its error matches [ErrInvalidConfig] and says what to change.
func New(creds Credentials, opts ...Option) (*Client, error) {
	cfg, err := defaults.with(opts)
	if err == nil && creds.authorize == nil {
		err = cmp.Or(creds.err, fmt.Errorf("%w: there are no credentials: make them with AuthToken, APIKey or Bearer", ErrInvalidConfig))
	}
	if err != nil {
		return nil, err
	}
	return newClient(creds, cfg)
}

func newClient(creds Credentials, cfg config) (*Client, error) {
	baseURL, err := endpoint(cfg.target)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidConfig, err)
	}
	httpClient := cmp.Or(cfg.httpClient, &http.Client{Transport: wire.DefaultTransport()})
	if httpClient.Timeout > 0 {
		cfg.timeout = min(cfg.timeout, httpClient.Timeout)
	}
	c := &Client{policy: cfg.policy, baseURL: baseURL, closeIdle: httpClient.CloseIdleConnections, sender: wire.Sender{
		RoundTrip: wire.RoundTripper(cmp.Or(httpClient.Transport, http.DefaultTransport)), Authorize: creds.authorize,
		UserAgent: strings.TrimSpace(cfg.userAgent + " flexflow-go/" + Version + " (" + runtime.Version() + "; " + runtime.GOOS + ")"),
		Timeout:   cfg.timeout, Retries: cfg.retries, MaxWait: cfg.maxWait, MaxBody: cfg.maxResponseBytes, Logger: cfg.logger,
	}}
	c.with = func(opts []Option) (*Client, error) {
		next, err := cfg.with(opts)
		if err == nil && (next.target != cfg.target || next.httpClient != cfg.httpClient) {
			err = fmt.Errorf("%w: With cannot change the HTTP client or where requests go: give that option to New", ErrInvalidConfig)
		}
		if err != nil {
			return nil, err
		}
		return newClient(creds, next)
	}
	return c, nil
}

// With returns a copy of c with other options, for example for one call: c.With(WithRetries(0)). The copy shares the
// credentials and connections of c. If an option changes the HTTP client, the base URL, the region or the edge, or allows plain
// http, With returns an error that matches [ErrInvalidConfig].
func (c *Client) With(opts ...Option) (*Client, error) {
	if c.with == nil {
		return nil, fmt.Errorf("%w: With needs a Client made by New", ErrInvalidConfig)
	}
	return c.with(opts)
}

// FetchFlexFlow returns the flow with this SID: operation FetchFlexFlow of the contract, GET /v1/FlexFlows/{Sid}.
//
// The error matches [ErrInvalidSID] if the SID is malformed; nothing was sent. It is an [*APIError] if the status is not a
// success, a [*ResponseError] if the response violates the contract or is a different flow, and a [*TransportError] if there is
// no complete response. For a nil context or the zero Client, it matches [ErrInvalidConfig].
func (c *Client) FetchFlexFlow(ctx context.Context, sid string, opts ...CallOption) (*FlexFlow, error) {
	return fetch[FlexFlow](ctx, c, contract.FetchFlexFlow, opts, func(ctx context.Context) (*http.Request, error) {
		return gen.NewFetchFlexFlowRequest(ctx, c.baseURL, sid)
	}, sid)
}

// fetch runs an operation: it checks the arguments, sends the request, and validates and decodes the response.
func fetch[T any](ctx context.Context, c *Client, op *contract.Operation, opts []CallOption, request func(context.Context) (*http.Request, error), args ...any) (*T, error) {
	sid, response := resource(args), capturing(opts)
	if ctx == nil || c.sender.RoundTrip == nil {
		return nil, fmt.Errorf("%w: a fetch needs a context and a Client made by New", ErrInvalidConfig)
	}
	if err := op.CheckArguments(args...); err != nil {
		return nil, invalidSID(sid, err)
	}
	out := c.sender.Send(ctx, wire.Call{NewRequest: request, Accept: op.Accept, Success: op})
	if response != nil {
		response.fill(&out)
	}
	if err := failure(op, sid, &out); err != nil {
		return nil, err
	}
	value, found := contract.Read[T](op, contract.Response(out.Response), sid, c.mode != Off)
	if len(found) == 0 {
		return value, nil
	}
	invalid := newResponseError(op.ID, sid, &out, found)
	if response != nil {
		response.Violations = invalid.Violations
	}
	if !c.rejects(ctx, invalid) && value != nil {
		return value, nil
	}
	if response != nil {
		response.Body = invalid.Body
	}
	return nil, invalid
}

// ParseFlexFlow validates and decodes a stored body as [Client.FetchFlexFlow] does a response. The error is a
// [*ResponseError].
func ParseFlexFlow(body []byte) (*FlexFlow, error) {
	value, found := contract.Parse[FlexFlow](contract.FetchFlexFlow, body)
	if len(found) > 0 {
		return nil, newResponseError("", "", &wire.Outcome{Response: wire.Response{Body: body}}, found)
	}
	return value, nil
}

// CloseIdleConnections closes idle connections, also those of the other Clients: all Clients without [WithHTTPClient] share one
// transport.
func (c *Client) CloseIdleConnections() {
	if c.closeIdle != nil {
		c.closeIdle()
	}
}

// Value returns *p, or the zero value if p is nil.
func Value[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}
