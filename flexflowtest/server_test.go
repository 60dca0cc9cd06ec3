package flexflowtest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

var (
	_ flexflowtest.TB = (*testing.T)(nil)
	_ flexflowtest.TB = (*testing.B)(nil)
	_ flexflowtest.TB = (*testing.F)(nil)
)

// trial is a TB that records its failures, and where the testing package would say that they are.
type trial struct {
	mu       sync.Mutex
	helpers  map[string]bool // functions that called Helper
	failures []string
	places   []string // functions
	cleanups []func()
}

func (t *trial) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *trial) Helper() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.helpers[callerBut(nil)] = true
}

func (t *trial) Errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, fmt.Sprintf(format, args...))
	t.places = append(t.places, callerBut(t.helpers))
}

// callerBut returns the innermost function on the stack that is neither a method of trial nor a helper.
func callerBut(helpers map[string]bool) string {
	var stack [32]uintptr
	frames := runtime.CallersFrames(stack[:runtime.Callers(2, stack[:])])
	for {
		frame, more := frames.Next()
		if !more || !helpers[frame.Function] && !strings.Contains(frame.Function, "(*trial)") {
			return frame.Function
		}
	}
}

func (t *trial) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

func (t *trial) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failures) > 0
}

// failuresOf runs a test with a server, its cleanup included, and returns its failures. They must be in the test, except for
// those of a response.
func failuresOf(t *testing.T, test func(*flexflowtest.Server)) []string {
	t.Helper()
	tried := &trial{helpers: map[string]bool{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(flexflowtest.NewServer(tried))
	}()
	<-done
	for _, cleanup := range slices.Backward(tried.cleanups) {
		cleanup()
	}
	for _, place := range tried.places {
		if strings.Contains(place, "/flexflowtest.") && !strings.HasSuffix(place, ".ServeHTTP") {
			t.Errorf("package testing would say that the failure is in %s", place)
		}
	}
	return tried.failures
}

func TestServer_mistakes(t *testing.T) {
	t.Parallel()
	flow := flexflowtest.Examples()[0]
	for _, test := range []struct {
		name   string
		misuse func(*flexflowtest.Server)
		want   []string // all failures
	}{
		{"none", func(s *flexflowtest.Server) {
			s.Put(flow)
			s.On(*flow.SID).Drop()
			s.Client().FetchFlexFlow(context.Background(), *flow.SID)
		}, nil},
		{"flow without SID", func(s *flexflowtest.Server) { s.Put(flexflow.FlexFlow{}) },
			[]string{"the flow has no SID"}},
		{"flow that violates the contract", func(s *flexflowtest.Server) {
			s.Put(flexflow.FlexFlow{SID: flow.SID, ChannelType: new(flexflow.ChannelType("fax"))})
		}, []string{"the flow " + *flow.SID + " violates the contract: /channel_type: "}},
		{"invalid option", func(s *flexflowtest.Server) { s.Client(flexflow.WithRetries(-1)) },
			[]string{"the number of retries is -1"}},
		{"script for an invalid SID", func(s *flexflowtest.Server) { s.On("FO1").Drop() },
			[]string{`On("FO1"): no request can ask for this SID: minimum string length is 34`}},
		{"status too small", func(s *flexflowtest.Server) { s.Next().Status(199) }, []string{"Status(199)"}},
		{"status too large", func(s *flexflowtest.Server) { s.Next().Status(600) }, []string{"Status(600)"}},
		{"one time", func(s *flexflowtest.Server) {
			s.Next().Drop().Times(1)
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, nil},
		{"zero times", func(s *flexflowtest.Server) { s.Next().Times(0) }, []string{"Times(0)"}},
		{"empty user name", func(s *flexflowtest.Server) { s.AcceptBasic("", "x") }, []string{"AcceptBasic: the user name or the password is empty"}},
		{"empty password", func(s *flexflowtest.Server) { s.AcceptBasic("x", "") }, []string{"AcceptBasic: the user name or the password is empty"}},
		{"empty token", func(s *flexflowtest.Server) { s.AcceptBearer("") }, []string{"AcceptBearer: the token is empty"}},
		{"empty pointer", func(s *flexflowtest.Server) { s.Next().Violate("") },
			[]string{`Violate(""): a pointer to an attribute starts with /`}},
		{"pointer without slash", func(s *flexflowtest.Server) { s.Next().Violate("sid") },
			[]string{`Violate("sid"): a pointer to an attribute starts with /`}},
		{"pointer to an unknown attribute", func(s *flexflowtest.Server) { s.Next().Violate("/Sid") },
			[]string{`Violate("/Sid"): the contract has no attribute there`}},
		{"pointer into a free-form attribute", func(s *flexflowtest.Server) { s.Next().Violate("/integration/flow_sid") },
			[]string{`Violate("/integration/flow_sid"): the contract has no attribute there`}},
		{"violation in an error", func(s *flexflowtest.Server) { s.Next().Status(404).Violate("/sid") },
			[]string{"a step with Violate has a flow: it takes no Body, and no Status of 300 or above"}},
		{"violation in a redirect", func(s *flexflowtest.Server) { s.Next().Status(300).Violate("/sid") },
			[]string{"a step with Violate has a flow: it takes no Body, and no Status of 300 or above"}},
		{"violation before a body", func(s *flexflowtest.Server) { s.Next().Violate("/sid").Body([]byte("{}")) },
			[]string{"a step with Violate has a flow: it takes no Body, and no Status of 300 or above"}},
		{"violation in an unknown flow", func(s *flexflowtest.Server) {
			s.On(*flow.SID).Violate("/sid")
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{`GET /v1/FlexFlows/` + *flow.SID + `: the script changes a flow, but the response has none: it is HTTP 404`}},
		{"success without a flow", func(s *flexflowtest.Server) {
			s.Next().Status(206)
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{"the script changes a flow, but the response has none: it is HTTP 404"}},
		{"unused steps", func(s *flexflowtest.Server) {
			s.Put(flow)
			s.Next().Succeed().Then().Drop()
			s.On(*flow.SID).Drop().Then().Status(500).Times(2)
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{"2 step(s) of the script Next() were not used", `2 step(s) of the script On("` + *flow.SID + `") were not used`}},
		{"unused steps of a failed test", func(s *flexflowtest.Server) {
			s.Next().Drop()
			s.Put(flexflow.FlexFlow{})
		}, []string{"the flow has no SID"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := failuresOf(t, test.misuse)
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i, failure := range got {
				if !strings.HasPrefix(failure, "flexflowtest: ") || !strings.Contains(failure, test.want[i]) || strings.Contains(failure, "\n") {
					t.Errorf("got %q, want one line with %q", failure, test.want[i])
				}
			}
		})
	}
}

func TestServer_requestOutlivesTest(t *testing.T) {
	t.Parallel()
	ended := make(chan error)
	start := time.Now()
	got := failuresOf(t, func(s *flexflowtest.Server) {
		s.Next().Slow(time.Hour)
		client := s.Client(flexflow.WithRetries(0), flexflow.WithTimeout(time.Hour))
		go func() {
			_, err := client.FetchFlexFlow(context.Background(), storedSID)
			ended <- err
		}()
		for len(s.Requests()) == 0 {
			runtime.Gosched()
		}
	})
	if len(got) != 1 || !strings.Contains(got[0], "1 request(s) in progress at the end of the test") {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err == nil || time.Since(start) > time.Minute {
		t.Errorf("the request ended with %v after %s", err, time.Since(start))
	}
}

func TestServer_clientCancelsSlowResponse(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"no body": "", "an unexpected body": strings.Repeat("x", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := failuresOf(t, func(s *flexflowtest.Server) {
				s.Next().Slow(time.Hour)
				ctx, cancel := context.WithCancel(context.Background())
				go func() {
					for len(s.Requests()) == 0 {
						runtime.Gosched()
					}
					cancel()
				}()
				req, err := http.NewRequestWithContext(ctx, "GET", s.URL, strings.NewReader(body))
				if err == nil {
					_, err = s.HTTPClient().Do(req)
				}
				if !errors.Is(err, context.Canceled) {
					t.Errorf("the request ended with %v", err)
				}
			})
			if len(got) > 0 {
				t.Errorf("the response continues: %q", got)
			}
		})
	}
}

// A client that closes a TLS connection first announces it, and can still read then.
func TestServer_noResponseToClosedConnection(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Next().Slow(time.Hour)
	conn, err := tls.Dial("tcp", strings.TrimPrefix(srv.URL, "https://"), srv.HTTPClient().Transport.(*http.Transport).TLSClientConfig)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	conn.CloseWrite()
	if got, _ := io.ReadAll(conn); len(got) > 0 {
		t.Errorf("got %q", got)
	}
}

// A request that no server received may have no body.
func TestHandler_slowWithoutBody(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	h.Next().Slow(time.Nanosecond)
	req, err := http.NewRequest("GET", "/", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := httptest.NewRecorder()
	h.ServeHTTP(got, req)
	if got.Code != http.StatusUnauthorized {
		t.Errorf("status %d", got.Code)
	}
}

func TestHandler_mistakePanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := fmt.Sprint(recover()); !strings.HasPrefix(got, `flexflowtest: Violate("/nope"): `) {
			t.Errorf("got %q", got)
		}
	}()
	flexflowtest.NewHandler().Next().Violate("/nope")
}

func TestServer_httpClientIsCopied(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	changed := srv.HTTPClient()
	changed.Transport, changed.Timeout = http.DefaultTransport, time.Nanosecond
	if next := srv.HTTPClient(); next.Transport == changed.Transport || next.Timeout != 0 {
		t.Errorf("the next caller sees a change to the client: %+v", next)
	}
	if s := fetch(t, srv.Client(), storedSID); s.err != nil {
		t.Error(s.err)
	}
}

// The test replaces the output of the standard logger, so it must not run in parallel with others.
func TestServer_logsNoClientErrors(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	t.Run("clients", func(t *testing.T) { // its end waits for the server to close
		srv := flexflowtest.NewServer(t)
		addr := strings.TrimPrefix(srv.URL, "https://")

		conn, err := net.Dial("tcp", addr) // closes before the handshake
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, "\x16\x03\x01\x02\x00")
		conn.Close()
		conn, err = net.Dial("tcp", addr) // does not speak TLS
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		io.ReadAll(conn)
		conn.Close()

		// This client does not trust the certificate.
		if resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Get(srv.URL); err == nil {
			resp.Body.Close()
			t.Error("a client without the certificate got a response")
		}

		for _, client := range []*http.Client{srv.HTTPClient(), {Transport: srv.Transport()}} { // these do not wait for the response
			srv.Next().Slow(time.Hour)
			before := len(srv.Requests())
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				for len(srv.Requests()) == before {
					runtime.Gosched()
				}
				cancel()
			}()
			req, err := http.NewRequestWithContext(ctx, "GET", srv.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.Do(req); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
		}
	})
	if logged.Len() > 0 {
		t.Errorf("logged %s", &logged)
	}
}
