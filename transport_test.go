package flexflow_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
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
	const patience = 400 * time.Millisecond
	authority := testserver.NewAuthority(t)
	flow := validFlow(flowSID)
	within := 2*patience + soon
	flush := func(w http.ResponseWriter, status int, body string, header ...string) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
		w.(http.Flusher).Flush()
	}
	for _, row := range []struct {
		name     string
		response http.HandlerFunc
		want     outcome
		attempts int
		within   time.Duration
		reused   bool
	}{
		{"the flow", func(w http.ResponseWriter, r *http.Request) { flush(w, 200, flow) }, success, 1, soon, true},
		{"103, then the flow", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(103)
			flush(w, 200, flow)
		}, success, 1, soon, true},
		{"reset before the response", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, transportError(nil), 2, soon, true},
		{"reset in the body", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow)
			panic(http.ErrAbortHandler)
		}, transportError(nil), 2, soon, true},
		{"cut off against Content-Length", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow, "Content-Length", "500")
		}, transportError(nil), 2, soon, true},
		{"no response", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, transportError(context.DeadlineExceeded), 2, within, true},
		{"no end of the body", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow)
			<-r.Context().Done()
		}, transportError(context.DeadlineExceeded), 2, within, true},
		{"a body without end", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, "")
			for spaces := strings.Repeat(" ", 4096); r.Context().Err() == nil; {
				io.WriteString(w, spaces)
			}
		}, violates("size", ""), 1, soon, true},
		{"a gzip bomb", func(w http.ResponseWriter, r *http.Request) { flush(w, 200, bomb(), "Content-Encoding", "gzip") }, violates("size", ""), 1, soon, true},
		{"a header of 1 MiB", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow, "Name", strings.Repeat("x", 1<<20))
		}, transportError(nil), 2, soon, false},
		{"404", func(w http.ResponseWriter, r *http.Request) { flush(w, 404, "{}") }, apiError(404, flexflow.ErrNotFound), 1, soon, true},
		{"503, and its body reset", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 503, "{")
			panic(http.ErrAbortHandler)
		}, apiError(503, flexflow.ErrServer), 2, soon, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var faulty atomic.Bool
			var accepted atomic.Int64
			faulty.Store(true)
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("the request came over %s", r.Proto)
				}
				if faulty.Load() {
					row.response(w, r)
					return
				}
				flush(w, 200, flow)
			}))
			s.TLS, s.EnableHTTP2 = authority.Server(t), true
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					accepted.Add(1)
				}
			}
			s.StartTLS()
			t.Cleanup(s.Close)

			client := newClient(t, s.URL, trusting(t, authority), flexflow.WithRetries(1))
			if row.within == within {
				client = newClient(t, s.URL, trusting(t, authority), flexflow.WithRetries(1), flexflow.WithTimeout(patience))
			}
			var response flexflow.Response
			start := time.Now()
			got, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
			if took := time.Since(start); took > row.within {
				t.Errorf("took %s, want %s at most", took, row.within)
			}
			row.want.check(t, flowSID, got, err)
			if response.Attempts != row.attempts {
				t.Errorf("%d attempts, want %d", response.Attempts, row.attempts)
			}
			faulty.Store(false)
			before := accepted.Load()
			got, err = client.FetchFlexFlow(t.Context(), flowSID)
			success.check(t, flowSID, got, err)
			if reused := accepted.Load() == before; reused != row.reused {
				t.Errorf("the connection was reused: %t, want %t", reused, row.reused)
			}
		})
	}
}

// A fetch sends nothing to a server without a valid certificate, and does not retry.
func TestTLS_untrustedServer(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	oldVersion, clientCertificate := authority.Server(t), authority.Server(t)
	oldVersion.MaxVersion = tls.VersionTLS11
	clientCertificate.ClientAuth = tls.RequireAnyClientCert
	for name, server := range map[string]*tls.Config{
		"an unknown authority":        testserver.NewAuthority(t).Server(t),
		"another host":                authority.Server(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"flex-api.twilio.com"} }),
		"expired":                     authority.Server(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) }),
		"not yet valid":               authority.Server(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) }),
		"TLS 1.1":                     oldVersion,
		"a certificate of the client": clientCertificate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRawTLS(t, server, replyFlow)
			flow, err := newClient(t, s.URL, trusting(t, authority)).FetchFlexFlow(t.Context(), flowSID)
			transportError(nil).check(t, flowSID, flow, err)
			if attemptsOf(err) != 1 || s.Requests.Load() != 0 {
				t.Errorf("%d attempts and %d requests, want one attempt that sends nothing: %v", attemptsOf(err), s.Requests.Load(), err)
			}
		})
	}
}

