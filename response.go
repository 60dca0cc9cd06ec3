package flexflow

import (
	"net/http"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// CallOption configures one fetch.
type CallOption func(*call)

type call struct{ response *Response }

// Response is the last response to a fetch.
type Response struct {
	StatusCode int         // HTTP status; 0 when no response came
	Header     http.Header // its header, with the caller's credentials taken out
	Body       []byte      // the body after decompression; of a response that is no success, the first 64 KiB
	RequestID  string      // Twilio-Request-Id; empty when there is none
	Attempts   int         // requests sent
	Violations []Violation // those of a ResponseError, and what [Report] found in a flow that was returned
}

// CaptureResponse fills r in before the fetch returns, whether it succeeds or fails.
func CaptureResponse(r *Response) CallOption {
	return func(c *call) { c.response = r }
}

// capturing returns the Response that the caller wants filled in, cleared of an earlier fetch, or nil.
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
	header := out.Header.Clone()
	for _, values := range header {
		for i, value := range values {
			values[i] = out.Redact(value)
		}
	}
	*r = Response{StatusCode: out.Status, Header: header, Body: out.Body, RequestID: out.RequestID(), Attempts: out.Attempts}
}
