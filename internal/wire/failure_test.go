package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
	"testing"
)

// The other hints are tested with real connections, in cmd/flexflow/testdata/script/messages.txtar.
func TestHint(t *testing.T) {
	t.Parallel()
	sent := func(cause error) error { return &url.Error{Op: "Get", URL: "https://example.com", Err: cause} }
	for name, test := range map[string]struct {
		cause error
		want  string
	}{
		"unknown host":            {sent(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host"}}), "host name"},
		"unknown host of a proxy": {sent(&net.OpError{Op: "proxyconnect", Err: &net.DNSError{Err: "no such host"}}), "HTTPS_PROXY"},
		"TLS":                     {sent(fmt.Errorf("remote error: %w", errors.New("tls: handshake failure"))), "TLS settings"},
		"timeout":                 {sent(context.DeadlineExceeded), "allow more time"},
		"canceled":                {sent(context.Canceled), ""},
		"token":                   {errors.New("no token"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Hint(test.cause); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
				t.Errorf("the hint is %q, want %q", got, test.want)
			}
		})
	}
}

// quoting is an error with a quote that does not come from a response.
type quoting struct{}

func (quoting) Error() string { return `cannot open "key.pem"` }

func TestFail(t *testing.T) {
	t.Parallel()
	sent := func(cause error) error { return &url.Error{Op: "Get", URL: "https://example.com", Err: cause} }
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	for name, test := range map[string]struct {
		caller context.Context
		cause  error
		want   string
	}{
		"a cause is kept":                  {context.Background(), sent(io.EOF), `Get "https://example.com": EOF`},
		"a quote of a response is removed": {context.Background(), sent(errors.New(`malformed HTTP response "secret"`)), `Get "https://example.com": malformed HTTP response`},
		"another quote is kept":            {context.Background(), sent(quoting{}), `Get "https://example.com": cannot open "key.pem"`},
		"the end of the context is added":  {canceled, sent(io.EOF), `context canceled: Get "https://example.com": EOF`},
		"the end of the context is there":  {canceled, sent(context.Canceled), `Get "https://example.com": context canceled`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var out Outcome
			out.fail(test.caller, test.cause)
			if out.Err.Error() != test.want {
				t.Errorf("got %q, want %q", out.Err, test.want)
			}
			if ended := test.caller.Err(); ended != nil && !errors.Is(out.Err, ended) {
				t.Errorf("%q does not match %v", out.Err, ended)
			}
		})
	}
}
