package send

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// The other hints are tested with real connections, in cmd/flexflow/testdata/script/messages.txtar.
func TestHint(t *testing.T) {
	t.Parallel()
	sent := func(cause error) error { return &url.Error{Op: "Get", URL: "https://example.com", Err: cause} }
	unknownHost := &net.DNSError{Err: "no such host"}
	for name, test := range map[string]struct {
		cause error
		want  string
	}{
		"unknown host":            {sent(&net.OpError{Op: "dial", Err: unknownHost}), "host name"},
		"unknown host of a proxy": {sent(&net.OpError{Op: "proxyconnect", Err: unknownHost}), "HTTPS_PROXY"},
		"TLS":                     {sent(errors.New("tls: protocol version not supported")), "TLS settings"},
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

func TestSend_failure(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		ends  bool // the context, during the request
		cause error
		want  string
	}{
		"a cause is kept": {false, io.EOF, `Get "https://example.com": EOF`},
		"a quote of a response is removed": {
			false, errors.New(`malformed HTTP response "secret"`), `Get "https://example.com": malformed HTTP response`,
		},
		"another quote is kept":           {false, quoting{}, `Get "https://example.com": cannot open "key.pem"`},
		"the end of the context is added": {true, io.EOF, `context canceled: Get "https://example.com": EOF`},
		"the end of the context is there": {true, context.Canceled, `Get "https://example.com": context canceled`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			caller, cancel := context.WithCancel(t.Context())
			defer cancel()
			sender := Sender{
				RoundTrip: func(*http.Request) (*http.Response, error) {
					if test.ends {
						cancel()
					}
					return nil, test.cause
				},
				Authorize: secret.Basic("user", "password"),
				Timeout:   time.Minute,
			}
			out := sender.Send(caller, callTo("https://example.com"))
			if out.Err == nil || out.Err.Error() != test.want {
				t.Errorf("got %q, want %q", out.Err, test.want)
			}
			if ended := caller.Err(); ended != nil && !errors.Is(out.Err, ended) {
				t.Errorf("%q does not match %v", out.Err, ended)
			}
		})
	}
}

// The client sends only GET requests today. One with a body could do its work twice.
func TestIsTemporary(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		method string
		status int
		failed error
		want   bool
	}{
		{http.MethodGet, 503, nil, true}, {http.MethodGet, 404, nil, false}, {http.MethodGet, 0, io.EOF, true},
		{http.MethodPost, 503, nil, false}, {http.MethodPost, 0, io.EOF, false},
		{http.MethodGet, 0, http.ErrSchemeMismatch, false},
	} {
		if got := isTemporary(test.method, test.status, test.failed); got != test.want {
			t.Errorf("isTemporary(%s, %d, %v) = %t", test.method, test.status, test.failed, got)
		}
	}
}
