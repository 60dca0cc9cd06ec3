package flexflow_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
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
		return func(w http.ResponseWriter, r *http.Request) {
			if r.ProtoMajor != 2 {
				t.Errorf("the request came over %s", r.Proto)
			}
			maps.Copy(w.Header(), newResponse(status, body, header...).Header)
			w.WriteHeader(status)
			io.WriteString(w, body)
			w.(http.Flusher).Flush()
		}
	}
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
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
	cutOff, tooLarge := transportError(nil), violates("size")
	for _, row := range []struct {
		name     string
		response http.HandlerFunc
		want     outcome
		attempts int
		connection
	}{
		{"the flow", with(200, flow), success, once, kept},
		{"reset before the response", abort, cutOff, twice, kept},
		{"reset in the body", then(with(200, flow), abort), cutOff, twice, kept},
		{"cut off against Content-Length", with(200, flow, "Content-Length: 500"), cutOff, twice, kept},
		{"a body without end", then(with(200, ""), more), tooLarge, once, kept},
		{"a gzip bomb", with(200, bomb(), gzipped), tooLarge, once, kept},
		{"a header of 1 MiB", with(200, flow, "Name: "+strings.Repeat("x", 1<<20)), cutOff, twice, dropped},
		{"404", with(404, "{}"), apiError(404, flexflow.ErrNotFound), once, kept},
		{"503, and its body reset", then(with(503, "{"), abort), apiError(503, flexflow.ErrServer), twice, kept},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var handler, address atomic.Value
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				address.Store(r.RemoteAddr)
				handler.Load().(http.HandlerFunc)(w, r)
			}))
			s.TLS, s.EnableHTTP2 = authority.Server(t), true
			s.StartTLS()
			t.Cleanup(s.Close)

			transport := trusting(t, authority)
			client := newClient(t, s.URL, transport, flexflow.WithRetries(1), patient)
			handler.Store(with(200, flow))
			success.of(t, client) // connects without a fault
			before := address.Load()
			handler.Store(row.response)
			var response flexflow.Response
			row.want.of(t, client, flexflow.CaptureResponse(&response))
			if response.Attempts != row.attempts {
				t.Errorf("%d attempts, want %d", response.Attempts, row.attempts)
			}
			handler.Store(with(200, flow))
			success.of(t, client)
			if !row.connection.is(address.Load() == before) {
				t.Errorf("the connection was not %s", row.connection)
			}
		})
	}
}

// A stream that gets no response does not end its connection either.
func TestHTTP2_slowServer(t *testing.T) {
	body := testserver.HTTP2Headers(":status", "200", "content-type", "application/json") + testserver.HTTP2Body("{")
	for name, frames := range map[string]string{"no response": "", "no end of the body": body} {
		synctest.Test(t, func(t *testing.T) {
			s, transport := testserver.StartHTTP2WithoutSockets(t, frames)
			client := newClient(t, s.URL, over(transport), flexflow.WithRetries(1))
			err := transportError(context.DeadlineExceeded).of(t, client)
			if n := s.Accepted.Load(); attemptsOf(err) != 2 || n != 1 {
				t.Errorf("%s: %d connections, want 1 for 2 attempts: %v", name, n, err)
			}
		})
	}
}

// A retry does not wait for a connection that died without a sign: after the first response, the server is silent.
func TestHTTP2_deadConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, transport := testserver.StartHTTP2WithoutSockets(t, framesOfFlow("200"))
		transport.HTTP2 = flexflow.DefaultTransport().HTTP2
		client := newClient(t, s.URL, over(transport))
		success.of(t, client)
		start := time.Now()
		var response flexflow.Response
		success.of(t, client, flexflow.CaptureResponse(&response))
		const noticed, longestWait = 7 * time.Second, 250 * time.Millisecond
		took, connections := time.Since(start), s.Accepted.Load()
		if took < noticed || took > noticed+longestWait || response.Attempts != 2 || connections != 2 {
			t.Errorf("%d attempts over %d connections took %s, want 2, 2 and 7 s", response.Attempts, connections, took)
		}
	})
}

// framesOfFlow returns the frames of a response with the flow.
func framesOfFlow(status string) string {
	return testserver.HTTP2Headers(":status", status, "content-type", "application/json") +
		testserver.HTTP2Body(validFlow(flowSID)) + testserver.HTTP2End()
}

// HTTP/2 allows a status of any length.
func TestHTTP2_status(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	for status, want := range map[string]bool{"200": true, "20000": false, "20099": false, "2": false} {
		s := testserver.StartHTTP2(t, authority, framesOfFlow(status))
		flow, err := fetch(t, newClient(t, s.URL, trusting(t, authority), flexflow.WithRetries(0), patient))
		if (err == nil) != want || (flow != nil) != want {
			t.Errorf("status %s: flow %v, error %v", status, flow, err)
		}
	}
}

