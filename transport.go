package flexflow

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/wire"
)

// NewTransport returns a transport that validates the responses of another API client, such as the official one. It sends
// requests with base, which must return decompressed bodies; nil means [http.DefaultTransport]. It validates the successful responses of
// the operations in the contract, which it finds by method and path, and passes on everything else.
//
// For a response that violates the contract, RoundTrip returns a [*ResponseError]. In mode [Report] it returns the response,
// whose body can still be read, and the handler of [WithViolationHandler] gets the error.
//
// The options are [WithValidation], [WithViolationHandler] and [WithMaxResponseBytes]. If one is invalid, or another option
// changes its default, RoundTrip returns an error that matches [ErrInvalidConfig].
func NewTransport(base http.RoundTripper, opts ...Option) http.RoundTripper {
	cfg, err := defaults.with(opts)
	if err == nil && cfg.sending != defaults.sending {
		err = fmt.Errorf("%w: a transport takes only WithValidation, WithViolationHandler and WithMaxResponseBytes", ErrInvalidConfig)
	}
	return &checkedTransport{wire.RoundTripper(cmp.Or(base, http.DefaultTransport)), cfg, err}
}

type checkedTransport struct {
	send func(*http.Request) (*http.Response, error)
	config
	err error // of the options
}

func (t *checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.err != nil {
		return nil, t.err
	}
	resp, err := t.send(req)
	op, sid := contract.Find(req.Method, req.URL.Path)
	if err != nil || op == nil || t.mode == Off || !op.IsSuccess(resp.StatusCode) {
		return resp, err
	}
	body, err := wire.ReadUpTo(resp.Body, resp.ContentLength, t.maxResponseBytes)
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), resp.Body), resp.Body}
	if err != nil {
		return resp, nil // reading its body fails in the same way
	}
	received := wire.Response{Status: resp.StatusCode, Header: resp.Header, Body: body, TooLarge: int64(len(body)) > t.maxResponseBytes}
	_, found := contract.Read[map[string]any](op, contract.Response(received), sid, true)
	if len(found) == 0 {
		return resp, nil
	}
	out := wire.Received(received, authorizationOf(req))
	invalid := newResponseError(op.ID, sid, &out, found)
	if !t.rejects(req.Context(), invalid) {
		return resp, nil
	}
	resp.Body.Close()
	return nil, invalid
}

// authorizationOf returns the credentials to redact.
func authorizationOf(req *http.Request) wire.Authorization {
	if user, password, ok := req.BasicAuth(); ok {
		return basicAuthorization(user, password)
	}
	header := req.Header.Get("Authorization")
	_, token, _ := strings.Cut(header, " ")
	return wire.NewAuthorization(header, token)
}
