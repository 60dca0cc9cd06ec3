package flexflow_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// A fault in HTTP/2 ends one stream, and the other streams can still use the connection.
func TestHTTP2_faults(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	flow := validFlow(flowSID)
	with := func(status int, body string, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			io.WriteString(w, body)
			w.(http.Flusher).Flush()
		}
	}
	early := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103) }
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	wait := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	more := func(w http.ResponseWriter, r *http.Request) {
		for spaces := strings.Repeat(" ", 4096); r.Context().Err() == nil; {
			io.WriteString(w, spaces)
		}
	}
	then := func(first, second http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			first(w, r)
			second(w, r)
		}
	}
	cutOff, late, tooLarge := transportError(nil), transportError(context.DeadlineExceeded), violates("size")
	for _, row := range []struct {
		name     string
		response http.HandlerFunc
		want     outcome
		attempts int
		connection
	}{
		{"the flow", with(200, flow), success, once, kept},
		{"103, then the flow", then(early, with(200, flow)), success, once, kept},
		{"reset before the response", abort, cutOff, twice, kept},
		{"reset in the body", then(with(200, flow), abort), cutOff, twice, kept},
		{"cut off against Content-Length", with(200, flow, "Content-Length", "500"), cutOff, twice, kept},
		{"no response", wait, late, twice, kept},
		{"no end of the body", then(with(200, flow), wait), late, twice, kept},
		{"a body without end", then(with(200, ""), more), tooLarge, once, kept},
		{"a gzip bomb", with(200, bomb(), "Content-Encoding", "gzip"), tooLarge, once, kept},
		{"a header of 1 MiB", with(200, flow, "Name", strings.Repeat("x", 1<<20)), cutOff, twice, dropped},
		{"404", with(404, "{}"), apiError(404, flexflow.ErrNotFound), once, kept},
		{"503, and its body reset", then(with(503, "{"), abort), apiError(503, flexflow.ErrServer), twice, kept},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var faulty atomic.Bool
			var accepted atomic.Int64
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("the request came over %s", r.Proto)
				}
				if faulty.Load() {
					row.response(w, r)
				} else {
					with(200, flow)(w, r)
				}
			}))
			s.TLS, s.EnableHTTP2 = authority.Server(t), true
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					accepted.Add(1)
				}
			}
			s.StartTLS()
			t.Cleanup(s.Close)

			client := newClient(t, s.URL, trusting(t, authority), flexflow.WithRetries(1), patient)
			success.of(t, client) // connects without a fault, and without a timeout
			faulty.Store(true)
			by, err := client.With(timeoutFor(row.want.match))
			if err != nil {
				t.Fatal(err)
			}
			var response flexflow.Response
			row.want.of(t, by, flexflow.CaptureResponse(&response))
			if response.Attempts != row.attempts {
				t.Errorf("%d attempts, want %d", response.Attempts, row.attempts)
			}
			faulty.Store(false)
			success.of(t, client)
			if reused := connection(accepted.Load() == 1); reused != row.connection {
				t.Errorf("the connection was reused: %t, want %t", reused, row.connection)
			}
		})
	}
}

// timeoutFor returns a short timeout if the cause of the expected error is a timeout.
func timeoutFor(cause error) flexflow.Option {
	if cause == context.DeadlineExceeded {
		return flexflow.WithTimeout(shortTimeout)
	}
	return patient
}

// HTTP/2 allows a status of any length.
func TestHTTP2_status(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	for status, want := range map[string]bool{"200": true, "20000": false, "20099": false, "2": false} {
		frames := testserver.HTTP2Headers(":status", status, "content-type", "application/json") +
			testserver.HTTP2Body(validFlow(flowSID)) + testserver.HTTP2End()
		s := testserver.StartHTTP2(t, authority, frames)
		flow, err := fetch(t, newClient(t, s.URL, trusting(t, authority), flexflow.WithRetries(0)))
		if (err == nil) != want || (flow != nil) != want {
			t.Errorf("status %s: flow %v, error %v", status, flow, err)
		}
	}
}