// A fetch that does not accept the server, or that the server does not accept, sends nothing and does not retry.
func TestTLS_refusedHandshake(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	changed := func(change func(*x509.Certificate)) *tls.Config { return authority.Server(t, change) }
	trusted, stranger := trusting(t, authority), testserver.NewAuthority(t).Server(t)
	oldVersion, clientCertificate := authority.Server(t), authority.Server(t)
	oldVersion.MaxVersion = tls.VersionTLS11
	clientCertificate.ClientAuth = tls.RequireAnyClientCert
	configured := func(config *tls.Config) flexflow.Option { return over(&http.Transport{TLSClientConfig: config}) }
	refuse := func(state tls.ConnectionState) error { // as a program does that pins certificates
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: x509.NewCertPool()})
		return err
	}
	now := time.Now()
	type invalid = *tls.CertificateVerificationError
	for _, row := range []struct {
		name   string
		server *tls.Config
		client flexflow.Option
		cause  any // for errors.As, or nil
	}{
		{"an unknown authority", stranger, trusted, new(invalid)},
		{"an unknown authority, by default", stranger, patient, new(invalid)},
		{"another host", changed(func(c *x509.Certificate) { c.IPAddresses = nil }), trusted, new(invalid)},
		{"expired", changed(func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Minute) }), trusted, new(invalid)},
		{"not yet valid", changed(func(c *x509.Certificate) { c.NotBefore = now.Add(time.Hour) }), trusted, new(invalid)},
		{"TLS 1.1", oldVersion, trusted, nil},
		{"a certificate of the client", clientCertificate, trusted, nil},
		{
			"the program refuses", stranger,
			configured(&tls.Config{InsecureSkipVerify: true, VerifyConnection: refuse}), new(x509.UnknownAuthorityError),
		},
		{
			"no common version", authority.Server(t),
			configured(&tls.Config{MinVersion: tls.VersionTLS13, MaxVersion: tls.VersionTLS12}), nil,
		},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := startRawTLS(t, row.server, replyFlow)
			err := transportError(nil).of(t, newClient(t, s.URL, row.client, patient))
			if attemptsOf(err) != 1 || s.Requests.Load() != 0 || row.cause != nil && !errors.As(err, row.cause) {
				t.Errorf("%d requests, want one attempt that sends nothing because of a %T: %v",
					s.Requests.Load(), row.cause, err)
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

// A fetch retries a failed handshake, but not if a setting or the certificate of the host is wrong.
func TestTLS_failedHandshake(t *testing.T) {
	t.Parallel()
	type row struct {
		name     string
		greeting reply
		cause    error // nil for an error of package tls
		attempts int
	}
	certificate := tlsRecord(22, "\x0b\x00\x00\x07"+"\x00\x00\x04"+"\x00\x00\x01"+"x") + tlsRecord(22, "\x0e\x00\x00\x00")
	rows := []row{
		{"plain HTTP", hangUp(whole(400, "")), http.ErrSchemeMismatch, once},
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, once},
		{"closed", hangUp(), io.EOF, twice},
		{"reset", reset(), syscall.ECONNRESET, twice},
		{"a version that is too old", hangUp(serverHello("\x03\x02")), nil, once},
		{"a certificate that is none", hangUp(serverHello("\x03\x03") + certificate), nil, once},
		{"a message in the wrong place", hangUp(certificate), nil, twice},
		{"a record that is too long", hangUp("\x16\x03\x03\xff\xff"), nil, twice},
	}
	alerts := func(attempts int, codes ...byte) {
		for _, code := range codes {
			const fatal = 2
			alert := tlsRecord(21, string([]byte{fatal, code}))
			rows = append(rows, row{fmt.Sprint("alert ", code), hangUp(alert), nil, attempts})
		}
	}
	alerts(once, 42, 43, 44, 45, 46, 48, 70, 116) // about a certificate or the version
	alerts(twice, 20, 40, 50, 51, 80, 90)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := testserver.StartGreeter(t, row.greeting)
			client := newClient(t, s.URL, flexflow.WithRetries(1), patient)
			err := transportError(row.cause).of(t, client)
			if got := attemptsOf(err); got != row.attempts {
				t.Errorf("%d attempts, want %d: %v", got, row.attempts, err)
			}
			if row.cause == nil && !strings.Contains(err.Error(), "tls: ") {
				t.Errorf("error %v, want one of package tls", err)
			}
			wrongScheme, wrongSettings := row.cause == http.ErrSchemeMismatch, row.cause == nil && row.attempts == once
			if errors.Is(err, http.ErrSchemeMismatch) != wrongScheme ||
				strings.Contains(err.Error(), "check the host's TLS settings") != wrongSettings {
				t.Errorf("a wrong scheme: %t, wrong settings of the host: %t, but %v", wrongScheme, wrongSettings, err)
			}
		})
	}
}

