package flexflow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Mode says what happens to an answer that breaks the contract.
type Mode int

const (
	// Enforce, the default, returns a [*ResponseError] and no flow.
	Enforce Mode = iota
	// Report hands the same error to the handler of [WithViolationHandler] and returns the flow all the same. A value
	// that has no place in the Go type, such as a string where the contract says boolean, is left nil.
	Report
	// Off checks the status, decodes the body, and checks nothing that decoding does not need.
	Off
)

// Option configures a [Client]. What it is given is checked by [New], which returns an error that matches
// [ErrInvalidConfig].
type Option func(*config) error

type config struct {
	target
	httpClient       *http.Client
	timeout, maxWait time.Duration
	retries          int
	mode             Mode
	onViolation      func(context.Context, *ResponseError)
	logger           *slog.Logger
	userAgent        string
	maxResponseBytes int64
}

// WithBaseURL sends requests to another server, such as a fake or a gateway, instead of the one that the contract
// names; [WithRegion] and [WithEdge] then have no effect. The URL is absolute and may have a path, but no user info,
// query or fragment. It must be https, except for a loopback address; see [WithInsecureHTTP].
func WithBaseURL(url string) Option {
	return func(c *config) error { c.baseURL = url; return nil }
}

// WithRegion sends requests to one of Twilio's regions, such as "ie1".
func WithRegion(region string) Option {
	return func(c *config) error { c.region = region; return checkHostLabel("region", region) }
}

// WithEdge sends requests through one of Twilio's edge locations, such as "dublin". Without a region it means region
// us1.
func WithEdge(edge string) Option {
	return func(c *config) error { c.edge = edge; return checkHostLabel("edge", edge) }
}

// WithInsecureHTTP allows a base URL with plain http to a host other than loopback. Everything, the credentials among
// it, is then readable on the way.
func WithInsecureHTTP() Option {
	return func(c *config) error { c.insecureHTTP = true; return nil }
}

// WithHTTPClient sends requests over the transport of client, and within its timeout where it is shorter than that of
// [WithTimeout]. Its redirect policy and cookie jar are not used, for redirects are never followed and the API sets no
// cookies. The default is a transport that keeps up to 100 idle connections to a host, for 90 seconds, and takes up to
// 64 KiB of header.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return errors.New("the HTTP client is nil")
		}
		c.httpClient = client
		return nil
	}
}

// WithTimeout bounds one attempt, from its start to the last byte of the body. The default is 10 seconds. The context
// of the fetch bounds all attempts and the waits between them.
func WithTimeout(d time.Duration) Option {
	return func(c *config) error {
		if d <= 0 {
			return fmt.Errorf("the timeout is %s: it must be above 0", d)
		}
		c.timeout = d
		return nil
	}
}

// WithRetries allows n further attempts after the first; 0 turns retries off. The default is 3. What is retried: a
// connection that fails, a body that is cut off, an attempt that takes longer than [WithTimeout] allows, and the statuses
// 408, 429, 500, 502, 503 and 504. The wait is random between 0 and a bound that starts at 250 ms and doubles up to 8 s,
// or what Retry-After asks for. When the wait would outlast the context's deadline or [WithMaxWait], the fetch ends at once
// with the error at hand. An attempt may be more than one request: net/http sends one
// again when a kept connection turns out to be closed.
func WithRetries(n int) Option {
	return func(c *config) error {
		if n < 0 {
			return fmt.Errorf("the number of retries is %d: it must be 0 or more", n)
		}
		c.retries = n
		return nil
	}
}

// WithMaxWait bounds the wait before one retry. The default is 10 minutes. A longer Retry-After is not shortened: the fetch
// ends at once with its error, so that no response can hold a caller without a deadline for days.
func WithMaxWait(d time.Duration) Option {
	return func(c *config) error {
		if d < 0 {
			return fmt.Errorf("the longest wait is %s: it must be 0 or more", d)
		}
		c.maxWait = d
		return nil
	}
}

// WithValidation says what happens to an answer that breaks the contract. The default is [Enforce].
func WithValidation(m Mode) Option {
	return func(c *config) error {
		if m < Enforce || m > Off {
			return fmt.Errorf("there is no validation mode %d", m)
		}
		c.mode = m
		return nil
	}
}

// WithViolationHandler is told of each answer that breaks the contract, in the modes [Enforce] and [Report], before the
// fetch returns and with its context. It must be safe for concurrent use.
func WithViolationHandler(handle func(context.Context, *ResponseError)) Option {
	return func(c *config) error { c.onViolation = handle; return nil }
}

// WithLogger writes one debug record for each attempt: method, path, status, attempt, duration, request_id, and error
// where no answer came; never a header or a body.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error { c.logger = logger; return nil }
}

// WithUserAgent puts product, such as "billing/2.1", before the library's own name in the User-Agent header.
func WithUserAgent(product string) Option {
	return func(c *config) error {
		if strings.ContainsFunc(product, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsPrint(r) }) {
			return errors.New("the user agent has a character other than printable ASCII")
		}
		c.userAgent = product
		return nil
	}
}

// WithMaxResponseBytes bounds the body of an answer, after decompression, in bytes. The default is 1 MiB. A longer one
// is an [ErrResponseTooLarge].
func WithMaxResponseBytes(n int64) Option {
	return func(c *config) error {
		if n <= 0 {
			return fmt.Errorf("the limit of a response is %d bytes: it must be above 0", n)
		}
		c.maxResponseBytes = n
		return nil
	}
}
