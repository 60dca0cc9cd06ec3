package flexflow

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"strings"
	"time"
)

// Client fetches Flex Flows. Make it with [New] or [NewFromEnv]. It is safe for concurrent use, and one is enough for a
// program.
type Client struct {
	contract         *contract
	baseURL          *url.URL
	authorize        func(context.Context) (authorization, error)
	do               func(*http.Request) (*http.Response, error) // a function, so that no dump of a Client reaches the buffers of its connections
	closeIdle        func()
	userAgent        []string
	timeout          time.Duration
	retries          int
	mode             Mode
	onViolation      func(context.Context, *ResponseError)
	logger           *slog.Logger
	maxResponseBytes int64
}

// New makes a Client. Its error matches [ErrInvalidConfig] and says what to change.
func New(creds Credentials, opts ...Option) (*Client, error) {
	cfg := config{timeout: 10 * time.Second, retries: 3, maxResponseBytes: 1 << 20}
	for _, opt := range opts {
		if opt == nil {
			return nil, fmt.Errorf("%w: an option is nil", ErrInvalidConfig)
		}
		if err := opt(&cfg); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrInvalidConfig, err)
		}
	}
	switch {
	case creds.err != nil:
		return nil, creds.err
	case creds.authorize == nil:
		return nil, fmt.Errorf("%w: no credentials: make them with AuthToken, APIKey or Bearer", ErrInvalidConfig)
	}
	contract, err := loadContract()
	if err != nil {
		return nil, err
	}
	baseURL, err := cfg.endpoint(contract.server)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInvalidConfig, err)
	}
	httpClient := cfg.httpClient
	if httpClient == nil {
		httpClient = &http.Client{Transport: defaultTransport()}
	}
	if httpClient.Timeout > 0 {
		cfg.timeout = min(cfg.timeout, httpClient.Timeout)
	}
	return &Client{
		contract:         contract,
		baseURL:          baseURL,
		authorize:        creds.authorize,
		do:               sender(cmp.Or(httpClient.Transport, http.DefaultTransport)),
		closeIdle:        httpClient.CloseIdleConnections,
		userAgent:        []string{strings.TrimSpace(cfg.userAgent + " flexflow-go/" + Version + " (" + runtime.Version() + "; " + runtime.GOOS + ")")},
		timeout:          cfg.timeout,
		retries:          cfg.retries,
		mode:             cfg.mode,
		onViolation:      cfg.onViolation,
		logger:           cfg.logger,
		maxResponseBytes: cfg.maxResponseBytes,
	}, nil
}

// NewFromEnv makes a Client with the credentials in TWILIO_API_KEY and TWILIO_API_SECRET when either is set, else those
// in TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN, and with the region and edge in TWILIO_REGION and TWILIO_EDGE. Options
// override the environment. Its error matches [ErrInvalidConfig] and names the variable that is missing.
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
// The error is [ErrInvalidSID], and nothing was sent; an [*APIError], when the API refused; a [*ResponseError], when
// the answer breaks the contract or is another flow; or a [*TransportError], when no answer came.
func (c *Client) FetchFlexFlow(ctx context.Context, sid string, opts ...CallOption) (*FlexFlow, error) {
	return fetch[FlexFlow](ctx, c, "FetchFlexFlow", []string{sid}, opts)
}

// CloseIdleConnections closes the connections that are kept for the next fetch. The default transport is shared by all
// Clients, and so are its connections.
func (c *Client) CloseIdleConnections() {
	if c.closeIdle != nil {
		c.closeIdle()
	}
}

// Value returns what p points to, or the zero value when the API sent null or nothing.
func Value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
