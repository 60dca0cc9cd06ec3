package flexflow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/flexflow-go/flexflow/internal/secret"
	"github.com/flexflow-go/flexflow/internal/send"
)

// Sentinel errors for [errors.Is]. Every error of this package matches one of them, except for a [*TransportError] and
// for an [*APIError] with a 4xx status that is not listed here.
var (
	// ErrInvalidConfig means that an argument, an option or an environment variable is missing or invalid.
	ErrInvalidConfig = errors.New("flexflow: invalid configuration")
	// ErrInvalidSID means that the SID violates the schema of the path parameter in the contract. Nothing was sent.
	ErrInvalidSID = errors.New("flexflow: invalid SID")
	// ErrUnauthorized matches an [*APIError] with status 401: the credentials are wrong, or belong to another region.
	ErrUnauthorized = errors.New("flexflow: unauthorized")
	// ErrForbidden matches an [*APIError] with status 403: the credentials are valid, but do not permit this.
	ErrForbidden = errors.New("flexflow: forbidden")
	// ErrNotFound matches an [*APIError] with status 404: the account has no flow with this SID.
	ErrNotFound = errors.New("flexflow: not found")
	// ErrRateLimited matches an [*APIError] with status 429: too many requests. Wait for its RetryAfter.
	ErrRateLimited = errors.New("flexflow: rate limited")
	// ErrServer matches an [*APIError] with a status of 500 or above.
	ErrServer = errors.New("flexflow: server error")
	// ErrInvalidResponse matches a response that the contract does not allow: a [*ResponseError], or an [*APIError] with
	// a status below 400, such as a redirect.
	ErrInvalidResponse = errors.New("flexflow: invalid response")
	// ErrIncomplete matches the last result of [Client.ListFlexFlows] or [Client.FetchFlexFlows] if it ended early: some
	// flows are missing. The error matches its cause too.
	ErrIncomplete = errors.New("flexflow: incomplete")
	// ErrResponseTooLarge matches a [*ResponseError] for a body over the limit of [WithMaxResponseBytes].
	ErrResponseTooLarge = errors.New("flexflow: response too large")
)

// APIError is the error for a response whose status is not a success in the contract. It accepts any body: Twilio has
// three formats of errors, and proxies send HTML, text or nothing.
type APIError struct {
	Operation  string        // operationId in the contract, such as "FetchFlexFlow"
	SID        string        // the SID requested
	StatusCode int           // HTTP status
	Code       int           // Twilio's error code, such as 20404; 0 when the body has none
	Message    string        // one line: Twilio's message, or the status text
	MoreInfo   string        // URL that documents Code; empty when the body has none
	RequestID  string        // Twilio-Request-Id; empty when there is none
	RetryAfter time.Duration // Retry-After; 0 when there is none or it is in the past
	Location   string        // host that a redirect leads to; redirects are not followed
	Attempts   int           // requests sent
	Body       []byte        // the first 64 KiB, with the credentials redacted
}

