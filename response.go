package flexflow

import (
	"net/http"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// CallOption configures one fetch.
type CallOption func(*call)

type call struct{ response *Response }

// Response is the response of the last attempt of a fetch.
type Response struct {
	StatusCode int         // HTTP status; 0 when there was no response
	Header     http.Header // with the credentials redacted
	Body       []byte      // after decompression; with an error, the credentials are redacted, and that of an APIError is cut to 64 KiB
	RequestID  string      // Twilio-Request-Id; empty when there is none
	Attempts   int         // requests sent
	Violations []Violation // also in mode [Report], which returns no error for them
}

// CaptureResponse sets *r before the fetch returns, even if the fetch fails.
func CaptureResponse(r *Response) CallOption {
	return func(c *call) { c.response = r }
}

// capturing returns the Response to set, after resetting it, or nil.
func capturing(opts []CallOption) *Response {
	if len(opts) == 0 {
		return nil
	}
	var call call
	for _, opt := range opts {
		if opt != nil {
			opt(&call)
		}
	}
	if call.response != nil {
		*call.response = Response{}
	}
	return call.response
}

func (r *Response) fill(out *wire.Outcome) {
	header := http.Header{}
	for name, values := range out.Header {
		for _, value := range values {
			header.Add(out.Redact(name), out.Redact(value))
		}
	}
	*r = Response{StatusCode: out.Status, Header: header, Body: out.Body, RequestID: out.RequestID(), Attempts: out.Attempts}
}
