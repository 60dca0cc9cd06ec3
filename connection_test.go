package flexflow_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
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
			if !row.connection.is(accepted.Load() == 1) {
				t.Errorf("the connection was not %s", row.connection)
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
		"not yet valid":               changed(func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Hour) }),
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

// An alert of TLS is permanent if it is about a certificate or the version, and temporary otherwise.
func TestTLS_alert(t *testing.T) {
	t.Parallel()
	for alert, attempts := range map[byte]int{
		20: twice, // bad record MAC
		40: twice, // handshake failure
		42: once,  // bad certificate
		43: once,  // unsupported certificate
		44: once,  // certificate revoked
		45: once,  // certificate expired
		46: once,  // certificate unknown
		48: once,  // unknown authority
		50: twice, // decode error
		51: twice, // decrypt error
		70: once,  // protocol version
		80: twice, // internal error
		90: twice, // user canceled
	} {
		t.Run(fmt.Sprint(alert), func(t *testing.T) {
			t.Parallel()
			const fatal = 2
			s := testserver.StartGreeter(t, hangUp(tlsRecord(21, string([]byte{fatal, alert}))))
			err := transportError(nil).of(t, newClient(t, s.URL, flexflow.WithRetries(1), patient))
			if got := attemptsOf(err); got != attempts {
				t.Errorf("%d attempts, want %d: %v", got, attempts, err)
			}
			aboutSettings := strings.Contains(err.Error(), "check the host's TLS settings")
			if permanent := attempts == once; aboutSettings != permanent {
				t.Errorf("the hint is about the settings of the host: %t, want %t: %v", aboutSettings, permanent, err)
			}
		})
	}
}

// tlsRecord returns a record of TLS 1.2 without encryption.
func tlsRecord(kind byte, content string) string {
	return string([]byte{kind, 3, 3, byte(len(content) >> 8), byte(len(content))}) + content
}

// serverHello returns the first message of a server that selects a version.
func serverHello(version string) string {
	random := strings.Repeat("r", 32)
	const noSession, cipherSuite, noCompression = "\x00", "\xc0\x2f", "\x00"
	message := version + random + noSession + cipherSuite + noCompression
	return tlsRecord(22, "\x02\x00\x00"+string([]byte{byte(len(message))})+message)
}

func TestTLS_malformedHandshake(t *testing.T) {
	t.Parallel()
	done := tlsRecord(22, "\x0e\x00\x00\x00")
	certificate := tlsRecord(22, "\x0b\x00\x00\x07"+"\x00\x00\x04"+"\x00\x00\x01"+"x") + done
	for name, row := range map[string]struct {
		greeting string
		attempts int
	}{
		"a version that is too old":    {serverHello("\x03\x02"), once},
		"a certificate that is none":   {serverHello("\x03\x03") + certificate, once},
		"a message that is too short":  {tlsRecord(22, "\x02\x00\x00\x00"), twice},
		"a message in the wrong place": {certificate, twice},
		"a record that is too long":    {"\x16\x03\x03\xff\xff", twice},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := testserver.StartGreeter(t, hangUp(row.greeting))
			err := transportError(nil).of(t, newClient(t, s.URL, flexflow.WithRetries(1), patient))
			if got := attemptsOf(err); got != row.attempts || !strings.Contains(err.Error(), "tls: ") {
				t.Errorf("%d attempts, want %d: %v", got, row.attempts, err)
			}
		})
	}
}

func TestTLS_noCommonVersion(t *testing.T) {
	t.Parallel()
	s := startRawTLS(t, testserver.NewAuthority(t).Server(t), replyFlow)
	config := &tls.Config{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12}
	err := transportError(nil).of(t, newClient(t, s.URL, over(&http.Transport{TLSClientConfig: config})))
	if attemptsOf(err) != 1 {
		t.Errorf("want one attempt, got %v", err)
	}
}

// damagedConn damages what it receives after a request.
type damagedConn struct {
	net.Conn
	requests *atomic.Int64
}

func (c damagedConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 && c.requests.Load() > 0 {
		b[n-1] ^= 1
	}
	return n, err
}

// A record that was damaged on its way is a temporary fault.
func TestTLS_damagedRecord(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	s := startRawTLS(t, authority.Server(t), replyFlow)
	transport := authority.Transport(t)
	var dials atomic.Int64
	transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil && dials.Add(1) == 1 {
			conn = damagedConn{conn, &s.Requests}
		}
		return conn, err
	}
	var log bytes.Buffer
	var response flexflow.Response
	client := newClient(t, s.URL, over(transport), patient, logTo(&log))
	success.of(t, client, flexflow.CaptureResponse(&response))
	if response.Attempts != 2 || !strings.Contains(log.String(), "bad record MAC") {
		t.Errorf("%d attempts, want 2: %s", response.Attempts, &log)
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
