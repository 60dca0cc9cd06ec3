package flexflow

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Mode selects what happens to a response that violates the contract.
type Mode int

const (
	// Enforce, the default, returns a [*ResponseError] and no flow.
	Enforce Mode = iota
	// Report returns the flow anyway, and calls the handler of [WithViolationHandler] with the error. A value that does
	// not fit its Go type, such as a string for a boolean, is nil. If the body is not a JSON object, has duplicate
	// names, is too large or is another flow, Report returns the error as Enforce does.
	Report
	// Off checks the status, decodes the body and checks that it is the flow requested. It returns an error only if the
	// body is another flow, does not fit the Go type, has duplicate names or is too large.
	Off
)

// Option configures a [Client]. [New] checks its arguments and returns an error that matches [ErrInvalidConfig].
type Option func(*config) error

// policy selects what happens to violations.
type policy struct {
	mode        Mode
	onViolation func(context.Context, *ResponseError)
}

// report calls the handler of [WithViolationHandler], except in mode [Off].
func (p policy) report(ctx context.Context, invalid *ResponseError) {
	if p.mode != Off && p.onViolation != nil {
		p.onViolation(ctx, invalid)
	}
}

type config struct {
	policy
	sending
	maxResponseBytes int64
}

// sending has the settings that [NewTransport] does not use.
type sending struct {
	target
	httpClient       *http.Client
	timeout, maxWait time.Duration
	retries          int
	logger           *slog.Logger
	userAgent        string
}

var defaults = config{
	sending:          sending{timeout: 10 * time.Second, retries: 3, maxWait: time.Minute},
	maxResponseBytes: 1 << 20,
}

// with returns a copy of the config with the options applied.
func (c config) with(opts []Option) (config, error) {
	for _, opt := range opts {
		if opt == nil {
			return c, fmt.Errorf("%w: an option is nil", ErrInvalidConfig)
		}
		if err := opt(&c); err != nil {
			return c, fmt.Errorf("%w: %w", ErrInvalidConfig, err)
		}
	}
	return c, nil
}

// option returns an option that changes the config, or an error with the message if its argument is not valid.
func option(valid bool, change func(*config), message string, args ...any) Option {
	return func(c *config) error {
		if !valid {
			return fmt.Errorf(message, args...)
		}
		change(c)
		return nil
	}
}

// WithBaseURL sends requests to another server, such as a fake or a gateway. [WithRegion] and [WithEdge] then have no
// effect. The URL is absolute; it may have a path, but no user info, query or fragment. It must be https, except for a
// loopback address and with [WithInsecureHTTP]. The default is the server in the contract.
func WithBaseURL(url string) Option {
	return option(true, func(c *config) { c.baseURL = url }, "")
}

// WithRegion sends requests to one of Twilio's regions, such as "ie1", through the edge of that region, such as
// "dublin". A region without an edge of its own needs [WithEdge].
func WithRegion(region string) Option {
	return option(isHostLabel(region), func(c *config) { c.region = region }, "the region "+notHostLabel)
}

// WithEdge sends requests through an edge location, such as "dublin". Without [WithRegion], the region is us1.
func WithEdge(edge string) Option {
	return option(isHostLabel(edge), func(c *config) { c.edge = edge }, "the edge "+notHostLabel)
}

// WithInsecureHTTP allows plain http to a host other than loopback, which sends the credentials in clear text.
func WithInsecureHTTP() Option {
	return option(true, func(c *config) { c.insecureHTTP = true }, "")
}

// WithHTTPClient sends requests with the transport of client, or with the one that Clients share if client has none.
// An attempt takes at most client.Timeout or the timeout of [WithTimeout], whichever is shorter. The redirect policy
// and the cookie jar are ignored. The transport must end a request, and reading its body, when the context ends.
func WithHTTPClient(client *http.Client) Option {
	return option(client != nil, func(c *config) { c.httpClient = client }, "the HTTP client is nil")
}

// WithTimeout bounds one attempt, from its start to the last byte of the body. The default is 10 seconds. The context
// bounds all attempts and the waits between them.
func WithTimeout(d time.Duration) Option {
	return option(d > 0, func(c *config) { c.timeout = d }, "the timeout is %s: it must be above 0", d)
}

// WithRetries allows n retries. The default is 3. A fetch retries after a failed or incomplete request, a timeout, and
// the statuses 408, 429, 500, 502, 503 and 504. A 429 means that the API did not process the request, and does not use
// up a retry: the fetch goes on until [WithMaxWait] or the context ends it. With 0 there is one attempt.
//
// Before a retry, the fetch waits as long as Retry-After says. Without Retry-After, it waits a random time: up to 250
// ms before the first retry, and up to twice as long before each further one, but at most 8 s. After a 429, it waits
// for Retry-After or the random time, whichever is longer. It does not begin a wait that would outlast the context.
func WithRetries(n int) Option {
	return option(n >= 0, func(c *config) { c.retries = n }, "the number of retries is %d: it must be 0 or more", n)
}

// WithMaxWait bounds all waits of a fetch, or of a page of a list, together. The default is one minute. If a wait for
// Retry-After or after a 429 would exceed it, the fetch returns its error. A pause after another 429 does not count.
func WithMaxWait(d time.Duration) Option {
	return option(d >= 0, func(c *config) { c.maxWait = d }, "the longest wait is %s: it must be 0 or more", d)
}

// WithValidation selects what happens to a response that violates the contract. The default is [Enforce].
func WithValidation(m Mode) Option {
	return option(m >= Enforce && m <= Off, func(c *config) { c.mode = m },
		"there is no validation mode %d: use Enforce, Report or Off", m)
}

// WithViolationHandler calls handle for each response that violates the contract, in the modes [Enforce] and [Report],
// before the fetch returns and with its context. The handler must be safe for concurrent use.
func WithViolationHandler(handle func(context.Context, *ResponseError)) Option {
	return option(true, func(c *config) { c.onViolation = handle }, "")
}

// WithLogger writes a debug record after each attempt, with the attributes method, path, status, attempt, duration and
// request_id, and error if there is no complete response. It writes another before each wait, with path, wait, reason,
// and the number of the next attempt. It never writes headers or bodies.
func WithLogger(logger *slog.Logger) Option {
	return option(true, func(c *config) { c.logger = logger }, "")
}

// WithUserAgent puts product, such as "billing/2.1", before the library's own name in the User-Agent header.
func WithUserAgent(product string) Option {
	printable := !strings.ContainsFunc(product, func(r rune) bool { return r < ' ' || r > '~' })
	return option(printable, func(c *config) { c.userAgent = product },
		"the user agent has a character other than printable ASCII")
}

// WithMaxResponseBytes bounds the body of a response, in bytes after decompression. The default is 1 MiB. A page of a
// list may have 16 MiB, or n bytes if that is more. A longer body is an error that matches [ErrResponseTooLarge].
func WithMaxResponseBytes(n int64) Option {
	return option(n > 0, func(c *config) { c.maxResponseBytes = n },
		"the limit of a response is %d bytes: it must be above 0", n)
}