// A fetch sends nothing to a server without a valid certificate, and does not retry.
func TestTLS_untrustedServer(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	changed := func(change func(*x509.Certificate)) *tls.Config { return authority.Server(t, change) }
	oldVersion, clientCertificate := authority.Server(t), authority.Server(t)
	oldVersion.MaxVersion = tls.VersionTLS11
	clientCertificate.ClientAuth = tls.RequireAnyClientCert
	for name, server := range map[string]*tls.Config{
		"an unknown authority": testserver.NewAuthority(t).Server(t),
		"another host": changed(func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"flex-api.twilio.com"}
		}),
		"expired":                     changed(func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"not yet valid":               changed(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }),
		"TLS 1.1":                     oldVersion,
		"a certificate of the client": clientCertificate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRawTLS(t, server, replyFlow)
			err := transportError(nil).of(t, newClient(t, s.URL, trusting(t, authority)))
			if attemptsOf(err) != 1 || s.Requests.Load() != 0 {
				t.Errorf("%d attempts and %d requests, want one attempt that sends nothing: %v",
					attemptsOf(err), s.Requests.Load(), err)
			}
		})
	}
}

// The default transport verifies certificates.
func TestTLS_defaultTransport(t *testing.T) {
	t.Parallel()
	s := startRawTLS(t, testserver.NewAuthority(t).Server(t), replyFlow)
	err := transportError(nil).of(t, newClient(t, s.URL))
	as[*tls.CertificateVerificationError](t, err)
	if n := s.Requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// A program may pin certificates. crypto/tls returns the error of the program.
func TestTLS_refusedByCaller(t *testing.T) {
	s := startRawTLS(t, testserver.NewAuthority(t).Server(t), replyFlow)
	pinned := func(state tls.ConnectionState) error {
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: x509.NewCertPool()})
		return err
	}
	config := &tls.Config{InsecureSkipVerify: true, VerifyConnection: pinned}
	err := transportError(nil).of(t, newClient(t, s.URL, over(&http.Transport{TLSClientConfig: config})))
	as[x509.UnknownAuthorityError](t, err)
	if attemptsOf(err) != 1 {
		t.Errorf("want one attempt, got %v", err)
	}
}

func TestTLS_failedHandshake(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name     string
		greeting reply
		cause    error
		attempts int
	}{
		{"plain HTTP", hangUp(whole(400, "")), http.ErrSchemeMismatch, once},
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, once},
		{"an alert", hangUp("\x15\x03\x03\x00\x02\x02\x28"), nil, once},
		{"closed", hangUp(), nil, twice},
		{"reset", reset(), syscall.ECONNRESET, twice},
		{"no response", stall(), context.DeadlineExceeded, twice},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := testserver.StartGreeter(t, row.greeting)
			client := newClient(t, s.URL, flexflow.WithRetries(1), timeoutFor(row.cause))
			err := transportError(row.cause).of(t, client)
			if got := attemptsOf(err); got != row.attempts {
				t.Errorf("%d attempts, want %d: %v", got, row.attempts, err)
			}
		})
	}
}

func TestProxy_failure(t *testing.T) {
	t.Parallel()
	const established = "HTTP/1.1 200 Connection established\r\n\r\n"
	authority := testserver.NewAuthority(t)
	strangers := testserver.NewAuthority(t).Server(t)
	server := startRawTLS(t, authority.Server(t), replyFlow)
	for _, row := range []struct {
		name     string
		response reply
		cause    error
		attempts int
	}{
		{"wants a password", send(whole(407, "<html>")), nil, twice},
		{"finds no server", send(whole(502, "")), nil, twice},
		{"closes the tunnel", hangUp(established), nil, twice},
		{"says nothing", stall(), context.DeadlineExceeded, twice},
		{"is not a proxy", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, twice},
		{"speaks in the server's place", func(conn net.Conn, r *http.Request) bool {
			send(established)(conn, r)
			tls.Server(conn, strangers).Handshake()
			return false
		}, nil, once},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			proxy := startRaw(t, func(conn net.Conn, r *http.Request) bool {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy was sent %s with the header %v", r.Method, r.Header)
				}
				return row.response(conn, r)
			})
			via, err := url.Parse(strings.Replace(proxy.URL, "//", "//user:pass-of-the-proxy@", 1))
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{Proxy: http.ProxyURL(via)}
			client := newClient(t, server.URL, over(transport), flexflow.WithRetries(1), timeoutFor(row.cause))
			err = transportError(row.cause).of(t, client)
			if attemptsOf(err) != row.attempts || strings.Contains(err.Error(), "pass-of-the-proxy") {
				t.Errorf("want %d attempts and no password: %v", row.attempts, err)
			}
		})
	}
	t.Cleanup(func() {
		if n := server.Accepted.Load(); n != 0 {
			t.Errorf("%d connections went past the proxy", n)
		}
	})
}
