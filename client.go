package flexflow

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/send"
)

// Client lists and fetches Flex Flows. Create one with [New] or [NewFromEnv]; the methods of the zero value return
// errors. It is safe for concurrent use, and a program needs only one.
type Client struct {
	policy
	baseURL   *url.URL
	sender    send.Sender
	closeIdle func()
	settings  func() (Credentials, config) // a function, so that printing a Client does not show them
}

// New returns a Client. It does not contact the API. Its error matches [ErrInvalidConfig] and says what to change.
func New(creds Credentials, opts ...Option) (*Client, error) {
	cfg, err := defaults.with(opts)
	if err == nil && creds.authorize == nil {
		err = cmp.Or(creds.err, badCredentials("there are no credentials: make them with AuthToken, APIKey or Bearer").err)
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
	httpClient := *cmp.Or(cfg.httpClient, &http.Client{})
	if httpClient.Timeout > 0 {
		cfg.timeout = min(cfg.timeout, httpClient.Timeout)
	}
	httpClient.Transport = cmp.Or(httpClient.Transport, http.RoundTripper(send.SharedTransport()))
	userAgent := cfg.userAgent + " flexflow-go/" + Version + " (" + runtime.Version() + "; " + runtime.GOOS + ")"
	return &Client{
		policy: cfg.policy, baseURL: baseURL, closeIdle: httpClient.CloseIdleConnections,
		settings: func() (Credentials, config) { return creds, cfg },
		sender: send.Sender{
			RoundTrip: send.RoundTripper(httpClient.Transport),
			Authorize: creds.authorize,
			UserAgent: strings.TrimSpace(userAgent),
			Timeout:   cfg.timeout,
			Retries:   cfg.retries,
			MaxWait:   cfg.maxWait,
			MaxBody:   cfg.maxResponseBytes,
			Logger:    cfg.logger,
		},
	}, nil
}

// With returns a copy of c with other options, for example for one call: c.With(WithRetries(0)). The copy shares the
// credentials and connections of c. If an option changes the HTTP client, the base URL, the region or the edge, or
// allows plain http, With returns an error that matches [ErrInvalidConfig].
func (c *Client) With(opts ...Option) (*Client, error) {
	if c.settings == nil {
		return nil, fmt.Errorf("%w: With needs a Client made by New", ErrInvalidConfig)
	}
	creds, cfg := c.settings()
	next, err := cfg.with(opts)
	if err == nil && (next.target != cfg.target || next.httpClient != cfg.httpClient) {
		err = fmt.Errorf("%w: With cannot change the HTTP client or where requests go: give that option to New",
			ErrInvalidConfig)
	}
	if err != nil {
		return nil, err
	}
	return newClient(creds, next)
}

// FetchFlexFlow returns the flow with this SID: operation FetchFlexFlow of the contract, GET /v1/FlexFlows/{Sid}.
//
// The error matches [ErrInvalidSID] if the SID is malformed; nothing was sent. It is an [*APIError] if the status is
// not a success, a [*ResponseError] if the response violates the contract or is a different flow, and a
// [*TransportError] if there is no complete response. A nil context and the zero Client match [ErrInvalidConfig].
func (c *Client) FetchFlexFlow(ctx context.Context, sid string, opts ...CallOption) (*FlexFlow, error) {
	return fetch[FlexFlow](ctx, c, contract.FetchFlexFlow(), sid, gen.NewFetchFlexFlowRequest, opts)
}

// newRequest is a request builder of gen.
type newRequest[A any] func(ctx context.Context, base *url.URL, argument A) (*http.Request, error)

// fetch checks the SID, sends the request, and validates and decodes the response.
func fetch[T any](
	ctx context.Context, c *Client, op *contract.Operation, sid string, request newRequest[string], opts []CallOption,
) (*T, error) {
	captured := capture(opts)
	out, err := sendChecked(ctx, c, op, sid, request)
	captured.setOutcome(&out)
	if err != nil {
		return nil, err
	}
	value, found := read[T](c.mode, op, sid, &out)
	return accept(ctx, c.policy, value, newResponseError(op.ID, sid, &out, found), captured)
}

// sendChecked sends the request of an operation, unless its argument is invalid. The argument is a SID or the
// parameters of a list. The error is nil if the status is a success.
func sendChecked[A any](
	ctx context.Context, c *Client, op *contract.Operation, argument A, request newRequest[A],
) (send.Outcome, error) {
	if ctx == nil || c.sender.RoundTrip == nil {
		return send.Outcome{}, fmt.Errorf("%w: a request needs a context and a Client made by New", ErrInvalidConfig)
	}
	sid, isSID := any(argument).(string)
	switch err := op.CheckArgument(argument); {
	case err != nil && isSID:
		return send.Outcome{}, invalidSID(sid, err)
	case err != nil:
		return send.Outcome{}, fmt.Errorf("%w: %s: %w; nothing was sent", ErrInvalidConfig, op.ID, err)
	}
	build := func(ctx context.Context) (*http.Request, error) { return request(ctx, c.baseURL, argument) }
	out := c.sender.Send(ctx, send.Call{NewRequest: build, Accept: op.MediaType, Statuses: op})
	return out, failure(op, sid, &out)
}

// read validates and decodes a success, as the mode says.
func read[T any](mode Mode, op *contract.Operation, sid string, out *send.Outcome) (*T, []contract.Violation) {
	switch {
	case out.TooLarge:
		return nil, []contract.Violation{contract.TooLarge}
	case mode == Off:
		return contract.ReadUnvalidated[T](op, out.Body, sid)
	}
	return contract.Read[T](op, out.Header, out.Body, sid)
}

// accept reports the violations to the handler and returns the value or the error, as the mode says. In every mode, a
// flow other than the requested one is an error.
func accept[T any](ctx context.Context, p policy, value *T, invalid *ResponseError, captured *Response) (*T, error) {
	if invalid == nil {
		return value, nil
	}
	p.report(ctx, invalid)
	isOther := func(v Violation) bool { return v.Keyword == contract.Identity }
	rejected := p.mode != Report || value == nil || slices.ContainsFunc(invalid.Violations, isOther)
	captured.setInvalid(invalid, rejected)
	if rejected {
		return nil, invalid
	}
	return value, nil
}

// ParseFlexFlow validates and decodes a stored body as FetchFlexFlow does a response. The error is a [*ResponseError].
func ParseFlexFlow(body []byte) (*FlexFlow, error) {
	value, found := contract.Parse[FlexFlow](contract.FetchFlexFlow(), body)
	if invalid := newResponseError("", "", &send.Outcome{Body: body}, found); invalid != nil {
		return nil, invalid
	}
	return value, nil
}

// CloseIdleConnections closes the idle connections of the transport, which all Clients without [WithHTTPClient] share.
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
