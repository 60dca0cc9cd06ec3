package flexflow

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/wire"
)

// resource returns the last path argument.
func resource(args []any) (sid string) {
	for _, arg := range args {
		if text, ok := arg.(string); ok {
			sid = text
		}
	}
	return sid
}

// invalidSID quotes only the first characters of a long SID: it may be a secret in the wrong place.
func invalidSID(args []any, reason error) error {
	sid, more := resource(args), ""
	if len(sid) > 8 {
		sid, more = sid[:4], "..."
	}
	return fmt.Errorf("%w %s%s: %w; nothing was sent", ErrInvalidSID, strconv.QuoteToASCII(sid), more, reason)
}

// failure returns the error of a call without a successful response, or nil.
func failure(op *contract.Operation, args []any, out *wire.Outcome) error {
	switch {
	case out.Err != nil:
		return &TransportError{Operation: op.ID, SID: resource(args), RequestID: out.RequestID(), Attempts: out.Attempts, Err: out.Err}
	case op.IsSuccess(out.Status):
		return nil
	}
	e := &APIError{
		Operation: op.ID, SID: resource(args), StatusCode: out.Status, RequestID: out.RequestID(),
		RetryAfter: out.RetryAfter, Location: out.Location, Attempts: out.Attempts, Body: out.Body,
	}
	if out.Status/100 != 2 { // else the body may be a flow
		e.Code, e.Message, e.MoreInfo = readErrorBody(out.Body)
		e.Message, e.MoreInfo = wire.OneLine(out.Redact(e.Message)), wire.OneLine(out.Redact(e.MoreInfo))
	}
	if e.Message == "" {
		e.Message = http.StatusText(e.StatusCode)
	}
	return e
}

// readErrorBody reads code, message and documentation URL from Twilio's three formats, and the message from plain text. It
// ignores fields of another type.
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

// newResponseError also redacts pointers and reasons, which contain property names from the body.
func newResponseError(op *contract.Operation, args []any, out *wire.Outcome, found []contract.Violation) *ResponseError {
	e := &ResponseError{
		Operation: op.ID, SID: resource(args), StatusCode: out.Status, RequestID: out.RequestID(), Attempts: out.Attempts,
		Body: []byte(out.Redact(string(out.Body))),
	}
	for _, v := range found {
		e.Violations = append(e.Violations, Violation{out.Redact(v.Pointer), v.Keyword, out.Redact(v.Reason)})
	}
	return e
}
