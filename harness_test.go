package flexflow_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

const (
	flowSID    = "FO0123456789abcdefABCDEF0123456789"
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "the-auth-token-of-the-tests"
)

// fullFlow returns a new body with every attribute of the contract.
func fullFlow() map[string]any {
	return map[string]any{
		"account_sid":      "AC0123456789abcdefABCDEF0123456789",
		"channel_type":     "web",
		"chat_service_sid": "IS0123456789abcdefABCDEF0123456789",
		"contact_identity": "+15550100",
		"date_created":     "2023-05-04T09:42:00Z",
		"date_updated":     "2023-05-04T09:42:01.25+02:00",
		"enabled":          true,
		"friendly_name":    "Web chat ☎",
		"integration":      map[string]any{"flow_sid": "FW0123456789abcdef0123456789abcdef", "retry_count": 3.0},
		"integration_type": "studio",
		"janitor_enabled":  true,
		"long_lived":       false,
		"sid":              flowSID,
		"url":              "https://flex-api.twilio.com/v1/FlexFlows/" + flowSID,
	}
}

func encode(t *testing.T, body any) string {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// serve starts a server on loopback and returns its address and the number of requests that reached it.
func serve(t *testing.T, handler http.HandlerFunc) (string, *atomic.Int64) {
	t.Helper()
	requests := new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// respondWith responds to each request with status 200 and the body.
func respondWith(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Twilio-Request-Id", "RQ0123456789abcdef0123456789abcdef")
		fmt.Fprint(w, body)
	}
}

func newClient(t *testing.T, url string, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	client, err := flexflow.New(flexflow.AuthToken(accountSID, authToken), append([]flexflow.Option{flexflow.WithBaseURL(url)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// fetchBody fetches from a server that responds with the body.
func fetchBody(t *testing.T, body string, opts ...flexflow.Option) (*flexflow.FlexFlow, error) {
	t.Helper()
	url, _ := serve(t, respondWith(body))
	return newClient(t, url, opts...).FetchFlexFlow(t.Context(), flowSID)
}

// violations returns the violations of the error, each as "pointer keyword".
func violations(t *testing.T, err error) []string {
	t.Helper()
	var broken *flexflow.ResponseError
	if !errors.As(err, &broken) {
		t.Fatalf("error %v, want a ResponseError", err)
	}
	if !errors.Is(err, flexflow.ErrInvalidResponse) {
		t.Errorf("%v does not match ErrInvalidResponse", err)
	}
	var found []string
	for _, v := range broken.Violations {
		if v.Reason == "" {
			t.Errorf("violation %v has no reason", v)
		}
		found = append(found, v.Pointer+" "+v.Keyword)
	}
	return found
}

func wantViolations(t *testing.T, err error, want ...string) {
	t.Helper()
	if got := violations(t, err); !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (api fakeAPI) client(opts ...flexflow.Option) *flexflow.Client {
	client, err := flexflow.New(
		flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		append(opts, flexflow.WithBaseURL(api.URL))...,
	)
	if err != nil {
		panic(err)
	}
	return client
}

// fault is a row of a table: the fault of a server, and the expected result of a fetch with one retry.
type fault struct {
	name     string
	reply    reply // to every request
	want     outcome
	attempts int
	within   time.Duration // upper bound of the time, generous for a busy machine
	reused   bool          // the next fetch uses the same connection
}

const soon = 5 * time.Second

// run fetches from a server with the fault over plain HTTP, and returns the error.
func (f fault) run(t *testing.T, opts ...flexflow.Option) error {
	t.Parallel()
	return f.runOn(t, startRaw(t, f.reply), opts...)
}

// runOn fetches from a server with the fault, and again without the fault.
func (f fault) runOn(t *testing.T, s *rawServer, opts ...flexflow.Option) error {
	client := newClient(t, s.URL, append(opts, flexflow.WithRetries(1))...)
	var response flexflow.Response
	start := time.Now()
	flow, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
	took := time.Since(start)

	f.want.check(t, flowSID, flow, err)
	if took > f.within {
		t.Errorf("took %s, want %s at most", took, f.within)
	}
	if response.Attempts != f.attempts || err != nil && attemptsOf(err) != f.attempts {
		t.Errorf("%d attempts in the Response and %d in the error, want %d", response.Attempts, attemptsOf(err), f.attempts)
	}
	if got := int(s.Requests.Load()); got != f.attempts {
		t.Errorf("%d requests were sent, want %d", got, f.attempts)
	}

	// On a busy machine, net/http may close a connection without a fault of the server, if writing the request takes
	// more than 50 ms. That is unlikely three times in a row.
	for range 3 {
		s.Respond(replyFlow)
		before := s.Accepted.Load()
		flow, next := client.FetchFlexFlow(t.Context(), flowSID)
		success.check(t, flowSID, flow, next)
		if reused := s.Accepted.Load() == before; reused == f.reused {
			return err
		}
		s.Respond(f.reply)
		client.FetchFlexFlow(t.Context(), flowSID)
	}
	t.Errorf("the connection is reused: %t, want %t", !f.reused, f.reused)
	return err
}

func runAll(t *testing.T, faults []fault) {
	t.Parallel()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) { f.run(t) })
	}
}

// replyFlow responds with the flow that was requested.
func replyFlow(conn net.Conn, r *http.Request) bool {
	return send(flowResponse(path.Base(r.URL.Path)))(conn, r)
}

// shortTimeout is the timeout of an attempt to which the server does not respond in time.
const shortTimeout = 400 * time.Millisecond

// padded returns a valid flow of size bytes.
func padded(size int) string {
	flow := validFlow(flowSID)
	return flow + strings.Repeat(" ", size-len(flow))
}

const (
	gzipped    = "Content-Encoding: gzip"
	emptyBlock = "\x00\x00\x00\xff\xff" // of a deflate stream: no data, and not the last block
)

// bomb is 4 MiB of spaces in 4 KiB.
var bomb = sync.OnceValue(func() string { return zip(strings.Repeat(" ", 4<<20)) })

func zip(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, text)
	w.Close()
	return b.String()
}

// flip changes the checksum at the end of a gzip stream.
func flip(zipped string) string {
	b := []byte(zipped)
	b[len(b)-8] ^= 1
	return string(b)
}

// TestMain fails if a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	flag.Set("test.parallel", "8") // most tests only wait
	log.SetOutput(io.Discard)      // net/http logs each server that violates HTTP
	goleak.VerifyTestMain(m)
}

const otherSID = "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"

// validFlow returns a valid body, with further members such as `"enabled":true`.
func validFlow(sid string, members ...string) string {
	return fmt.Sprintf(`{"sid":%q,"friendly_name":"Name of %s","date_created":"2026-01-15T09:42:00Z"%s}`,
		sid, sid, strings.Join(append([]string{""}, members...), ","))
}

// flowResponse returns a response with the flow of the SID.
func flowResponse(sid string) string { return whole(200, validFlow(sid), jsonType) }

// outcome is the expected result of a fetch. The zero value is the requested flow.
type outcome struct {
	status    int    // of an *APIError
	violation string // the first one of a *ResponseError, as "keyword pointer"
	transport bool   // a *TransportError
	match     error  // the only sentinel that errors.Is finds
}

var success outcome

func apiError(status int, sentinel error) outcome { return outcome{status: status, match: sentinel} }

func violates(keyword, pointer string) outcome {
	return outcome{violation: keyword + " " + pointer, match: flexflow.ErrInvalidResponse}
}

// transportError takes nil for a cause without a sentinel.
func transportError(cause error) outcome { return outcome{transport: true, match: cause} }

var sentinels = []error{
	flexflow.ErrInvalidConfig, flexflow.ErrInvalidSID, flexflow.ErrUnauthorized, flexflow.ErrForbidden, flexflow.ErrNotFound,
	flexflow.ErrRateLimited, flexflow.ErrServer, flexflow.ErrInvalidResponse, context.Canceled, context.DeadlineExceeded,
}

// check compares the result of a fetch of sid with the expected outcome.
func (want outcome) check(t testing.TB, sid string, flow *flexflow.FlexFlow, err error) {
	t.Helper()
	if mismatch := want.compare(sid, flow, err); mismatch != nil {
		t.Fatal(mismatch)
	}
}

func (want outcome) compare(sid string, flow *flexflow.FlexFlow, err error) error {
	if want == success {
		if err != nil {
			return fmt.Errorf("want the flow, got error %w", err)
		}
		if got, name := flexflow.Value(flow.SID), flexflow.Value(flow.FriendlyName); got != sid || name != "Name of "+sid {
			return fmt.Errorf("want flow %s, got %s with name %q", sid, got, name)
		}
		return nil
	}
	if err == nil || flow != nil {
		return fmt.Errorf("want %+v, got flow %v and error %w", want, flow, err)
	}
	for _, sentinel := range sentinels {
		if sentinel != want.match && errors.Is(err, sentinel) {
			return fmt.Errorf("errors.Is finds %q in %w", sentinel, err)
		}
	}
	if want.match != nil && !errors.Is(err, want.match) {
		return fmt.Errorf("errors.Is does not find %q in %w", want.match, err)
	}
	same := false
	switch err := err.(type) {
	case *flexflow.APIError:
		same = !want.transport && want.violation == "" && err.StatusCode == want.status
	case *flexflow.ResponseError:
		same = err.Violations[0].Keyword+" "+err.Violations[0].Pointer == want.violation
	case *flexflow.TransportError:
		_, sent := errors.AsType[*url.Error](err)
		same = want.transport && sent
	}
	if !same {
		return fmt.Errorf("want %+v, got %w", want, err)
	}
	return verifyError(sid, err)
}

// verifyError returns an error unless err is of a documented type, and its message is one line that names the SID.
func verifyError(sid string, err error) error {
	switch err.(type) {
	case *flexflow.APIError, *flexflow.ResponseError, *flexflow.TransportError:
	default:
		return fmt.Errorf("undocumented error %T: %w", err, err)
	}
	if text := err.Error(); !strings.HasPrefix(text, "flexflow: FetchFlexFlow "+sid+": ") || !isOneLine(text) {
		return fmt.Errorf("message %q", text)
	}
	return nil
}

// isOneLine reports whether text is one line of printable characters.
func isOneLine(text string) bool {
	return len(text) < 1000 && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func checkError(t testing.TB, sid string, err error) {
	t.Helper()
	if problem := verifyError(sid, err); problem != nil {
		t.Fatal(problem)
	}
}

// attemptsOf returns the number of attempts in the error.
func attemptsOf(err error) int {
	switch err := err.(type) {
	case *flexflow.APIError:
		return err.Attempts
	case *flexflow.ResponseError:
		return err.Attempts
	case *flexflow.TransportError:
		return err.Attempts
	}
	return 0
}

// memoryServer is a transport without a network. It calls respond with the number of earlier requests.
type memoryServer struct {
	respond func(r *http.Request, before int) (*http.Response, error)
	times   []time.Time // of the requests
}

func (m *memoryServer) RoundTrip(r *http.Request) (*http.Response, error) {
	m.times = append(m.times, time.Now())
	return m.respond(r, len(m.times)-1)
}

func (m *memoryServer) client(t *testing.T, opts ...flexflow.Option) *flexflow.Client {
	return newClient(t, "https://flex.example.com", append(opts, flexflow.WithHTTPClient(&http.Client{Transport: m}))...)
}

// waits returns the times between the requests.
func (m *memoryServer) waits() []time.Duration {
	var waits []time.Duration
	for i := range len(m.times) - 1 {
		waits = append(waits, m.times[i+1].Sub(m.times[i]))
	}
	return waits
}

// newResponse returns a response with header lines such as "Retry-After: 5".
func newResponse(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// always responds to every request in the same way.
func always(status int, header ...string) *memoryServer {
	return &memoryServer{respond: func(*http.Request, int) (*http.Response, error) { return newResponse(status, "", header...), nil }}
}

func hang(r *http.Request, _ int) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// errorReader is an incomplete body.
type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func (k soak) run(t *testing.T) {
	const goroutines = 64
	faults := allFaults()
	sidOf := func(i int) string { return fmt.Sprintf("FO%032x", i) }
	faultOf := func(i int) *fault {
		if i%10 != 0 {
			return nil
		}
		return &faults[i/10%len(faults)]
	}

	var met sync.Map // SIDs whose fault was injected
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		i, err := strconv.ParseInt(path.Base(r.URL.Path)[2:], 16, 64)
		if err != nil {
			t.Errorf("request for %s", r.URL)
		}
		if _, again := met.LoadOrStore(i, true); !again {
			if f := faultOf(int(i)); f != nil {
				return f.reply(conn, r)
			}
		}
		return replyFlow(conn, r)
	})
	const enough = 256 << 10 // for all responses except those that are too large
	client := newClient(t, s.URL, flexflow.WithRetries(k.retries), flexflow.WithTimeout(3*shortTimeout), flexflow.WithMaxResponseBytes(enough))

	var next, ended, interrupted atomic.Int64
	var fetching sync.WaitGroup
	for range goroutines {
		fetching.Go(func() {
			for i := int(next.Add(1)) - 1; i < k.fetches; i = int(next.Add(1)) - 1 {
				if i == k.fetches/2 {
					s.Reset()
				}
				flow, err := client.FetchFlexFlow(t.Context(), sidOf(i))
				want := success
				if f := faultOf(i); f != nil && (f.attempts == 1 || k.retries == 0) {
					want = f.want
				}
				mismatch := want.compare(sidOf(i), flow, err)
				_, cut := err.(*flexflow.TransportError)
				switch {
				case mismatch == nil:
					ended.Add(1)
				case success.compare(sidOf(i), flow, err) == nil, k.retries == 0 && cut && verifyError(sidOf(i), err) == nil:
					interrupted.Add(1) // the reset broke the connection
				default:
					t.Errorf("fetch %d: %v", i, mismatch)
				}
			}
		})
	}
	fetching.Wait()
	if n := ended.Load(); n < int64(k.fetches)/2 {
		t.Errorf("%d of %d fetches ended as expected, and the reset interrupted %d", n, k.fetches, interrupted.Load())
	}

	client.CloseIdleConnections()
	s.Drain()
}

// These are short names for the replies in tables.
var (
	send, hangUp, reset, stall = testserver.Send, testserver.HangUp, testserver.Reset, testserver.Stall
	endless, drip              = testserver.Endless, testserver.Drip
	head, whole, chunk         = testserver.Head, testserver.Whole, testserver.Chunk
)

const (
	jsonType = testserver.ContentJSON
	chunked  = testserver.Chunked
)

type (
	reply     = testserver.Reply
	rawServer = testserver.Server
)

func startRaw(t testing.TB, reply reply) *rawServer { return testserver.Start(t, reply) }

func startRawTLS(t testing.TB, config *tls.Config, reply reply) *rawServer {
	return testserver.StartTLS(t, config, reply)
}

// trusting returns an option that makes a client trust the authority.
func trusting(t testing.TB, authority *testserver.Authority) flexflow.Option {
	return flexflow.WithHTTPClient(&http.Client{Transport: authority.Transport(t)})
}
