package flexflow

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/secret"
	"github.com/flexflow-go/flexflow/internal/send"
)

// DefaultTransport returns a new transport with the settings of the one that Clients share, to change or wrap: for a
// proxy, a recorder or OpenTelemetry. It keeps up to 100 idle connections per host for 90 seconds, bounds a dial and a
// TLS handshake to 10 seconds each and a header to 64 KiB, and finds a dead HTTP/2 connection within 7 seconds.
func DefaultTransport() *http.Transport { return send.SharedTransport().Clone() }

// NewTransport returns a transport that validates the responses of another API client, such as the official one. It
// sends requests with base, which must return decompressed bodies; nil means the transport that Clients share.
//
// RoundTrip finds the operation in the contract by method and path, and validates the response if its status is a
// success. Another status below 400, such as that of a redirect, is an [*APIError]. RoundTrip does not change a
// response with a status of 400 or above, or to a request that is not in the contract.
//
// For a response that violates the contract, RoundTrip returns a [*ResponseError], and for one whose body is
// incomplete, a [*TransportError]. A flow of a list that violates the contract makes its page invalid. In mode
// [Report], RoundTrip returns the response, whose body can still be read, and the handler of [WithViolationHandler]
// gets the [*ResponseError]. In mode [Off] it checks only the status.
//
// The options are [WithValidation], [WithViolationHandler] and [WithMaxResponseBytes]. If one is invalid, or another
// option changes its default, RoundTrip returns an error that matches [ErrInvalidConfig].
func NewTransport(base http.RoundTripper, opts ...Option) http.RoundTripper {
	cfg, err := defaults.with(opts)
	if err == nil && cfg.sending != defaults.sending {
		err = fmt.Errorf("%w: a transport takes only WithValidation, WithViolationHandler and WithMaxResponseBytes",
			ErrInvalidConfig)
	}
	return &checkedTransport{cmp.Or(base, http.RoundTripper(send.SharedTransport())), cfg, err}
}

type checkedTransport struct {
	base http.RoundTripper
	config
	err error // of the options
}

// CloseIdleConnections closes the idle connections of the base.
func (t *checkedTransport) CloseIdleConnections() {
	(&http.Client{Transport: t.base}).CloseIdleConnections()
}

func (t *checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, t.err
	}
	op, sid := contract.Find(cmp.Or(req.Method, http.MethodGet), req.URL.Path)
	resp, err := send.RoundTripper(t.base)(req)
	switch {
	case err != nil && op != nil:
		return nil, send.WithoutSecrets(err, secret.Of(req))
	case err != nil:
		return nil, err
	case op == nil, resp.StatusCode >= 400:
		return resp, nil
	}
	if err := t.check(req, resp, op, sid); err != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, nil
}

// check validates a response with a status below 400. It replaces the body of a success by one that can be read again.
func (t *checkedTransport) check(req *http.Request, resp *http.Response, op *contract.Operation, sid string) error {
	out := send.Outcome{
		Status: resp.StatusCode, Header: resp.Header, Attempts: 1, Redactor: secret.Of(cmp.Or(resp.Request, req)),
	}
	switch {
	case !op.IsSuccess(resp.StatusCode):
		out.Location = send.RedirectHost(req.URL, resp, out.Redactor)
		return failure(op, sid, &out)
	case t.mode == Off:
		return nil
	}
	limit := maxBody(op, t.maxResponseBytes)
	body, err := send.ReadUpTo(resp.Body, resp.ContentLength, limit)
	if err != nil && t.mode == Enforce { // the caller might not read to the end, where the error is
		out.Err = send.WithoutSecrets(err, out.Redactor)
		return failure(op, sid, &out)
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), resp.Body), resp.Body}
	if err != nil {
		return nil // the caller reads the same error
	}
	out.Body = body
	found := []contract.Violation{contract.TooLarge}
	if int64(len(body)) <= limit {
		found = contract.Check(op, out.Header, body, sid)
	}
	if invalid := newResponseError(op.ID, sid, &out, found); invalid != nil {
		t.report(req.Context(), invalid)
		if t.mode == Enforce {
			return invalid
		}
	}
	return nil
}
