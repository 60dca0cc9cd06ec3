package flexflow

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
	if errors.Is(cause, http.ErrSchemeMismatch) {
		return true
	}
	for inner := cause; inner != nil; inner = errors.Unwrap(inner) { // the text of the whole may quote the answer
		if text := inner.Error(); strings.HasPrefix(text, "tls: ") || strings.HasPrefix(text, "x509: ") {
			return true
		}
	}
	return false
}

// newAPIError reads the error in an answer that is no success, tolerantly.
func newAPIError(op *operation, args []string, ans answer, now time.Time) *APIError {
	e := &APIError{
		Operation: op.id, SID: resource(args), StatusCode: ans.StatusCode, RequestID: ans.requestID(),
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
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // a byte order mark, with which some proxies begin
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
		RequestID: ans.requestID(), Attempts: ans.Attempts,
		Body: ans.auth.redactBody(ans.Body), tooLarge: violations[0].Keyword == "size",
	}
}
