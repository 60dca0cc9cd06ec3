package flexflow

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

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

// invalidSID returns the error for a malformed SID. It quotes only the beginning of a long one, which may be a secret in the
// wrong place.
func invalidSID(sid string, reason error) error {
	more := ""
	if len(sid) > 8 {
		sid, more = sid[:4], "..."
	}
	return fmt.Errorf("%w %s%s: %w; nothing was sent", ErrInvalidSID, strconv.QuoteToASCII(sid), more, reason)
}

// failure returns the error of a call without a successful response, or nil.
func failure(op *contract.Operation, sid string, out *wire.Outcome) error {
	switch {
	case out.Err != nil:
		return &TransportError{Operation: op.ID, SID: sid, RequestID: out.RequestID(), Attempts: out.Attempts, Err: out.Err}
	case op.IsSuccess(out.Status):
		return nil
	}
	e := &APIError{
		Operation: op.ID, SID: sid, StatusCode: out.Status, RequestID: out.RequestID(),
		RetryAfter: out.RetryAfter, Location: out.Location, Attempts: out.Attempts, Body: out.Body,
	}
	if out.Status/100 != 2 { // the body of a 2xx may be a flow
		code, message, moreInfo := contract.ReadError(out.Body)
		e.Code, e.Message, e.MoreInfo = code, wire.OneLine(out.Redact(message)), wire.OneLine(out.Redact(moreInfo))
	}
	e.Message = cmp.Or(e.Message, http.StatusText(e.StatusCode))
	return e
}

// newResponseError redacts the body, and also pointers and reasons, which contain property names from the body.
func newResponseError(operation, sid string, out *wire.Outcome, found []contract.Violation) *ResponseError {
	e := &ResponseError{
		Operation: operation, SID: sid, StatusCode: out.Status, RequestID: out.RequestID(), Attempts: out.Attempts,
		Body: []byte(out.Redact(string(out.Body))),
	}
	for _, v := range found {
		e.Violations = append(e.Violations, Violation{out.Redact(v.Pointer), v.Keyword, out.Redact(v.Reason)})
	}
	return e
}
