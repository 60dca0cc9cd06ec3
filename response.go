package flexflow

import (
	"net/http"
	"slices"

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
}

// CaptureResponse fills r in before the fetch returns, whether it succeeds or fails.
func CaptureResponse(r *Response) CallOption {
	return func(c *call) { c.response = r }
}

// capturing clears the Response that the caller wants filled in, and returns the function that fills it in.
func capturing(opts []CallOption) func(*wire.Outcome) {
	var call call
	for _, opt := range opts {
		if opt != nil {
			opt(&call)
		}
	}
	if call.response == nil {
		return func(*wire.Outcome) {}
	}
	*call.response = Response{} // what an earlier fetch left there is no response to this one
	return func(out *wire.Outcome) {
		header := out.Header.Clone()
		for name, values := range header {
			for i, value := range values {
				header[name][i] = out.Redact(value)
			}
		}
		*call.response = Response{StatusCode: out.Status, Header: header, Body: slices.Clip(out.Body), RequestID: out.RequestID(), Attempts: out.Attempts}
	}
}
