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

// invalidSID returns the error for a malformed SID. It quotes only the beginning of a long one, which may be a secret.
func invalidSID(sid string, reason error) error {
	more := ""
	if len(sid) > 8 {
		sid, more = sid[:4], "..."
	}
	return fmt.Errorf("%w %s%s: %w; nothing was sent", ErrInvalidSID, strconv.QuoteToASCII(sid), more, reason)
}

// failure returns the error for the outcome of a call, or nil for a success.
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
		code, message, moreInfo := contract.ReadError(out.Body) // which removes escapes
		e.Message, e.MoreInfo = secret.OneLine(out.Redact(message)), secret.OneLine(out.Redact(moreInfo))
		e.Code, _ = strconv.Atoi(out.Redact(strconv.Itoa(code))) // 0 if its digits are of a secret
	}
	e.Message = cmp.Or(e.Message, http.StatusText(e.StatusCode))
	return e
}

// maxInvalidBody limits the body of a ResponseError: to redact a whole page would take seconds.
const maxInvalidBody = 1 << 20

// newResponseError returns the error for the violations, or nil if there are none. It redacts the body, and also
// pointers and reasons, which contain property names from the body.
func newResponseError(operation, sid string, out *send.Outcome, found []contract.Violation) *ResponseError {
	if len(found) == 0 {
		return nil
	}
	e := &ResponseError{
		Operation: operation, SID: sid, StatusCode: out.Status, RequestID: out.RequestID(), Attempts: out.Attempts,
		Body: []byte(out.Redact(string(out.Body[:min(len(out.Body), maxInvalidBody)]))),
	}
	for _, v := range found {
		e.Violations = append(e.Violations, Violation{out.Redact(v.Pointer), v.Keyword, out.Redact(v.Reason)})
	}
	return e
}
