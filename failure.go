package flexflow

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/secret"
	"github.com/flexflow-go/flexflow/internal/send"
)

// sidOf returns the argument of an operation that takes a SID, and "" for the parameters of a list.
func sidOf(argument any) string {
	sid, _ := argument.(string)
	return sid
}

// invalidArgument returns the error for a malformed argument. It quotes only the beginning of a long SID, which may be
// a secret in the wrong place.
func invalidArgument(op *contract.Operation, argument any, reason error) error {
	sid, ok := argument.(string)
	if !ok {
		return fmt.Errorf("%w: %s: %w; nothing was sent", ErrInvalidConfig, op.ID, reason)
	}
	more := ""
	if len(sid) > 8 {
		sid, more = sid[:4], "..."
	}
	return fmt.Errorf("%w %s%s: %w; nothing was sent", ErrInvalidSID, strconv.QuoteToASCII(sid), more, reason)
}

// failure returns the error of a call, or nil if it is a success.
func failure(op *contract.Operation, sid string, out *send.Outcome) error {
	switch {
	case out.Success:
		return nil
	case out.Err != nil:
		return &TransportError{
			Operation: op.ID, SID: sid, RequestID: out.RequestID(), Attempts: out.Attempts, Err: out.Err,
		}
	}
	e := &APIError{
		Operation: op.ID, SID: sid, StatusCode: out.Status, RequestID: out.RequestID(),
		RetryAfter: out.RetryAfter, Location: out.Location, Attempts: out.Attempts, Body: out.Body,
	}
	if out.Status/100 != 2 { // the body of a 2xx may be a flow
		code, message, moreInfo := contract.ReadError(out.Body)
		e.Code, e.Message, e.MoreInfo = code, secret.OneLine(out.Redact(message)), secret.OneLine(out.Redact(moreInfo))
	}
	e.Message = cmp.Or(e.Message, http.StatusText(e.StatusCode))
	return e
}

// newResponseError returns the error for the violations, or nil if there are none. It redacts the body, and also
// pointers and reasons, which contain property names from the body.
func newResponseError(operation, sid string, out *send.Outcome, found []contract.Violation) *ResponseError {
	if len(found) == 0 {
		return nil
	}
	e := &ResponseError{
		Operation: operation, SID: sid, StatusCode: out.Status, RequestID: out.RequestID(), Attempts: out.Attempts,
		Body: []byte(out.Redact(string(out.Body))),
	}
	for _, v := range found {
		e.Violations = append(e.Violations, Violation{out.Redact(v.Pointer), v.Keyword, out.Redact(v.Reason)})
	}
	return e
}
