package flexflow

import (
	"net/http"

	"github.com/flexflow-go/flexflow/internal/send"
)

// CallOption configures one fetch.
type CallOption func(*call)

type call struct{ response *Response }

// Response is the response of the last attempt of a fetch.
type Response struct {
	StatusCode int         // HTTP status; 0 when there was no response
	Header     http.Header // with the credentials redacted
	Body       []byte      // after decompression; with an error, redacted, and that of an APIError is cut to 64 KiB
	RequestID  string      // Twilio-Request-Id; empty when there is none
	Attempts   int         // requests sent
	Violations []Violation // those of the [*ResponseError]; in mode [Report], those that the handler got
}

// CaptureResponse sets *r before the fetch returns, even if the fetch fails.
func CaptureResponse(r *Response) CallOption {
	return func(c *call) { c.response = r }
}

// capture returns the Response of [CaptureResponse], or nil without that option. It allocates nothing without options.
func capture(opts []CallOption) *Response {
	if len(opts) == 0 {
		return nil
	}
	var c call
	for _, opt := range opts {
		if opt != nil {
			opt(&c)
		}
	}
	return c.response
}

// setOutcome replaces *r by what was received. A nil Response captures nothing.
func (r *Response) setOutcome(out *send.Outcome) {
	if r == nil {
		return
	}
	header := http.Header{}
	for name, values := range out.Header {
		for _, value := range values {
			header.Add(out.Redact(name), out.Redact(value))
		}
	}
	*r = Response{
		StatusCode: out.Status, Header: header, Body: out.Body, RequestID: out.RequestID(), Attempts: out.Attempts,
	}
}

// setInvalid adds the violations. The body of a response that the fetch rejects becomes the redacted one of the error.
func (r *Response) setInvalid(invalid *ResponseError, rejected bool) {
	if r == nil {
		return
	}
	r.Violations = invalid.Violations
	if rejected {
		r.Body = invalid.Body
	}
}
