package flexflow

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
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
	var b strings.Builder
	fmt.Fprintf(&b, "flexflow: %s %s: HTTP %d", e.Operation, e.SID, e.StatusCode)
	if e.Code != 0 {
		fmt.Fprintf(&b, " (code %d)", e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if hint := e.hint(); hint != "" {
		b.WriteString("; " + hint)
	}
	writeTrail(&b, e.RequestID, e.Attempts)
	return b.String()
}

// Is makes an APIError match the sentinel of its status.
func (e *APIError) Is(target error) bool {
	return target == e.sentinel()
}

func (e *APIError) sentinel() error {
	switch status := e.StatusCode; {
	case status < 400:
		return ErrInvalidResponse
	case status == http.StatusUnauthorized:
		return ErrUnauthorized
	case status == http.StatusForbidden:
		return ErrForbidden
	case status == http.StatusNotFound:
		return ErrNotFound
	case status == http.StatusTooManyRequests:
		return ErrRateLimited
	case status >= 500:
		return ErrServer
	}
	return nil
}

// hint says what to do next.
func (e *APIError) hint() string {
	switch e.sentinel() {
	case ErrUnauthorized:
		return "check the credentials, and that they belong to the region asked"
	case ErrForbidden:
		return "these credentials may not read it: use a key with more permissions"
	case ErrNotFound:
		return "check the SID, and that the credentials belong to the account that owns it"
	case ErrRateLimited:
		if e.RetryAfter > 0 {
			return fmt.Sprintf("wait %s before the next request", e.RetryAfter.Round(time.Second))
		}
		return "send fewer requests at once"
	case ErrServer:
		return "try again later"
	case ErrInvalidResponse:
		if e.Location != "" {
			return fmt.Sprintf("a redirect to %s was not followed: check the base URL", e.Location)
		}
		return "check the base URL"
	}
	return ""
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
	// Pointer is the JSON Pointer (RFC 6901) of the offending value, such as "/account_sid". It is empty for the whole
	// body.
	Pointer string
	// Keyword is the keyword of the contract that is broken, such as "pattern", or one of these: "json" (not JSON, or
	// more than one value), "duplicate" (a name that comes twice in an object), "case" (a name that differs from a
	// declared one by case alone), "content-type", "content-encoding", "size" (over the limit), and "identity" (another
	// resource than the one asked for).
	Keyword string
	// Reason says what was expected.
	Reason string
}

// String is the violation in one line.
func (v Violation) String() string {
	at := v.Pointer
	if at == "" {
		at = "the response"
	}
	return wire.OneLine(fmt.Sprintf("%s: %s: %s", at, v.Keyword, v.Reason))
}

// Error is one line with the first violation and how many more there are; all are in Violations.
func (e *ResponseError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flexflow: %s %s: the response breaks the contract: ", e.Operation, e.SID)
	if len(e.Violations) > 0 {
		b.WriteString(e.Violations[0].String())
	}
	if more := len(e.Violations) - 1; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	writeTrail(&b, e.RequestID, e.Attempts)
	return b.String()
}

// Is makes a ResponseError match [ErrInvalidResponse], and [ErrResponseTooLarge] when that is what it is.
func (e *ResponseError) Is(target error) bool {
	tooLarge := len(e.Violations) > 0 && e.Violations[0].Keyword == "size"
	return target == ErrInvalidResponse || tooLarge && target == ErrResponseTooLarge
}

// TransportError means that no whole answer came: the connection, TLS, the timeout of an attempt, the caller's context
// or the bearer token failed. It wraps the cause, so that [errors.Is] finds [context.Canceled] and
// [context.DeadlineExceeded], and [errors.As] finds a [*net/url.Error] where a request was sent. When the context ended during the
// wait for a retry, it wraps the error of the last attempt as well.
type TransportError struct {
	Operation string // operationId in the contract, such as "FetchFlexFlow"
	SID       string // the resource asked for
	RequestID string // Twilio-Request-Id of the last response; empty when there is none
	Attempts  int    // requests sent
	Err       error  // the cause
}

// Error is one line.
func (e *TransportError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flexflow: %s %s: no response: %s", e.Operation, e.SID, wire.OneLine(fmt.Sprint(e.Err)))
	writeTrail(&b, e.RequestID, e.Attempts)
	return b.String()
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// writeTrail ends a message with what support asks for.
func writeTrail(b *strings.Builder, requestID string, attempts int) {
	var trail []string
	if requestID != "" {
		trail = append(trail, "request "+requestID)
	}
	if attempts > 1 {
		trail = append(trail, fmt.Sprintf("%d attempts", attempts))
	}
	if len(trail) > 0 {
		fmt.Fprintf(b, " (%s)", strings.Join(trail, ", "))
	}
}
