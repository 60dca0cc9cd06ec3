package flexflow

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/wire"
)

// Client fetches Flex Flows. Make it with [New] or [NewFromEnv]; the zero value returns errors. It is safe for concurrent
// use, and a program needs only one.
type Client struct {
	baseURL     *url.URL
	sender      wire.Sender
	mode        Mode
	onViolation func(context.Context, *ResponseError)
	closeIdle   func()
	with        func([]Option) (*Client, error) // a function, so that printing a Client does not show the credentials
}

// New makes a Client. Its error matches [ErrInvalidConfig] and says what to change. It sends nothing.
func New(creds Credentials, opts ...Option) (*Client, error) {
	cfg, err := defaults.with(opts)
	switch {
	case err != nil:
		return nil, err
	case creds.err != nil:
		return nil, creds.err
	case creds.authorize == nil:
		return nil, fmt.Errorf("%w: there are no credentials: make them with AuthToken, APIKey or Bearer", ErrInvalidConfig)
	}
	return newClient(creds, cfg)
}

func newClient(creds Credentials, cfg config) (*Client, error) {
	baseURL, err := endpoint(cfg.target)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidConfig, err)
	}
	httpClient := cfg.httpClient
	if httpClient == nil {
		httpClient = &http.Client{Transport: wire.DefaultTransport()}
	}
	if httpClient.Timeout > 0 {
		cfg.timeout = min(cfg.timeout, httpClient.Timeout)
	}
	c := &Client{baseURL: baseURL, mode: cfg.mode, onViolation: cfg.onViolation, closeIdle: httpClient.CloseIdleConnections, sender: wire.Sender{
		RoundTrip: wire.RoundTripper(cmp.Or(httpClient.Transport, http.DefaultTransport)), Authorize: creds.authorize,
		UserAgent: strings.TrimSpace(cfg.userAgent + " flexflow-go/" + Version + " (" + runtime.Version() + "; " + runtime.GOOS + ")"),
		Timeout:   cfg.timeout, Retries: cfg.retries, MaxWait: cfg.maxWait, MaxBody: cfg.maxResponseBytes, Logger: cfg.logger,
	}}
	c.with = func(opts []Option) (*Client, error) {
		next, err := cfg.with(opts)
		if err == nil && (next.target != cfg.target || next.httpClient != cfg.httpClient) {
			err = fmt.Errorf("%w: With changes neither the HTTP client nor where requests go: give that to New", ErrInvalidConfig)
		}
		if err != nil {
			return nil, err
		}
		return newClient(creds, next)
	}
	return c, nil
}

// With returns a copy of c with other options, for example for one call: c.With(WithRetries(0)). The copy shares the
// credentials and connections of c. With [WithHTTPClient] or an option for the base URL, region or edge, it returns an error
// that matches [ErrInvalidConfig].
func (c *Client) With(opts ...Option) (*Client, error) {
	if c.with == nil {
		return nil, fmt.Errorf("%w: With needs a Client made by New", ErrInvalidConfig)
	}
	return c.with(opts)
}

// NewFromEnv makes a Client with the credentials in TWILIO_API_KEY and TWILIO_API_SECRET if either is set, or else in
// TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and with the region and edge in TWILIO_REGION and TWILIO_EDGE. Options
// override the environment. Its error matches [ErrInvalidConfig] and names the missing variable.
func NewFromEnv(opts ...Option) (*Client, error) {
	user, password, kind := "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", AuthToken
	if os.Getenv("TWILIO_API_KEY") != "" || os.Getenv("TWILIO_API_SECRET") != "" {
		user, password, kind = "TWILIO_API_KEY", "TWILIO_API_SECRET", APIKey
	}
	for _, name := range []string{user, password} {
		if os.Getenv(name) == "" {
			return nil, fmt.Errorf("%w: %s is not set: set %s and %s", ErrInvalidConfig, name, user, password)
		}
	}
	fromEnv := []Option{WithRegion(os.Getenv("TWILIO_REGION")), WithEdge(os.Getenv("TWILIO_EDGE"))}
	return New(kind(os.Getenv(user), os.Getenv(password)), append(fromEnv, opts...)...)
}

// FetchFlexFlow returns the flow with this SID: operation FetchFlexFlow of the contract, GET /v1/FlexFlows/{Sid}.
//
// The error matches [ErrInvalidSID] if the SID is malformed, and nothing was sent. It is an [*APIError] if the API refused,
// a [*ResponseError] if the response violates the contract or is another flow, and a [*TransportError] if there is no
// complete response.
func (c *Client) FetchFlexFlow(ctx context.Context, sid string, opts ...CallOption) (*FlexFlow, error) {
	return fetch[FlexFlow](ctx, c, contract.FetchFlexFlow, opts, func(ctx context.Context) (*http.Request, error) {
		return gen.NewFetchFlexFlowRequest(ctx, c.baseURL, sid)
	}, sid)
}

// fetch runs an operation: it checks the arguments, sends the request, and validates and decodes the response.
func fetch[T any](ctx context.Context, c *Client, op *contract.Operation, opts []CallOption, request func(context.Context) (*http.Request, error), args ...any) (*T, error) {
	if ctx == nil || c.sender.RoundTrip == nil {
		return nil, fmt.Errorf("%w: a fetch needs a context and a Client made by New", ErrInvalidConfig)
	}
	response := capturing(opts)
	if err := op.CheckArguments(args...); err != nil {
		return nil, invalidSID(args, err)
	}
	out := c.sender.Send(ctx, wire.Call{NewRequest: request, Accept: op.Accept, Success: op})
	if response != nil {
		response.fill(&out)
	}
	if err := failure(op, args, &out); err != nil {
		return nil, err
	}
	value, found := contract.Read[T](op, contract.Response{Status: out.Status, Header: out.Header, Body: out.Body, TooLarge: out.TooLarge}, resource(args), c.mode != Off)
	if len(found) == 0 {
		return value, nil
	}
	broken := newResponseError(op, args, &out, found)
	if response != nil {
		response.Violations = broken.Violations
	}
	if c.onViolation != nil && c.mode != Off {
		c.onViolation(ctx, broken)
	}
	if c.mode != Report || value == nil {
		return nil, broken
	}
	return value, nil
}

// ParseFlexFlow validates and decodes a stored body like [Client.FetchFlexFlow] a response. The error is a
// [*ResponseError].
func ParseFlexFlow(body []byte) (*FlexFlow, error) {
	value, found := contract.Parse[FlexFlow](contract.FetchFlexFlow, body)
	if len(found) > 0 {
		return nil, newResponseError(&contract.Operation{}, nil, &wire.Outcome{Body: body}, found)
	}
	return value, nil
}

// CloseIdleConnections closes the connections that wait for the next fetch. All Clients without [WithHTTPClient] share one
// transport and its connections.
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
