package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// EndOf returns the error of an ended context, with the cause that its owner gave.
func EndOf(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, ctx.Err()) {
		return fmt.Errorf("%w: %w", ctx.Err(), cause)
	}
	return context.Cause(ctx)
}

// withEnd adds the error of the caller's context to err if the context has ended, because a transport may leave it out.
func withEnd(caller context.Context, err error) error {
	if caller.Err() == nil || errors.Is(err, caller.Err()) && errors.Is(err, context.Cause(caller)) {
		return err
	}
	return fmt.Errorf("%w: %w", EndOf(caller), err)
}

// WithoutSecrets returns an error of net/http without the credentials, and without what it quotes of a response.
func WithoutSecrets(err error, known secret.Redactor) error {
	return withText(err, known.Redact(withoutQuotes(err)))
}

// withText returns err if that is its text, and otherwise an error with only the text.
func withText(err error, text string) error {
	if text != err.Error() {
		return errors.New(text)
	}
	return err
}

// withoutQuotes returns the text of an error, cut before what it quotes of a malformed response. Such an error has no
// type of its own: net/http makes it with package errors or fmt. So withoutQuotes cuts the text if the innermost error
// is of a type of these packages or of net/http.
func withoutQuotes(err error) string {
	text, innermost := err.Error(), err
	for next := err; next != nil; next = errors.Unwrap(next) {
		innermost = next
	}
	if malformed, ok := innermost.(textproto.ProtocolError); ok {
		return strings.TrimSuffix(text, string(malformed)) + "malformed header"
	}
	packageName, _, _ := strings.Cut(strings.TrimPrefix(reflect.TypeOf(innermost).String(), "*"), ".")
	before, _, quotes := strings.Cut(text, `"`)
	if quotes && slices.Contains([]string{"errors", "fmt", "http", "http2"}, packageName) {
		return strings.TrimRight(before, " :")
	}
	return text
}

// permanentTexts has the beginnings of errors of crypto/tls that have no type and that another attempt would meet
// again: a certificate is invalid or missing, the server does not use TLS, or there is no common version.
var permanentTexts = []string{
	"x509: ", "tls: failed to parse certificate", "tls: first record does not look like a TLS handshake",
	"tls: protocol version not supported", "tls: server selected unsupported protocol version",
	"tls: no supported versions", "tls: certificate required", "tls: bad certificate", "tls: unknown certificate",
	"tls: unsupported certificate", "tls: revoked certificate", "tls: expired certificate",
}

// isPermanent reports whether another attempt would fail again.
func isPermanent(cause error) bool {
	if errors.Is(cause, http.ErrSchemeMismatch) {
		return true
	}
	for inner := cause; inner != nil; inner = errors.Unwrap(inner) {
		// Only the beginning counts: the rest of a text may be quoted from the response.
		begins := func(text string) bool { return strings.HasPrefix(inner.Error(), text) }
		if slices.ContainsFunc(permanentTexts, begins) {
			return true
		}
	}
	return false
}

// Hint says what to do about the cause of a failed request, or returns "".
func Hint(cause error) string {
	var sent *url.Error
	var certificate *tls.CertificateVerificationError
	var lookup *net.DNSError
	var dial *net.OpError
	switch {
	case errors.Is(cause, context.Canceled):
		return ""
	case errors.Is(cause, context.DeadlineExceeded):
		return "try again later, or allow more time"
	case !errors.As(cause, &sent):
		return ""
	case errors.As(cause, &certificate):
		return "check the host's certificate, and that this machine trusts its issuer"
	case errors.Is(cause, http.ErrSchemeMismatch):
		return "check whether the base URL must begin with http://"
	case isPermanent(cause):
		return "check the host's TLS settings"
	case errors.Is(cause, errProxy), errors.As(cause, &dial) && dial.Op == "proxyconnect":
		return "check the proxy in HTTPS_PROXY"
	case errors.As(cause, &lookup):
		return "check the host name and the network"
	}
	return "check the network, and try again later"
}