// The default transport verifies certificates.
func TestTLS_defaultTransport(t *testing.T) {
	t.Parallel()
	s := startRawTLS(t, testserver.NewAuthority(t).Server(t), replyFlow)
	flow, err := newClient(t, s.URL).FetchFlexFlow(t.Context(), flowSID)
	transportError(nil).check(t, flowSID, flow, err)
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); !ok || s.Requests.Load() != 0 {
		t.Errorf("want a certificate error and no request, got %v and %d", err, s.Requests.Load())
	}
}

// A program may pin certificates. crypto/tls returns the error of the program.
func TestTLS_refusedByCaller(t *testing.T) {
	s := startRawTLS(t, testserver.NewAuthority(t).Server(t), replyFlow)
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true, VerifyConnection: func(state tls.ConnectionState) error {
		_, err := state.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: x509.NewCertPool()})
		return err
	}}}
	flow, err := newClient(t, s.URL, flexflow.WithHTTPClient(&http.Client{Transport: transport})).FetchFlexFlow(t.Context(), flowSID)
	transportError(nil).check(t, flowSID, flow, err)
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); !ok || attemptsOf(err) != 1 {
		t.Errorf("want an unknown authority after one attempt, got %v", err)
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
		{"plain HTTP", hangUp("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), http.ErrSchemeMismatch, 1},
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, 1},
		{"an alert", hangUp("\x15\x03\x03\x00\x02\x02\x28"), nil, 1},
		{"closed", hangUp(), nil, 2},
		{"reset", reset(), syscall.ECONNRESET, 2},
		{"no response", stall(), context.DeadlineExceeded, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, testserver.StartGreeter(t, row.greeting).URL, flexflow.WithRetries(1), timeoutFor(row.cause))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			transportError(row.cause).check(t, flowSID, flow, err)
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
		{"wants a password", send(whole(407, "<html>")), nil, 2},
		{"finds no server", send(whole(502, "")), nil, 2},
		{"closes the tunnel", hangUp(established), nil, 2},
		{"says nothing", stall(), context.DeadlineExceeded, 2},
		{"is not a proxy", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), nil, 2},
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
				return row.response(conn, r)
			})
			via, err := url.Parse(strings.Replace(proxy.URL, "//", "//user:pass-of-the-proxy@", 1))
			if err != nil {
				t.Fatal(err)
			}
			transport := &http.Transport{Proxy: http.ProxyURL(via)}
			client := newClient(t, server.URL, flexflow.WithHTTPClient(&http.Client{Transport: transport}), flexflow.WithRetries(1), timeoutFor(row.cause))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			transportError(row.cause).check(t, flowSID, flow, err)
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

// timeoutFor returns a short timeout if the row is about a timeout.
func timeoutFor(cause error) flexflow.Option {
	if cause == context.DeadlineExceeded {
		return flexflow.WithTimeout(shortTimeout)
	}
	return flexflow.WithTimeout(soon)
}

// A transport of the program may behave differently from net/http's. The fetch ends with a flow or an error anyway.
func TestWithHTTPClient_carelessTransport(t *testing.T) {
	refused := errors.New("refused")
	bare := func(status int, body func() io.ReadCloser) roundTripper {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body()}, nil
		}
	}
	flow := func() io.ReadCloser { return io.NopCloser(strings.NewReader(validFlow(flowSID))) }
	cutOff := func() io.ReadCloser { return io.NopCloser(io.MultiReader(strings.NewReader("{"), errorReader{})) }
	none := func() io.ReadCloser { return nil }
	for _, row := range []struct {
		name      string
		transport roundTripper
		want      outcome
	}{
		{"a response without its request", bare(200, flow), success},
		{"a response without its request, cut off", bare(200, cutOff), transportError(io.ErrUnexpectedEOF)},
		{"no body", bare(200, none), violates("json", "")},
		{"no body with an error", bare(404, none), apiError(404, flexflow.ErrNotFound)},
		{"no header", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 404, Body: http.NoBody}, nil
		}, apiError(404, flexflow.ErrNotFound)},
		{"no header with a flow", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: flow()}, nil
		}, violates("content-type", "")},
		{"no response and no error", func(*http.Request) (*http.Response, error) { return nil, nil }, transportError(nil)},
		{"an error", func(*http.Request) (*http.Response, error) { return nil, refused }, transportError(refused)},
		{"an error of two lines", func(*http.Request) (*http.Response, error) { return nil, errors.New("one\r\n\x1b[31mtwo") }, transportError(nil)},
		{"a response and an error", func(*http.Request) (*http.Response, error) { return newResponse(200, ""), refused }, transportError(refused)},
		{"a negative status", bare(-1, none), apiError(-1, flexflow.ErrInvalidResponse)},
		{"a redirect to no URL", func(*http.Request) (*http.Response, error) { return newResponse(302, "", "Location: http://%zz"), nil }, apiError(302, flexflow.ErrInvalidResponse)},
	} {
		t.Run(row.name, func(t *testing.T) {
			client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: row.transport}), flexflow.WithRetries(0))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			row.want.check(t, flowSID, flow, err)
		})
	}
}

