package flexflow

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/wire"
)

// NewTransport returns a transport that validates the responses of another API client, such as the official one. It sends
// requests with base, which must decompress bodies; nil is [http.DefaultTransport]. It validates the successful responses of
// the operations in the contract, which it finds by method and path, and passes on everything else.
//
// For a response that violates the contract, RoundTrip returns a [*ResponseError]. In mode [Report] it returns the response,
// whose body can still be read, and the handler of [WithViolationHandler] gets the error.
//
// The options are [WithValidation], [WithViolationHandler] and [WithMaxResponseBytes]. With any other option, RoundTrip
// returns an error that matches [ErrInvalidConfig].
func NewTransport(base http.RoundTripper, opts ...Option) http.RoundTripper {
	cfg, err := defaults.with(opts)
	if err == nil && cfg.sending != defaults.sending {
		err = fmt.Errorf("%w: a transport takes only WithValidation, WithViolationHandler and WithMaxResponseBytes", ErrInvalidConfig)
	}
	if base == nil {
		base = http.DefaultTransport
	}
	return &checkedTransport{base, cfg, err}
}

type checkedTransport struct {
	base http.RoundTripper
	config
	err error // of the options
}

func (t *checkedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.err != nil {
		return nil, t.err
	}
	resp, err := t.base.RoundTrip(req)
	op, args := contract.Find(req.Method, req.URL.Path)
	if err != nil || op == nil || t.mode == Off || !op.IsSuccess(resp.StatusCode) {
		return resp, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, max(t.maxResponseBytes+1, t.maxResponseBytes)))
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), resp.Body), resp.Body}
	if err != nil {
		return resp, nil // reading its body fails in the same way
	}
	out := wire.Received(resp, body, int64(len(body)) > t.maxResponseBytes, authorizationOf(req))
	_, found := contract.Read[map[string]any](op, contract.Response{Status: out.Status, Header: out.Header, Body: body, TooLarge: out.TooLarge}, resource(args), true)
	if len(found) == 0 {
		return resp, nil
	}
	broken := newResponseError(op, args, &out, found)
	if t.onViolation != nil {
		t.onViolation(req.Context(), broken)
	}
	if t.mode == Report {
		return resp, nil
	}
	resp.Body.Close()
	return nil, broken
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