func TestProxy_failure(t *testing.T) {
	t.Parallel()
	const established = "HTTP/1.1 200 Connection established\r\n\r\n"
	const refused = "the proxy refused the connection with HTTP %d; check the proxy in HTTPS_PROXY"
	stranger, server := testserver.NewAuthority(t).Server(t), startRaw(t, replyFlow)
	for _, row := range []struct {
		name     string
		response reply
		message  string
		attempts int
	}{
		{"wants a password", send(whole(407, "<html>")), fmt.Sprintf(refused, 407), twice},
		{"finds no server", send(whole(502, "")), fmt.Sprintf(refused, 502), twice},
		{"closes the tunnel", hangUp(established), "check the network", twice},
		{"is not a proxy", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), "check the network", twice},
		{"speaks in the server's place", func(conn net.Conn, r *http.Request) bool {
			send(established)(conn, r)
			tls.Server(conn, stranger).Handshake()
			return false
		}, "check the host's certificate", once},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			proxy := startRaw(t, func(conn net.Conn, r *http.Request) bool {
				if r.Method != http.MethodConnect || r.Header.Get("Authorization") != "" {
					t.Errorf("the proxy was sent %s with the header %v", r.Method, r.Header)
				}
				return row.response(conn, r)
			})
			via, _ := url.Parse(strings.Replace(proxy.URL, "//", "//user:pass-of-the-proxy@", 1))
			transport := flexflow.DefaultTransport()
			transport.Proxy = http.ProxyURL(via)
			client := newClient(t, strings.Replace(server.URL, "http:", "https:", 1), over(transport),
				flexflow.WithRetries(1), patient)
			err := transportError(nil).of(t, client)
			if attemptsOf(err) != row.attempts || !strings.Contains(err.Error(), row.message) ||
				strings.Contains(err.Error(), "pass-of-the-proxy") {
				t.Errorf("want %d attempts, %q and no password: %v", row.attempts, row.message, err)
			}
		})
	}
	t.Cleanup(func() {
		if n := server.Accepted.Load(); n != 0 {
			t.Errorf("%d connections went past the proxy", n)
		}
	})
}

// A server or proxy that accepts a connection and says nothing is tried again.
func TestWithTimeout_noHandshake(t *testing.T) {
	viaProxy := http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example.com"})
	for _, proxy := range []func(*http.Request) (*url.URL, error){nil, viaProxy} {
		synctest.Test(t, func(t *testing.T) {
			transport := flexflow.DefaultTransport()
			transport.Proxy = proxy
			transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
				client, server := net.Pipe()
				go io.Copy(io.Discard, server)
				return client, nil
			}
			client := newClient(t, exampleURL, over(transport), flexflow.WithTimeout(time.Second))
			err := transportError(context.DeadlineExceeded).of(t, client)
			if attemptsOf(err) != 4 || !strings.HasSuffix(err.Error(), "; try again later, or allow more time (4 attempts)") {
				t.Errorf("want 4 attempts and a hint about the time: %v", err)
			}
			time.Sleep(time.Hour) // until net/http has given up the connections
		})
	}
}

// quoting is an error with a quote that does not come from a response.
type quoting struct{}

func (quoting) Error() string { return `cannot open "key.pem"` }

// A message says what failed without bytes of a response, and what to do.
func TestTransportError_hint(t *testing.T) {
	t.Parallel()
	const again = "; check the network, and try again later"
	unknownHost := &net.DNSError{Err: "no such host"}
	for want, cause := range map[string]error{
		"no such host; check the host name and the network": &net.OpError{Op: "dial", Err: unknownHost},
		"no such host; check the proxy in HTTPS_PROXY":      &net.OpError{Op: "proxyconnect", Err: unknownHost},
		"connection refused" + again:                        &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		`cannot open "key.pem"` + again:                     quoting{},
		"malformed" + again:                                 errors.New(`malformed "secret"`),
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &memoryServer{respond: func(*http.Request, int) (*http.Response, error) { return nil, cause }}
			err := transportError(nil).of(t, server.client(t, flexflow.WithRetries(1)))
			if !strings.HasSuffix(err.Error(), want+" (2 attempts)") || len(server.times) != 2 {
				t.Errorf("message %q after %d requests, want %q at its end", err, len(server.times), want)
			}
			text, _, _ := strings.Cut(want, ";")
			if got := as[*url.Error](t, err).Err.Error(); !strings.HasSuffix(got, text) {
				t.Errorf("the cause is %q, want %q at its end", got, text)
			}
		})
	}
	noToken := func(context.Context) (string, error) { return "", errors.New("no token") }
	if _, err := fetch(t, withTokens(t, noToken, always(404))); !strings.HasSuffix(err.Error(), "bearer token: no token") {
		t.Errorf("message %q, want no hint about the network", err)
	}
}