// Error returns one line: what happened, to which SID, and, if known, what to do.
func (e *APIError) Error() string {
	what := fmt.Sprintf("HTTP %d", e.StatusCode)
	if e.Code != 0 {
		what += fmt.Sprintf(" (code %d)", e.Code)
	}
	if e.Message != "" {
		what += ": " + e.Message
	}
	hint, _ := e.kind()
	switch {
	case e.Location != "":
		hint = fmt.Sprintf("a redirect to %s was not followed: check the base URL", e.Location)
	case e.Code == 0 && slices.Contains([]int{401, 403, 404}, e.StatusCode):
		hint = "something between here and Twilio refused: check the proxy and the base URL"
	case e.StatusCode == http.StatusTooManyRequests && e.RetryAfter > 0:
		hint = fmt.Sprintf("wait %s before the next request", e.RetryAfter.Round(time.Second))
	}
	if hint != "" {
		what += "; " + hint
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Is reports whether target is the sentinel error for the status.
func (e *APIError) Is(target error) bool {
	_, sentinel := e.kind()
	return target == sentinel
}

// kind returns what to do about the status, and its sentinel error.
func (e *APIError) kind() (hint string, sentinel error) {
	switch status := e.StatusCode; {
	case status < 400:
		return "check the base URL", ErrInvalidResponse
	case status == http.StatusUnauthorized:
		return "check the credentials, and that they belong to the region", ErrUnauthorized
	case status == http.StatusForbidden:
		return "these credentials do not permit it: use others with more permissions", ErrForbidden
	case status == http.StatusNotFound && e.SID == "":
		return "check the base URL", ErrNotFound
	case status == http.StatusNotFound:
		return "check the SID, and that the credentials belong to the account that owns it", ErrNotFound
	case status == http.StatusTooManyRequests:
		return "send fewer requests at once", ErrRateLimited
	case status >= 500:
		return "try again later", ErrServer
	}
	return "", nil
}

// ResponseError is the error for a response that violates the contract. It matches [ErrInvalidResponse].
type ResponseError struct {
	Operation  string      // operationId in the contract, such as "FetchFlexFlow"
	SID        string      // the SID requested
	Violations []Violation // never empty
	StatusCode int         // HTTP status
	RequestID  string      // Twilio-Request-Id; empty when there is none
	Attempts   int         // requests sent
	Body       []byte      // the first 1 MiB, with the credentials redacted
}

// Violation says where and how a response violates the contract. It never contains the value: it may be personal data.
type Violation struct {
	Pointer string // JSON Pointer (RFC 6901) to the value, such as "/account_sid"; empty for the whole body
	// Keyword is the violated keyword of the OpenAPI document, such as "pattern", or one of these: "json" (not JSON,
	// or more than one value), "duplicate" (a name that occurs twice in an object), "properties" (no attribute of the
	// contract), "content-type", "content-encoding", "size" (over the limit), "identity" (another resource than the one
	// requested), or "next page" (a next_page_url that leads nowhere). Where a value violates "enum", "not", "oneOf" or
	// "anyOf", its other keywords are not checked.
	Keyword string
	Reason  string // what the contract requires
}

// String returns the violation on one line.
func (v Violation) String() string {
	return secret.OneLine(cmp.Or(v.Pointer, "the body") + ": " + v.Keyword + ": " + v.Reason)
}

// Error returns one line: the first violation, and how many more there are.
func (e *ResponseError) Error() string {
	what := "the response violates the contract"
	if len(e.Violations) > 0 {
		what += ": " + e.Violations[0].String()
	}
	if more := len(e.Violations) - 1; more > 0 {
		what += fmt.Sprintf("; and %d more", more)
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Is reports whether target is [ErrInvalidResponse], or [ErrResponseTooLarge] for a body over the limit.
func (e *ResponseError) Is(target error) bool {
	tooLarge := len(e.Violations) > 0 && e.Violations[0].Keyword == "size"
	return target == ErrInvalidResponse || tooLarge && target == ErrResponseTooLarge
}

// TransportError is the error for a request without a complete response: the connection or TLS failed, an attempt
// timed out, the context ended, or the token function of [Bearer] failed. [errors.Is] finds the cause, such as
// [context.Canceled], and [errors.As] finds a [*net/url.Error] if a request was in progress. An attempt that timed out
// and a context whose deadline passed both match [context.DeadlineExceeded]: check ctx.Err() to tell them apart.
type TransportError struct {
	Operation string // operationId in the contract, such as "FetchFlexFlow"
	SID       string // the SID requested
	RequestID string // Twilio-Request-Id of the last attempt; empty when it has none
	Attempts  int    // requests sent
	Err       error  // the cause
}

// Error returns one line: the cause, for which SID, and, if known, what to do.
func (e *TransportError) Error() string {
	what := "request failed: " + secret.OneLine(fmt.Sprint(e.Err))
	if hint := send.Hint(e.Err); hint != "" {
		what += "; " + hint
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Timeout reports whether the cause is a timeout, as in [net.Error].
func (e *TransportError) Timeout() bool {
	cause := e.Err
	if sent, ok := errors.AsType[*url.Error](cause); ok {
		cause = sent.Err // the method of url.Error looks no deeper
	}
	var timeout interface{ Timeout() bool }
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.As(cause, &timeout) && timeout.Timeout()
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// incompleteError is the last error of a list or a batch that ended early. Its text has the prefix of the package once.
type incompleteError struct{ cause error }

func (e *incompleteError) Error() string {
	return ErrIncomplete.Error() + ": " + strings.TrimPrefix(e.cause.Error(), "flexflow: ")
}

func (e *incompleteError) Unwrap() []error { return []error{ErrIncomplete, e.cause} }

// message formats an error as one line. It ends with the request ID, which Twilio's support asks for.
func message(operation, sid, what, requestID string, attempts int) string {
	text := "flexflow: " + what
	if operation != "" {
		text = "flexflow: " + secret.OneLine(operation+" "+sid) + ": " + what
	}
	switch {
	case requestID != "" && attempts > 1:
		text += fmt.Sprintf(" (request %s, %d attempts)", requestID, attempts)
	case requestID != "":
		text += fmt.Sprintf(" (request %s)", requestID)
	case attempts > 1:
		text += fmt.Sprintf(" (%d attempts)", attempts)
	}
	return text
}