// closeCounter is a body that counts calls of Close.
type closeCounter struct {
	io.Reader
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func TestWithHTTPClient_bodyClosed(t *testing.T) {
	for status, body := range map[int]string{101: "stream", 200: validFlow(flowSID), 204: "", 302: "moved", 404: strings.Repeat("x", 1<<20), 503: ""} {
		counter := &closeCounter{Reader: strings.NewReader(body)}
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			response := newResponse(status, "")
			response.Body = counter
			return response, nil
		})
		client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: transport}), flexflow.WithRetries(0))
		client.FetchFlexFlow(t.Context(), flowSID)
		if counter.closed == 0 {
			t.Errorf("the body of status %d is left open", status)
		}
	}
}

// Programs create errors with zero values in their own tests.
func TestErrors_zeroValue(t *testing.T) {
	for _, err := range []error{&flexflow.APIError{}, &flexflow.ResponseError{}, &flexflow.TransportError{}} {
		if text := err.Error(); !strings.HasPrefix(text, "flexflow: ") || !isOneLine(text) || errors.Is(err, flexflow.ErrNotFound) {
			t.Errorf("%T: %q", err, text)
		}
	}
}

func TestNewTransport(t *testing.T) {
	t.Parallel()
	flow := validFlow(flowSID)
	invalid := validFlow(flowSID, `"enabled":1`)
	const path = "/v1/FlexFlows/" + flowSID
	for _, row := range []struct {
		name, method, path, response string
		opts                         []flexflow.Option
		want                         string // the first violation; "" when the response is returned
		told                         int    // number of calls of the handler
	}{
		{"a flow", "GET", path, whole(200, flow, jsonType), nil, "", 0},
		{"a flow behind a gateway", "GET", "/twilio" + path, whole(200, invalid, jsonType), nil, "/enabled type", 1},
		{"a violation", "GET", path, whole(200, invalid, jsonType), nil, "/enabled type", 1},
		{"a violation in mode Report", "GET", path, whole(200, invalid, jsonType), []flexflow.Option{flexflow.WithValidation(flexflow.Report)}, "", 1},
		{"a violation in mode Off", "GET", path, whole(200, invalid, jsonType), []flexflow.Option{flexflow.WithValidation(flexflow.Off)}, "", 0},
		{"another flow", "GET", path, whole(200, validFlow(otherSID), jsonType), nil, "/sid identity", 1},
		{"a body too large", "GET", path, whole(200, flow, jsonType), []flexflow.Option{flexflow.WithMaxResponseBytes(10)}, " size", 1},
		{"a body too large in mode Report", "GET", path, whole(200, flow, jsonType), []flexflow.Option{flexflow.WithMaxResponseBytes(10), flexflow.WithValidation(flexflow.Report)}, "", 1},
		{"a content type", "GET", path, whole(200, flow, "Content-Type: text/html"), nil, " content-type", 1},
		{"an error", "GET", path, whole(404, "{}", jsonType), nil, "", 0},
		{"another method", "DELETE", path, whole(200, invalid, jsonType), nil, "", 0},
		{"another path", "GET", "/v1/FlexFlows", whole(200, invalid, jsonType), nil, "", 0},
		{"another resource", "GET", "/v1/Other/" + flowSID, whole(200, invalid, jsonType), nil, "", 0},
		{"a path below", "GET", path + "/x", whole(200, invalid, jsonType), nil, "", 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, send(row.response))
			told := 0
			handler := flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { told++ })
			base := http.DefaultTransport.(*http.Transport).Clone()
			t.Cleanup(base.CloseIdleConnections)
			client := &http.Client{Transport: flexflow.NewTransport(base, append(row.opts, handler)...)}
			req, err := http.NewRequest(row.method, s.URL+row.path, nil)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := client.Do(req)
			if told != row.told {
				t.Errorf("the handler was called %d times, want %d", told, row.told)
			}
			if row.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				defer resp.Body.Close()
				body, err := io.ReadAll(resp.Body)
				if err != nil || !strings.HasSuffix(row.response, "\r\n\r\n"+string(body)) {
					t.Errorf("the body is %q, %v", body, err)
				}
				return
			}
			broken, ok := errors.AsType[*flexflow.ResponseError](err)
			if !ok || broken.Violations[0].Pointer+" "+broken.Violations[0].Keyword != row.want || broken.SID != flowSID || broken.StatusCode != 200 {
				t.Errorf("error %v, want %s", err, row.want)
			}
		})
	}
}

