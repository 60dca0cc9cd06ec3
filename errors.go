package flexflow

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Every error that a caller meets matches one of these with [errors.Is], or is a [*TransportError].
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

	retryAfterGiven bool
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

	tooLarge bool
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
	return oneLine(fmt.Sprintf("%s: %s: %s", at, v.Keyword, v.Reason))
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
	return target == ErrInvalidResponse || e.tooLarge && target == ErrResponseTooLarge
}

// TransportError means that no whole answer came: the connection, TLS, the timeout of an attempt, the caller's context
// or the bearer token failed. It wraps the cause, so that [errors.Is] finds [context.Canceled] and
// [context.DeadlineExceeded], and [errors.As] finds a [*net/url.Error] where a request was sent. When the context ended during the
// wait for a retry, it wraps the error of the last attempt as well.
type TransportError struct {
	Operation string // operationId in the contract, such as "FetchFlexFlow"
	SID       string // the resource asked for
	Attempts  int    // requests sent
	Err       error  // the cause

	permanent bool // another attempt would fail alike
}

// Error is one line.
func (e *TransportError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "flexflow: %s %s: no answer: %s", e.Operation, e.SID, oneLine(e.Err.Error()))
	writeTrail(&b, "", e.Attempts)
	return b.String()
}

// Unwrap returns the cause.
func (e *TransportError) Unwrap() error { return e.Err }

// resource is what the last argument of a path names.
func resource(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[len(args)-1]
}

// newTransportError is the error of a request to which no whole answer came. The caller's context is reachable in it
// whatever the cause says, and a cause that repeats the credentials, as one that quotes a malformed answer can, is
// replaced by its redacted text.
func newTransportError(op *operation, args []string, caller context.Context, ans answer, cause error) *TransportError {
	var urlErr *url.Error
	if text := cause.Error(); ans.auth.redact(text) != text && errors.As(cause, &urlErr) {
		cause = &url.Error{Op: urlErr.Op, URL: urlErr.URL, Err: errors.New(ans.auth.redact(urlErr.Err.Error()))}
	}
	if ended := caller.Err(); ended != nil && !errors.Is(cause, ended) {
		cause = fmt.Errorf("%w: %w", ended, cause)
	}
	return &TransportError{Operation: op.id, SID: resource(args), Attempts: ans.Attempts, Err: cause, permanent: permanent(cause)}
}

// permanent says whether a request failed for a reason that another attempt meets again. crypto/tls and crypto/x509
// give most of their errors no type, but all of them their prefix.
func permanent(cause error) bool {
	text := cause.Error()
	return errors.Is(cause, http.ErrSchemeMismatch) || strings.Contains(text, "tls: ") || strings.Contains(text, "x509: ")
}

// newAPIError reads the error in an answer that is no success, tolerantly.
func newAPIError(op *operation, args []string, ans answer, now time.Time) *APIError {
	e := &APIError{
		Operation: op.id, SID: resource(args), StatusCode: ans.StatusCode, RequestID: ans.RequestID,
		Attempts: ans.Attempts, Body: ans.Body,
	}
	e.RetryAfter, e.retryAfterGiven = retryAfter(ans.Header, now)
	if ans.StatusCode/100 == 3 && ans.Header.Get("Location") != "" {
		e.Location = ans.location
	}
	e.Code, e.Message, e.MoreInfo = readErrorBody(ans.Body)
	e.Message, e.MoreInfo = oneLine(ans.auth.redact(e.Message)), oneLine(ans.auth.redact(e.MoreInfo))
	if e.Message == "" {
		e.Message = http.StatusText(e.StatusCode)
	}
	return e
}

// readErrorBody finds code, message and address of the documentation in Twilio's three shapes, and the message in a
// text. A field of the wrong type is as good as none.
func readErrorBody(body []byte) (code int, message, moreInfo string) {
	var tree any
	if err := json.Unmarshal(body, &tree, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)); err != nil {
		if text := strings.TrimSpace(string(body)); !strings.HasPrefix(text, "<") && !strings.HasPrefix(text, "{") {
			message = text
		}
		return 0, message, ""
	}
	fields, _ := tree.(map[string]any)
	if list, _ := fields["errors"].([]any); len(list) > 0 {
		fields, _ = list[0].(map[string]any)
	}
	if n, ok := fields["code"].(float64); ok && n >= 0 && n <= math.MaxInt32 {
		code = int(n)
	}
	message, _ = fields["message"].(string)
	moreInfo, ok := fields["more_info"].(string)
	if !ok {
		moreInfo, _ = fields["infoUrl"].(string)
	}
	return code, message, moreInfo
}

// newResponseError takes the secrets out of the names that the body gave to its properties, too.
func newResponseError(op *operation, args []string, ans answer, violations []Violation) *ResponseError {
	for i, v := range violations {
		violations[i].Pointer, violations[i].Reason = ans.auth.redact(v.Pointer), ans.auth.redact(v.Reason)
	}
	return &ResponseError{
		Operation: op.id, SID: resource(args), Violations: violations, StatusCode: ans.StatusCode,
		RequestID: ans.RequestID, Attempts: ans.Attempts,
		Body: []byte(ans.auth.redact(string(ans.Body))), tooLarge: violations[0].Keyword == "size",
	}
}

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

// oneLine makes text from outside fit to stand in a message or a log: whatever could break the line or steer a terminal
// becomes a space, and a long text is cut.
func oneLine(text string) string {
	const limit = 300
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return text // as nearly every request ID is
	}
	// Of all printable characters, the space of ASCII alone is a space.
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}
