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

// withEnd adds the error of the caller's context when that has ended, because a transport may leave it out.
func withEnd(caller context.Context, cause error) error {
	if ended := caller.Err(); ended != nil && !errors.Is(cause, ended) {
		return fmt.Errorf("%w: %w", ended, cause)
	}
	return cause
}

// WithoutSecrets returns an error of net/http without the credentials, and without what it quotes of a malformed
// response.
func WithoutSecrets(err error, known secret.Redactor) error {
	return withText(err, known.Redact(withoutQuotes(err)))
}

// withText returns the error, or one with only the text if that is different.
func withText(err error, text string) error {
	if text != err.Error() {
		return errors.New(text)
	}
	return err
}

// withoutQuotes returns the text of an error up to what it quotes of a malformed response. net/http makes most of
// these errors with package errors or fmt, so withoutQuotes looks at the type of the innermost error.
func withoutQuotes(err error) string {
	text, innermost := err.Error(), err
	for next := err; next != nil; next = errors.Unwrap(next) {
		innermost = next
	}
	if malformed, ok := innermost.(textproto.ProtocolError); ok {
		return strings.TrimSuffix(text, string(malformed)) + "malformed header"
	}
	maker, _, _ := strings.Cut(strings.TrimPrefix(reflect.TypeOf(innermost).String(), "*"), ".")
	before, _, quotes := strings.Cut(text, `"`)
	if quotes && slices.Contains([]string{"errors", "fmt", "http", "http2"}, maker) {
		return strings.TrimRight(before, " :")
	}
	return text
}

// isPermanent reports whether another attempt would fail again. Most errors of crypto/tls and crypto/x509 have no
// type, but all have a prefix.
func isPermanent(cause error) bool {
	if errors.Is(cause, http.ErrSchemeMismatch) {
		return true
	}
	for inner := cause; inner != nil; inner = errors.Unwrap(inner) { // the text of an outer error may quote the response
		if text := inner.Error(); strings.HasPrefix(text, "tls: ") || strings.HasPrefix(text, "x509: ") {
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