func TestNewTransport_untouched(t *testing.T) {
	t.Parallel()
	body := &closeCounter{Reader: strings.NewReader("a stream")}
	response := newResponse(200, "")
	response.Body = body
	checked := flexflow.NewTransport(roundTripper(func(*http.Request) (*http.Response, error) { return response, nil }))
	req, _ := http.NewRequest("GET", "https://example.com/stream", nil)
	if resp, err := checked.RoundTrip(req); resp != response || resp.Body != body || body.closed != 0 || err != nil {
		t.Errorf("got %+v, %v", resp, err)
	}
}

// An incomplete response is not valid, even if a program would not read to its end.
func TestNewTransport_bodyCutOff(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]string{
		"too short": head(200, jsonType, "Content-Length: 5000") + validFlow(flowSID),
		"chunked":   head(200, jsonType, chunked) + "5\r\n{\"a\":\r\n",
		"gzip":      whole(200, flip(zip(validFlow(flowSID))), jsonType, "Content-Encoding: gzip"),
	} {
		s := startRaw(t, hangUp(response))
		_, err := (&http.Client{Transport: flexflow.NewTransport(nil)}).Get(s.URL + "/v1/FlexFlows/" + flowSID)
		if incomplete, ok := errors.AsType[*flexflow.TransportError](err); !ok || incomplete.SID != flowSID {
			t.Errorf("%s: error %v, want a TransportError", name, err)
		}
	}
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 500"), validFlow(flowSID)))
	resp, err := (&http.Client{Transport: flexflow.NewTransport(nil, flexflow.WithValidation(flexflow.Report))}).Get(s.URL + "/v1/FlexFlows/" + flowSID)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) || string(body) != validFlow(flowSID) {
		t.Errorf("%q, %v", body, err)
	}
}

func TestNewTransport_bodyClosed(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]io.Reader{"invalid": strings.NewReader("{"), "cut off": errorReader{}} {
		counter := &closeCounter{Reader: body}
		checked := flexflow.NewTransport(roundTripper(func(*http.Request) (*http.Response, error) {
			response := newResponse(200, "")
			response.Body = counter
			return response, nil
		}))
		req, _ := http.NewRequest("GET", "https://example.com/v1/FlexFlows/"+flowSID, nil)
		if _, err := checked.RoundTrip(req); err == nil || counter.closed == 0 {
			t.Errorf("%s: error %v, body closed %d times", name, err, counter.closed)
		}
	}
}

// idleCloser counts the calls of CloseIdleConnections.
type idleCloser struct {
	http.RoundTripper
	closed int
}

func (c *idleCloser) CloseIdleConnections() { c.closed++ }

func TestNewTransport_contractOfRoundTripper(t *testing.T) {
	t.Parallel()
	base := &idleCloser{RoundTripper: roundTripper(func(*http.Request) (*http.Response, error) {
		return newResponse(200, validFlow("FO"+strings.Repeat("0", 32))), nil
	})}
	client := &http.Client{Transport: flexflow.NewTransport(base)}
	if client.CloseIdleConnections(); base.closed != 1 {
		t.Errorf("the idle connections of the base were closed %d times, want once", base.closed)
	}
	req, _ := http.NewRequest("", "https://example.com/v1/FlexFlows/"+flowSID, nil) // which means GET
	req.Method = ""
	if _, err := client.Transport.RoundTrip(req); !errors.Is(err, flexflow.ErrInvalidResponse) {
		t.Errorf("another flow without a method: error %v, want ErrInvalidResponse", err)
	}
	body := &closeCounter{Reader: strings.NewReader("")}
	req.Body = body
	if _, err := flexflow.NewTransport(base, nil).RoundTrip(req); !errors.Is(err, flexflow.ErrInvalidConfig) || body.closed != 1 {
		t.Errorf("error %v, body closed %d times, want once", err, body.closed)
	}
}

