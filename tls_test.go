package flexflow_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

// The fault matrix of TLS: nothing is sent to a server that cannot be believed, and what makes it so is not tried again.
func TestServerThatCannotBeBelieved(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	oldVersion, clientCertificate := authority.server(t), authority.server(t)
	oldVersion.MaxVersion = tls.VersionTLS11
	clientCertificate.ClientAuth = tls.RequireAnyClientCert
	for name, server := range map[string]*tls.Config{
		"an unknown authority":        newAuthority(t).server(t),
		"another host":                authority.server(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"flex-api.twilio.com"} }),
		"expired":                     authority.server(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"not yet valid":               authority.server(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }),
		"TLS 1.1":                     oldVersion,
		"a certificate of the client": clientCertificate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRawTLS(t, server, rightFlow)
			flow, err := newClient(t, s.URL, authority.trusted(t)).FetchFlexFlow(t.Context(), flowSID)
			noAnswer(nil).check(t, flowSID, flow, err)
			if attemptsOf(err) != 1 || s.requests.Load() != 0 {
				t.Errorf("%d attempts and %d requests, want one attempt that sends nothing: %v", attemptsOf(err), s.requests.Load(), err)
			}
		})
	}
}

// A caller that pins certificates checks them himself, and crypto/tls passes on what he says.
func TestServerThatTheCallerRefusesIsNotTriedAgain(t *testing.T) {
	s := startRawTLS(t, newAuthority(t).server(t), rightFlow)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: x509.NewCertPool()})
		return err
	}}}
	flow, err := newClient(t, s.URL, flexflow.WithHTTPClient(&http.Client{Transport: transport})).FetchFlexFlow(t.Context(), flowSID)
	noAnswer(nil).check(t, flowSID, flow, err)
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok || attemptsOf(err) != 1 {
		t.Errorf("want an unknown authority after one attempt, got %v", err)
	}
}

func TestHandshakeThatFails(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		greeting reply
		cause    error
		attempts int
	}{
		{"plain HTTP", hangUp("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), http.ErrSchemeMismatch, 1},
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, 1},
		{"an alert", hangUp("\x15\x03\x03\x00\x02\x02\x28"), nil, 1},
		{"closed", hangUp(), nil, 2},
		{"reset", reset(), syscall.ECONNRESET, 2},
		{"no answer", stall(), context.DeadlineExceeded, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, startGreeter(t, row.greeting).URL, flexflow.WithRetries(1), timeoutFor(row.cause))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			noAnswer(row.cause).check(t, flowSID, flow, err)
			if got := attemptsOf(err); got != row.attempts {
				t.Errorf("%d attempts, want %d: %v", got, row.attempts, err)
			}
		})
	}
}

func TestProxyThatFails(t *testing.T) {
	t.Parallel()
	const established = "HTTP/1.1 200 Connection established\r\n\r\n"
	authority := newAuthority(t)
	strangers := newAuthority(t).server(t)
	server := startRawTLS(t, authority.server(t), rightFlow)
	for _, row := range []struct {
		name     string
		answer   reply
		cause    error
		attempts int
	}{
		{"wants a password", send(whole(407, "<html>")), nil, 2},
		{"finds no server", send(whole(502, "")), nil, 2},
		{"closes the tunnel", hangUp(established), nil, 2},
		{"says nothing", stall(), context.DeadlineExceeded, 2},
		{"is no proxy", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, 2},
		{"speaks in the server's place", func(conn net.Conn, r *http.Request) bool {
			send(established)(conn, r)
			tls.Server(conn, strangers).Handshake()
			return false
		}, nil, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			proxy := startRaw(t, func(conn net.Conn, r *http.Request) bool {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy was sent %s with the header %v", r.Method, r.Header)
				}
				return row.answer(conn, r)
			})
			via, err := url.Parse(strings.Replace(proxy.URL, "//", "//user:pass-of-the-proxy@", 1))
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{Proxy: http.ProxyURL(via)}
			client := newClient(t, server.URL, flexflow.WithHTTPClient(&http.Client{Transport: transport}), flexflow.WithRetries(1), timeoutFor(row.cause))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			noAnswer(row.cause).check(t, flowSID, flow, err)
			if attemptsOf(err) != row.attempts || strings.Contains(err.Error(), "pass-of-the-proxy") {
				t.Errorf("want %d attempts and no password: %v", row.attempts, err)
			}
		})
	}
	t.Cleanup(func() {
		if n := server.accepted.Load(); n != 0 {
			t.Errorf("%d connections went past the proxy", n)
		}
	})
}

// timeoutFor is a short one where the row is about a timeout.
func timeoutFor(cause error) flexflow.Option {
	if cause == context.DeadlineExceeded {
		return flexflow.WithTimeout(patience)
	}
	return flexflow.WithTimeout(atOnce)
}
