package wire

import (
	"context"
	"errors"
	"fmt"
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
