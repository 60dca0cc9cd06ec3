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

// failuresOf runs a test with a server, its cleanup included, and returns its failures. They must be in the test,
// except for those of a response.
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
	type server = flexflowtest.Server
	flow := flexflowtest.Examples()[0]
	sid := *flow.SID
	fetchOnce := func(s *server) { // without retries
		s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), sid)
	}
	const noSuccess = "a step with Violate or Set takes no Body, and no Status of 300 or above"
	for _, test := range []struct {
		want   string // all failures, one a line
		misuse func(*server)
	}{
		{"", func(s *server) {
			s.Put(flow)
			s.On(sid).Drop().Times(1)
			s.Client().FetchFlexFlow(context.Background(), sid)
		}},
		{"the flow has no SID", func(s *server) { s.Put(flexflow.FlexFlow{}) }},
		{"the number of retries is -1", func(s *server) { s.Client(flexflow.WithRetries(-1)) }},
		{`On("FO1"): no request can ask for this SID: minimum string length is 34`, func(s *server) { s.On("FO1").Drop() }},
		{"Status(199)", func(s *server) { s.Next().Status(199) }},
		{"Status(600)", func(s *server) { s.Next().Status(600) }},
		{"Times(0)", func(s *server) { s.Next().Times(0) }},
		{`Violate(""): a pointer to an attribute starts with /`, func(s *server) { s.Next().Violate("") }},
		{`Violate("sid"): a pointer to an attribute starts with /`, func(s *server) { s.Next().Violate("sid") }},
		{`Violate("/Sid"): the contract has no attribute there`, func(s *server) { s.Next().Violate("/Sid") }},
		{`Violate("/integration/x"): the contract has no`, func(s *server) { s.Next().Violate("/integration/x") }},
		{noSuccess, func(s *server) { s.Next().Status(300).Violate("/sid") }},
		{noSuccess, func(s *server) { s.Next().Violate("/sid").Body([]byte("{}")) }},
		{noSuccess, func(s *server) { s.Next().Set("/sid", nil).Status(404) }},
		{`Set("sid"): a pointer to an attribute starts with /`, func(s *server) { s.Next().Set("sid", nil) }},
		{`Set("/sid"): json: unsupported type: func()`, func(s *server) { s.Next().Set("/sid", func() {}) }},
		{"the response has nothing at /meta", func(s *server) {
			s.Put(flow)
			s.On(sid).Set("/meta", nil)
			fetchOnce(s)
		}},
		{"GET /v1/FlexFlows/" + sid + ": the script changes a flow or a page, but the response has none: ", func(s *server) {
			s.On(sid).Violate("/sid")
			fetchOnce(s)
		}},
		{"the script changes a flow or a page, but the response has none: it is HTTP 404", func(s *server) {
			s.Next().Status(206)
			fetchOnce(s)
		}},
		{"2 step(s) of the script Next() were not used\n2 step(s) of the script On(\"" + sid + "\") were not used",
			func(s *server) {
				s.Put(flow)
				s.Next().Succeed().Then().Drop()
				s.On(sid).Drop().Then().Status(500).Times(2)
				fetchOnce(s)
			}},
		{"the flow has no SID", func(s *server) { // and not that a step was not used
			s.Next().Drop()
			s.Put(flexflow.FlexFlow{})
		}},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			got, want := failuresOf(t, test.misuse), strings.FieldsFunc(test.want, func(r rune) bool { return r == '\n' })
			if len(got) != len(want) {
				t.Fatalf("got %q, want %q", got, want)
			}
			for i, failure := range got {
				whole := strings.HasPrefix(failure, "flexflowtest: ") && !strings.Contains(failure, "\n")
				if !whole || !strings.Contains(failure, want[i]) {
					t.Errorf("got %q, want one line with %q", failure, want[i])
				}
			}
		})
	}
}

