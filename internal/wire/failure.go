package wire

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
)

// fail sets why there is no complete response. It adds the error of the caller's context, which a transport may leave out.
func (o *Outcome) fail(caller context.Context, cause error) {
	if ended := caller.Err(); ended != nil && !errors.Is(cause, ended) {
		cause = fmt.Errorf("%w: %w", ended, cause)
	}
	o.Err = cause
}

// safe returns the error, or one with only the safe text if that is different.
func safe(err error, text string) error {
	if text != err.Error() {
		return errors.New(text)
	}
	return err
}

// withoutQuotes returns the text of an error up to what it quotes of a malformed response. net/http makes most of these errors
// with package errors or fmt, so withoutQuotes looks at the type of the innermost error.
func withoutQuotes(err error) string {
	text, innermost := err.Error(), err
	for next := err; next != nil; next = errors.Unwrap(next) {
		innermost = next
	}
	if malformed, ok := innermost.(textproto.ProtocolError); ok {
		return strings.TrimSuffix(text, string(malformed)) + "malformed header"
	}
	maker, _, _ := strings.Cut(strings.TrimPrefix(reflect.TypeOf(innermost).String(), "*"), ".")
	if before, _, quotes := strings.Cut(text, `"`); quotes && slices.Contains([]string{"errors", "fmt", "http", "http2"}, maker) {
		return strings.TrimRight(before, " :")
	}
	return text
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
	case permanent(cause):
		return "check the host's TLS settings"
	case errors.Is(cause, errProxy), errors.As(cause, &dial) && dial.Op == "proxyconnect":
		return "check the proxy in HTTPS_PROXY"
	case errors.As(cause, &lookup):
		return "check the host name and the network"
	}
	return "check the network, and try again later"
}
