package flexflow

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"net/http"
	"time"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// Every error that a caller meets matches one of these with [errors.Is], or is a [*TransportError], or an [*APIError] with
// a status of 400 to 499 that has no name here.
var (
	// ErrInvalidConfig is returned by [New] and [NewFromEnv]: a credential, an option or an environment variable is
	// missing or cannot be used. The message names it.
	ErrInvalidConfig = errors.New("flexflow: invalid configuration")
	// ErrInvalidSID means that the SID given does not satisfy the path parameter's schema in the contract. Nothing was
	// sent.
	ErrInvalidSID = errors.New("flexflow: invalid SID")
	// ErrUnauthorized is an [*APIError] with status 401: the credentials are wrong, or belong to another region.
	ErrUnauthorized = errors.New("flexflow: unauthorized")
	// ErrForbidden is an [*APIError] with status 403: the credentials are right, and may not read the flow.
	ErrForbidden = errors.New("flexflow: forbidden")
	// ErrNotFound is an [*APIError] with status 404: the account has no flow with this SID.
	ErrNotFound = errors.New("flexflow: not found")
	// ErrRateLimited is an [*APIError] with status 429: too many requests. Its RetryAfter says how long to wait.
	ErrRateLimited = errors.New("flexflow: rate limited")
	// ErrServer is an [*APIError] with a status of 500 or above.
	ErrServer = errors.New("flexflow: server error")
	// ErrInvalidResponse means that the answer is not one that the contract allows: a [*ResponseError], or an
	// [*APIError] with a status below 400, such as a redirect.
	ErrInvalidResponse = errors.New("flexflow: invalid response")
	// ErrResponseTooLarge is a [*ResponseError] for a body over the limit of [WithMaxResponseBytes].
	ErrResponseTooLarge = errors.New("flexflow: response too large")
)

// APIError is an answer with a status that the contract does not give a flow for. It is tolerant of the body: Twilio
// has three shapes of errors, and proxies answer with HTML, text or nothing.
type APIError struct {
	Operation  string        // operationId in the contract, such as "FetchFlexFlow"
	SID        string        // the resource asked for
	StatusCode int           // HTTP status
	Code       int           // Twilio's error code, such as 20404; 0 when the body gives none
	Message    string        // one line: Twilio's message, else the status text
	MoreInfo   string        // address of the documentation of Code; empty when the body gives none
	RequestID  string        // Twilio-Request-Id; empty when there is none
	RetryAfter time.Duration // what Retry-After asked for; 0 when there is none or it is past
	Location   string        // host of a redirect's target; a redirect is never followed
	Attempts   int           // requests sent
	Body       []byte        // the first 64 KiB, with the caller's credentials taken out
}

// Error is one line: what happened, to which SID, and what to do where that is known.
func (e *APIError) Error() string {
	what := fmt.Sprintf("HTTP %d", e.StatusCode)
	if e.Code != 0 {
		what += fmt.Sprintf(" (code %d)", e.Code)
	}
	if e.Message != "" {
		what += ": " + e.Message
	}
	hint := e.kind().hint
	switch {
	case e.Location != "":
		hint = fmt.Sprintf("a redirect to %s was not followed: check the base URL", e.Location)
	case e.StatusCode == http.StatusTooManyRequests && e.RetryAfter > 0:
		hint = fmt.Sprintf("wait %s before the next request", e.RetryAfter.Round(time.Second))
	}
	if hint != "" {
		what += "; " + hint
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Is makes an APIError match the sentinel of its status.
func (e *APIError) Is(target error) bool { return target == e.kind().sentinel }

// kind is what the statuses of a range have in common.
type kind struct {
	from, to int
	sentinel error
	hint     string
}

var kinds = []kind{
	{math.MinInt, 399, ErrInvalidResponse, "check the base URL"},
	{401, 401, ErrUnauthorized, "check the credentials, and that they belong to the region asked"},
	{403, 403, ErrForbidden, "these credentials may not read it: use a key with more permissions"},
	{404, 404, ErrNotFound, "check the SID, and that the credentials belong to the account that owns it"},
	{429, 429, ErrRateLimited, "send fewer requests at once"},
	{500, math.MaxInt, ErrServer, "try again later"},
}

func (e *APIError) kind() kind {
	for _, k := range kinds {
		if k.from <= e.StatusCode && e.StatusCode <= k.to {
			return k
		}
	}
	return kind{}
}

// ResponseError is an answer that breaks the contract. It matches [ErrInvalidResponse].
type ResponseError struct {
	Operation  string      // operationId in the contract, such as "FetchFlexFlow"
	SID        string      // the resource asked for
	Violations []Violation // every one that was found, at least one
	StatusCode int         // HTTP status
	RequestID  string      // Twilio-Request-Id; empty when there is none
	Attempts   int         // requests sent
	Body       []byte      // the body as it came, with the caller's credentials taken out
}

// Violation is one way in which an answer breaks the contract. It never carries the offending value, which may be
// personal data.
type Violation struct {
	Pointer string // JSON Pointer (RFC 6901) of the offending value, such as "/account_sid"; empty for the whole body
	// Keyword is the keyword of the document that is broken, such as "pattern", or one of these: "json" (not JSON, or
	// more than one value), "duplicate" (a name that occurs twice in an object), "content-type", "content-encoding", "size"
	// (over the limit), and "identity" (another resource than the one requested).
	Keyword string
	Reason  string // what was expected
}

// String is the violation in one line.
func (v Violation) String() string {
	return wire.OneLine(cmp.Or(v.Pointer, "the response") + ": " + v.Keyword + ": " + v.Reason)
}

// Error is one line with the first violation and how many more there are; all are in Violations.
func (e *ResponseError) Error() string {
	what := "the response breaks the contract"
	if len(e.Violations) > 0 {
		what += ": " + e.Violations[0].String()
	}
	if more := len(e.Violations) - 1; more > 0 {
		what += fmt.Sprintf("; and %d more", more)
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Is makes a ResponseError match [ErrInvalidResponse], and [ErrResponseTooLarge] when that is what it is.
func (e *ResponseError) Is(target error) bool {
	tooLarge := len(e.Violations) > 0 && e.Violations[0].Keyword == "size"
	return target == ErrInvalidResponse || tooLarge && target == ErrResponseTooLarge
}

// TransportError means that no whole answer came: the connection, TLS, the timeout of an attempt, the caller's context
// or the bearer token failed. It wraps the cause, so that [errors.Is] finds [context.Canceled] and
// [context.DeadlineExceeded], and [errors.As] finds a [*net/url.Error] where a request was sent. When the context ended
// during a retry or the wait for one, the message says what the retry was for.
type TransportError struct {
	Operation string // operationId in the contract, such as "FetchFlexFlow"
	SID       string // the resource asked for
	RequestID string // Twilio-Request-Id of the last response; empty when there is none
	Attempts  int    // requests sent
	Err       error  // the cause
}

// Error is one line: the cause, to which SID, and what to do where that is known.
func (e *TransportError) Error() string {
	what := "request failed: " + wire.OneLine(fmt.Sprint(e.Err))
	if hint := wire.Hint(e.Err); hint != "" {
		what += "; " + hint
	}
	return message(e.Operation, e.SID, what, e.RequestID, e.Attempts)
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// message ends with what Twilio's support asks for.
func message(operation, sid, what, requestID string, attempts int) string {
	text := "flexflow: " + what
	if operation != "" {
		text = fmt.Sprintf("flexflow: %s %s: %s", operation, sid, what)
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
