package flexflow

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// Mode says what happens to a response that breaks the document.
type Mode int

const (
	// Enforce, the default, returns a [*ResponseError] and no flow.
	Enforce Mode = iota
	// Report hands the same error to the handler of [WithViolationHandler] and returns the flow all the same. A value
	// that does not fit the Go type, such as a string where the document says boolean, is left nil.
	Report
	// Off checks the status, decodes the body, and checks nothing that decoding does not need.
	Off
)

// Option configures a [Client]. [New] checks its arguments and returns an error that matches [ErrInvalidConfig].
type Option func(*config) error

type config struct {
	sending
	mode             Mode
	onViolation      func(context.Context, *ResponseError)
	maxResponseBytes int64
}

type sending struct {
	target
	httpClient       *http.Client
	timeout, maxWait time.Duration
	retries          int
	logger           *slog.Logger
	userAgent        string
}

var defaults = config{sending: sending{timeout: 10 * time.Second, retries: 3, maxWait: 10 * time.Minute}, maxResponseBytes: 1 << 20}

// with returns the config changed by the options.
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

// set is an option that changes the config. The message says what is wrong when ok is false.
func set(change func(*config), ok bool, message string, args ...any) Option {
	return func(c *config) error {
		if !ok {
			return fmt.Errorf(message, args...)
		}
		change(c)
		return nil
	}
}

// WithBaseURL sends requests to another server, such as a fake or a gateway, instead of the one that the document
// names; [WithRegion] and [WithEdge] then have no effect. The URL is absolute and may have a path, but no user info,
// query or fragment. It must be https, except for a loopback address; see [WithInsecureHTTP].
func WithBaseURL(url string) Option {
	return set(func(c *config) { c.baseURL = url }, true, "")
}

// WithRegion sends requests to one of Twilio's regions, such as "ie1".
func WithRegion(region string) Option {
	return set(func(c *config) { c.region = region }, isHostLabel(region), "the region is not a host label of lower-case letters, digits and hyphens")
}

// WithEdge sends requests through one of Twilio's edge locations, such as "dublin". Without a region it means region
// us1.
func WithEdge(edge string) Option {
	return set(func(c *config) { c.edge = edge }, isHostLabel(edge), "the edge is not a host label of lower-case letters, digits and hyphens")
}

// WithInsecureHTTP allows a base URL with plain http to a host other than loopback. Everything, the credentials among
// it, is then readable on the way.
func WithInsecureHTTP() Option {
	return set(func(c *config) { c.insecureHTTP = true }, true, "")
}

// WithHTTPClient sends requests over the transport of client, and within its timeout where it is shorter than that of
// [WithTimeout]. The transport must end a request and the reads of its body when the request's context ends, as
// net/http's does. The client's redirect policy and cookie jar are not used, for redirects are never followed and the API
// sets no cookies. The default is a transport that keeps up to 100 idle connections to a host, for 90 seconds, and takes
// up to 64 KiB of header.
func WithHTTPClient(client *http.Client) Option {
	return set(func(c *config) { c.httpClient = client }, client != nil, "the HTTP client is nil")
}

// WithTimeout bounds one attempt, from its start to the last byte of the body. The default is 10 seconds. The context
// of the fetch bounds all attempts and the waits between them.
func WithTimeout(d time.Duration) Option {
	return set(func(c *config) { c.timeout = d }, d > 0, "the timeout is %s: it must be above 0", d)
}

// WithRetries allows n further attempts after the first; 0 turns retries off. The default is 3. What is retried: a
// connection that fails, a body that is cut off, an attempt that takes longer than [WithTimeout] allows, and the statuses
// 408, 429, 500, 502, 503 and 504. The wait is random between 0 and a bound that starts at 250 ms and doubles up to 8 s,
// or what Retry-After asks for. When the wait would outlast the context's deadline or [WithMaxWait], the fetch ends at once
// with the error at hand. An attempt may be more than one request: net/http sends one again when a kept connection turns
// out to be closed.
func WithRetries(n int) Option {
	return set(func(c *config) { c.retries = n }, n >= 0, "the number of retries is %d: it must be 0 or more", n)
}

// WithMaxWait bounds the wait before one retry. The default is 10 minutes. A longer Retry-After is not shortened: the fetch
// ends at once with its error, so that no response can hold a caller without a deadline for days.
func WithMaxWait(d time.Duration) Option {
	return set(func(c *config) { c.maxWait = d }, d >= 0, "the longest wait is %s: it must be 0 or more", d)
}

// WithValidation says what happens to a response that breaks the document. The default is [Enforce].
func WithValidation(m Mode) Option {
	return set(func(c *config) { c.mode = m }, m >= Enforce && m <= Off, "there is no validation mode %d", m)
}

// WithViolationHandler calls handle with each response that breaks the document, in the modes [Enforce] and [Report],
// before the fetch returns and with its context. It must be safe for concurrent use.
func WithViolationHandler(handle func(context.Context, *ResponseError)) Option {
	return set(func(c *config) { c.onViolation = handle }, true, "")
}

// WithLogger writes one debug record for each attempt: method, path, status, attempt, duration, request_id, and error
// where no response came; and one before each wait: path, wait, reason, and the number of the next attempt. It never
// writes a header or a body.
func WithLogger(logger *slog.Logger) Option {
	return set(func(c *config) { c.logger = logger }, true, "")
}

// WithUserAgent puts product, such as "billing/2.1", before the library's own name in the User-Agent header.
func WithUserAgent(product string) Option {
	printable := !strings.ContainsFunc(product, func(r rune) bool { return r < ' ' || r > '~' })
	return set(func(c *config) { c.userAgent = product }, printable, "the user agent has a character other than printable ASCII")
}

// WithMaxResponseBytes bounds the body of a response, after decompression, in bytes. The default is 1 MiB. A longer one
// is an [ErrResponseTooLarge].
func WithMaxResponseBytes(n int64) Option {
	return set(func(c *config) { c.maxResponseBytes = n }, n > 0, "the limit of a response is %d bytes: it must be above 0", n)
}