func TestNewTransport_noSecret(t *testing.T) {
	t.Parallel()
	for name, authorize := range map[string]func(*http.Request){
		"basic":          func(r *http.Request) { r.SetBasicAuth(user, token) },
		"bearer":         func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
		"without scheme": func(r *http.Request) { r.Header.Set("Authorization", token) },
	} {
		s := startRaw(t, send(whole(200, validFlow(flowSID, `"enabled":"`+token+`","`+token+`":1,"`+token+`":2`), jsonType)))
		req, _ := http.NewRequest("GET", s.URL+"/v1/FlexFlows/"+flowSID, nil)
		authorize(req)
		_, err := flexflow.NewTransport(nil).RoundTrip(req)
		if _, ok := err.(*flexflow.ResponseError); !ok {
			t.Fatalf("%s: %v", name, err)
		}
		checkSecret(t, []string{token}, err)
	}
}

// The error of an incomplete body contains no credentials and no bytes of the response.
func TestNewTransport_noBytesOfTheResponse(t *testing.T) {
	t.Parallel()
	for name, response := range map[string]string{
		"a trailer with the token": "0\r\nEcho " + token + "\r\n\r\n",
		"a trailer":                "0\r\nAnn-Example\r\n\r\n",
		"a chunk's length":         "Ann-Example\r\n",
	} {
		s := startRaw(t, hangUp(head(200, jsonType, chunked, "Twilio-Request-Id: RQ1")+chunk("{}")+response))
		req, _ := http.NewRequest("GET", s.URL+"/v1/FlexFlows/"+flowSID, nil)
		req.SetBasicAuth(user, token)
		_, err := flexflow.NewTransport(nil).RoundTrip(req)
		failed, ok := err.(*flexflow.TransportError)
		if !ok || failed.RequestID != "RQ1" {
			t.Fatalf("%s: %v", name, err)
		}
		checkSecret(t, []string{token, "Ann-Example"}, err)
	}
}

// The base, such as an oauth2.Transport, may add the credentials to a copy of the request.
func TestNewTransport_credentialsOfBase(t *testing.T) {
	t.Parallel()
	base := roundTripper(func(r *http.Request) (*http.Response, error) {
		sent := r.Clone(r.Context())
		sent.Header.Set("Authorization", "Bearer "+token)
		resp := newResponse(200, `{"`+token+`":1,"`+token+`":2}`)
		resp.Request = sent
		return resp, nil
	})
	req, _ := http.NewRequest("GET", "https://example.com/v1/FlexFlows/"+flowSID, nil)
	_, err := flexflow.NewTransport(base).RoundTrip(req)
	if _, ok := err.(*flexflow.ResponseError); !ok {
		t.Fatal(err)
	}
	checkSecret(t, []string{token}, err)
}

// A careless base returns what package net/http does not allow.
func TestNewTransport_carelessBase(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		response *http.Response
		want     string // in the error
	}{
		"no response": {nil, "neither a response nor an error"},
		"no body":     {&http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}, "the response violates the contract"},
	} {
		base := roundTripper(func(*http.Request) (*http.Response, error) { return row.response, nil })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/v1/FlexFlows/"+flowSID, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := flexflow.NewTransport(base).RoundTrip(req); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: error %v, want %q", name, err, row.want)
		}
	}
}

func TestNewTransport_invalidConfig(t *testing.T) {
	t.Parallel()
	req, _ := http.NewRequest("GET", "https://127.0.0.1:1", nil)
	for name, option := range map[string]flexflow.Option{
		"a base URL": flexflow.WithBaseURL("https://example.com"), "retries": flexflow.WithRetries(7), "an HTTP client": flexflow.WithHTTPClient(&http.Client{}),
		"a timeout": flexflow.WithTimeout(time.Second), "nil": nil, "an invalid option": flexflow.WithMaxResponseBytes(0),
	} {
		if _, err := flexflow.NewTransport(nil, option).RoundTrip(req); !errors.Is(err, flexflow.ErrInvalidConfig) {
			t.Errorf("%s: error %v, want ErrInvalidConfig", name, err)
		}
	}
}
