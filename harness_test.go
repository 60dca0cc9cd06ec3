package flexflow_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"go.uber.org/goleak"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// TestMain fails if a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	flag.Set("test.parallel", "8") // most tests only wait
	log.SetOutput(io.Discard)      // net/http logs each server that violates HTTP
	goleak.VerifyTestMain(m)
}

const (
	flowSID    = "FO0123456789abcdefABCDEF0123456789"
	otherSID   = "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
	flowPath   = "/v1/FlexFlows/" + flowSID
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "the-auth-token-of-the-tests"
	exampleURL = "https://flex.example.com" // for a transport without a network
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

// changedFlow returns the body of fullFlow with other values.
func changedFlow(t testing.TB, changes map[string]any) string {
	t.Helper()
	body := fullFlow()
	maps.Copy(body, changes)
	return encode(t, body)
}

func encode(t testing.TB, body any) string {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// validFlow returns a valid body, with further members such as `"enabled":true`.
func validFlow(sid string, members ...string) string {
	return fmt.Sprintf(`{"sid":%q,"friendly_name":"Name of %s","date_created":"2026-01-15T09:42:00Z"%s}`,
		sid, sid, strings.Join(append([]string{""}, members...), ","))
}

// padded returns a valid flow of size bytes.
func padded(size int) string {
	flow := validFlow(flowSID)
	return flow + strings.Repeat(" ", size-len(flow))
}

type credentials = flexflow.Credentials

func newClientAs(t testing.TB, creds credentials, url string, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	client, err := flexflow.New(creds, append([]flexflow.Option{flexflow.WithBaseURL(url)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func newClient(t testing.TB, url string, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	return newClientAs(t, flexflow.AuthToken(accountSID, authToken), url, opts...)
}

func fetch(t testing.TB, client *flexflow.Client, opts ...flexflow.CallOption) (*flexflow.FlexFlow, error) {
	t.Helper()
	return client.FetchFlexFlow(t.Context(), flowSID, opts...)
}

// fetchBody fetches a response with the body.
func fetchBody(t testing.TB, body string, opts ...flexflow.Option) (*flexflow.FlexFlow, error) {
	t.Helper()
	return fetch(t, responding(200, body, "Twilio-Request-Id: RQ1").client(t, opts...))
}

// outcome is the expected result of a fetch. The zero value is the requested flow.
type outcome struct {
	status    int    // of an *APIError
	violation string // the first one of a *ResponseError, as violationAt returns it
	transport bool   // a *TransportError
	match     error  // the only sentinel that errors.Is finds
}

var success outcome

func apiError(status int, sentinel error) outcome { return outcome{status: status, match: sentinel} }

func violates(violation string) outcome {
	return outcome{violation: violation, match: flexflow.ErrInvalidResponse}
}

// transportError takes nil for a cause without a sentinel.
func transportError(cause error) outcome { return outcome{transport: true, match: cause} }

var sentinels = []error{
	flexflow.ErrInvalidConfig, flexflow.ErrInvalidSID, flexflow.ErrUnauthorized, flexflow.ErrForbidden,
	flexflow.ErrNotFound, flexflow.ErrRateLimited, flexflow.ErrServer, flexflow.ErrInvalidResponse,
	context.Canceled, context.DeadlineExceeded,
}

// of fetches a flow, fails the test unless that has the expected outcome, and returns the error.
func (want outcome) of(t testing.TB, client *flexflow.Client, opts ...flexflow.CallOption) error {
	t.Helper()
	flow, err := fetch(t, client, opts...)
	want.check(t, flowSID, flow, err)
	return err
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
	var got outcome
	if errors.Is(err, want.match) {
		got.match = want.match
	}
	for _, sentinel := range sentinels {
		if sentinel != want.match && errors.Is(err, sentinel) {
			got.match = sentinel
		}
	}
	switch err := err.(type) {
	case *flexflow.APIError:
		got.status = err.StatusCode
	case *flexflow.ResponseError:
		got.violation = violationAt(err.Violations[0])
	case *flexflow.TransportError:
		_, got.transport = errors.AsType[*url.Error](err)
	}
	if got != want {
		return fmt.Errorf("want %+v, got %+v: %w", want, got, err)
	}
	return verifyError(sid, err)
}

// violationAt returns where a violation is and of which keyword, such as "/sid pattern".
func violationAt(v flexflow.Violation) string { return strings.TrimSpace(v.Pointer + " " + v.Keyword) }

func wantViolations(t testing.TB, err error, want ...string) {
	t.Helper()
	if !errors.Is(err, flexflow.ErrInvalidResponse) {
		t.Errorf("%v does not match ErrInvalidResponse", err)
	}
	checkViolations(t, as[*flexflow.ResponseError](t, err).Violations, want...)
}

func checkViolations(t testing.TB, violations []flexflow.Violation, want ...string) {
	t.Helper()
	var got []string
	for _, v := range violations {
		if v.Reason == "" {
			t.Errorf("violation %v has no reason", v)
		}
		got = append(got, violationAt(v))
	}
	if !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

// as returns the error of this type in err, or fails the test.
func as[E error](t testing.TB, err error) E {
	t.Helper()
	found, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("error %v, want a %T", err, found)
	}
	return found
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

func checkError(t testing.TB, err error) {
	t.Helper()
	if problem := verifyError(flowSID, err); problem != nil {
		t.Fatal(problem)
	}
}

// isOneLine reports whether text is one line of printable characters.
func isOneLine(text string) bool {
	return len(text) < 1000 && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
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

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// over returns an option that makes a client send its requests with the transport.
func over(transport http.RoundTripper) flexflow.Option {
	return flexflow.WithHTTPClient(&http.Client{Transport: transport})
}

// memoryServer is a transport without a network. It calls respond with the number of earlier requests.
type memoryServer struct {
	respond func(r *http.Request, before int) (*http.Response, error)

	mu    sync.Mutex
	times []time.Time // of the requests
}

func (m *memoryServer) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	before := len(m.times)
	m.times = append(m.times, time.Now())
	m.mu.Unlock()
	return m.respond(r, before)
}

func (m *memoryServer) client(t testing.TB, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	return newClient(t, exampleURL, append(opts, over(m))...)
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
	return &http.Response{
		StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
}

// responding responds to every request in the same way.
func responding(status int, body string, header ...string) *memoryServer {
	return respondingTo(func(*http.Request, int) *http.Response { return newResponse(status, body, header...) })
}

// always is responding without a body.
func always(status int, header ...string) *memoryServer { return responding(status, "", header...) }

func respondingTo(respond func(r *http.Request, before int) *http.Response) *memoryServer {
	return &memoryServer{respond: func(r *http.Request, before int) (*http.Response, error) {
		return respond(r, before), nil
	}}
}

// requestedFlow is the response to a request for a flow.
func requestedFlow(r *http.Request) *http.Response {
	return newResponse(200, validFlow(path.Base(r.URL.Path)))
}

// errorReader is an incomplete body.
type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// closeCounter is a body that counts calls of Close.
type closeCounter struct {
	io.Reader
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

// These are short names for the test server and its replies.
type (
	reply     = testserver.Reply
	rawServer = testserver.Server
)

var (
	send, hangUp, reset, stall = testserver.Send, testserver.HangUp, testserver.Reset, testserver.Stall
	endless, drip              = testserver.Endless, testserver.Drip
	head, whole, chunk         = testserver.Head, testserver.Whole, testserver.Chunk
	startRaw, startRawTLS      = testserver.Start, testserver.StartTLS
)

const (
	jsonType = testserver.ContentJSON
	chunked  = testserver.Chunked
	gzipped  = "Content-Encoding: gzip"
)

// replyFlow responds with the flow that was requested.
func replyFlow(conn net.Conn, r *http.Request) bool {
	return send(flowResponse(path.Base(r.URL.Path)))(conn, r)
}

// flowResponse returns a response with the flow of the SID.
func flowResponse(sid string) string { return whole(200, validFlow(sid), jsonType) }

// trusting returns an option that makes a client trust the authority.
func trusting(t testing.TB, authority *testserver.Authority) flexflow.Option {
	return over(authority.Transport(t))
}

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