func TestServer_requestOutlivesTest(t *testing.T) {
	t.Parallel()
	ended := make(chan error)
	got := failuresOf(t, func(s *flexflowtest.Server) {
		s.Next().Slow(time.Hour)
		client := s.Client(flexflow.WithRetries(0), flexflow.WithTimeout(time.Hour))
		go func() {
			_, err := client.FetchFlexFlow(context.Background(), storedSID)
			ended <- err
		}()
		<-canceledAfter(s.Handler, 1).Done()
	})
	if len(got) != 1 || !strings.Contains(got[0], "1 request(s) in progress at the end of the test") {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err == nil {
		t.Error("the request succeeded")
	}
}

// A client that closes a TLS connection first announces it, and can still read then.
func TestServer_noResponseToClosedConnection(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Next().Slow(time.Hour)
	trust := srv.HTTPClient().Transport.(*http.Transport).TLSClientConfig
	conn, err := tls.Dial("tcp", strings.TrimPrefix(srv.URL, "https://"), trust)
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

// Without a Server, a mistake in a script panics, and one in its use is a response.
func TestHandler_mistakes(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	got := panicOf(func() { h.Next().Violate("/nope") })
	if !strings.HasPrefix(fmt.Sprint(got), `flexflowtest: Violate("/nope"): `) {
		t.Errorf("got %v", got)
	}
	h.Next().Violate("/sid")
	if got := get(t, h, "/"); got.Code != 501 || !strings.Contains(got.Body.String(), "the script changes a flow") {
		t.Errorf("got %d %s", got.Code, got.Body)
	}
}

// A caller may change the HTTP client, and replace it with an option.
func TestServer_httpClient(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	changed := srv.HTTPClient()
	changed.Transport, changed.Timeout = http.DefaultTransport, time.Nanosecond
	if next := srv.HTTPClient(); next.Transport == changed.Transport || next.Timeout != 0 {
		t.Errorf("the next caller sees a change to the client: %+v", next)
	}
	if got := fetch(t, srv.Client(), storedSID); got.err != nil {
		t.Error(got.err)
	}
	empty := &http.Client{Transport: http.NewFileTransport(http.Dir(t.TempDir()))}
	if got := fetch(t, srv.Client(flexflow.WithHTTPClient(empty)), storedSID); !errors.Is(got.err, flexflow.ErrNotFound) {
		t.Errorf("got %v from the client of the option", got.err)
	}
}

// panicking is a TB whose Errorf panics.
type panicking struct{ *testing.T }

func (panicking) Errorf(string, ...any) { panic("Errorf") }

// The server logs a panic, and not what its clients do. The log is global, so this test does not run in parallel.
func TestServer_log(t *testing.T) {
	var output bytes.Buffer
	log.SetOutput(&output)
	defer log.SetOutput(os.Stderr)
	t.Run("until the server is closed", func(t *testing.T) {
		srv := flexflowtest.NewServer(panicking{t})
		conn, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "https://"))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n") // does not speak TLS
		io.ReadAll(conn)
		conn.Close()

		// This client does not trust the certificate.
		strict := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
		if resp, err := strict.Get(srv.URL); err == nil {
			resp.Body.Close()
			t.Error("a client without the certificate got a response")
		}

		for _, client := range []*http.Client{srv.HTTPClient(), {Transport: srv.Transport()}} { // cancel their request
			srv.Next().Slow(time.Hour)
			ctx := canceledAfter(srv.Handler, len(srv.Requests())+1)
			if _, err := client.Do(newRequest(t, "GET", srv.URL).WithContext(ctx)); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			awaitIdle(t, srv.Handler)
		}

		srv.Next().Status(200) // for a flow that does not exist
		if resp, err := srv.HTTPClient().Do(newRequest(t, "GET", srv.URL+flowPath+unknownSID)); err == nil {
			resp.Body.Close()
			t.Error("the panic ended in a response")
		}
	})
	if got := output.String(); strings.Count(got, "http: ") != 1 || !strings.Contains(got, "http: panic serving") {
		t.Errorf("logged %q", got)
	}
}
