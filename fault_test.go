package flexflow_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"path"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// fault is a row of a table: the fault of a server, and what becomes of a fetch with one retry.
type fault struct {
	name     string
	reply    reply // to every request
	want     outcome
	attempts int
	connection
}

const once, twice = 1, 2 // attempts

// connection says whether the next fetch uses the same connection.
type connection string

const (
	kept    connection = "kept"
	dropped connection = "dropped"
	drained connection = "kept or dropped" // from Go 1.27, net/http reads the rest of a short body after Close
)

func (c connection) is(reused bool) bool { return c == drained || (c == kept) == reused }

// patient is the timeout of attempts that never reach it: a fetch that waits for more of a response hangs.
var patient = flexflow.WithTimeout(time.Hour)

// run fetches from a server with the fault over plain HTTP, and returns the error.
func (f fault) run(t *testing.T) error { return f.runOn(t, startRaw(t, f.reply), patient) }

// runOn fetches from a server with the fault, and again without the fault.
func (f fault) runOn(t *testing.T, s *rawServer, opts ...flexflow.Option) error {
	client := newClient(t, s.URL, append(opts, flexflow.WithRetries(1))...)
	var response flexflow.Response
	err := f.want.of(t, client, flexflow.CaptureResponse(&response))
	if response.Attempts != f.attempts || err != nil && attemptsOf(err) != f.attempts {
		t.Errorf("%d attempts in the Response and %d in the error, want %d",
			response.Attempts, attemptsOf(err), f.attempts)
	}
	if got := int(s.Requests.Load()); got != f.attempts {
		t.Errorf("%d requests were sent, want %d", got, f.attempts)
	}
	next, invalid := client.With(patient)
	if invalid != nil {
		t.Fatal(invalid)
	}
	// On a busy machine, net/http may close a connection without a fault of the server, if writing the request takes more
	// than 50 ms. That is unlikely ten times in a row.
	for range 10 {
		s.Respond(replyFlow)
		before := s.Accepted.Load()
		success.of(t, next)
		if f.connection.is(s.Accepted.Load() == before) {
			return err
		}
		s.Respond(f.reply)
		fetch(t, client)
	}
	t.Errorf("the connection is not %s", f.connection)
	return err
}

func runAll(t *testing.T, faults []fault) {
	t.Parallel()
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.run(t)
		})
	}
}

// The address of a connected client refuses connections, and no other program can listen on it.
func TestFetchFlexFlow_refusedConnection(t *testing.T) {
	t.Parallel()
	s := startRaw(t, replyFlow)
	connected, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connected.Close()
	var refused atomic.Bool
	refused.Store(true)
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		if refused.Load() {
			addr = connected.LocalAddr().String()
		}
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
	t.Cleanup(transport.CloseIdleConnections)
	client := newClient(t, s.URL, over(transport), flexflow.WithRetries(1))
	err = transportError(syscall.ECONNREFUSED).of(t, client)
	if attemptsOf(err) != 2 || s.Requests.Load() != 0 {
		t.Errorf("%d attempts and %d requests, want two that send nothing", attemptsOf(err), s.Requests.Load())
	}
	refused.Store(false)
	success.of(t, client)
}

func TestFetchFlexFlow_failingConnection(t *testing.T) { runAll(t, connectionsThatFail()) }

func connectionsThatFail() []fault {
	begun, flow := `{"sid":"`+flowSID+`",`, validFlow(flowSID)
	header, beginning := "HTTP/1.1 200 OK\r\n"+jsonType+"\r\n", head(200, jsonType, "Content-Length: 500")+begun
	chunks := head(200, jsonType, chunked)
	closed, wasReset := transportError(io.EOF), transportError(syscall.ECONNRESET)
	cutOff := transportError(io.ErrUnexpectedEOF)
	notFound := apiError(404, flexflow.ErrNotFound)
	return []fault{
		{"closed before the response", hangUp(), closed, twice, dropped},
		{"reset before the response", reset(), wasReset, twice, dropped},
		{"reset in the header", reset(header), transportError(nil), twice, dropped},
		{"reset in the body", reset(beginning), wasReset, twice, dropped},
		{"cut off in the header", hangUp(header), cutOff, twice, dropped},
		{"cut off against Content-Length", hangUp(beginning), cutOff, twice, dropped},
		{"cut off in a chunk", hangUp(chunks, "ff\r\n", begun), cutOff, twice, dropped},
		{"cut off before the last chunk", hangUp(chunks, chunk(flow)), cutOff, twice, dropped},
		{"cut off in gzip", send(whole(200, zip(flow)[:80], jsonType, gzipped)), cutOff, twice, kept},
		{
			"cut off where only the end of the connection ends the body", hangUp(head(200, jsonType), begun),
			violates("json"), once, dropped,
		},
		{
			"an error cut off against Content-Length", hangUp(head(404, jsonType, "Content-Length: 500"), begun),
			notFound, once, dropped,
		},
		{
			"an error cut off in a chunk, then another", hangUp(head(503, jsonType, chunked), "ff\r\n{"),
			apiError(503, flexflow.ErrServer), twice, dropped,
		},
	}
}

func TestFetchFlexFlow_notHTTP(t *testing.T) { runAll(t, responsesThatAreNotHTTP()) }

func responsesThatAreNotHTTP() []fault {
	flow := validFlow(flowSID)
	headed := func(line string) reply { return hangUp(head(200, jsonType, line), flow) }
	inGzip := func(body string) reply { return send(whole(200, body, jsonType, gzipped)) }
	malformed, cutOff := transportError(nil), transportError(io.ErrUnexpectedEOF)
	none, past := apiError(0, flexflow.ErrInvalidResponse), apiError(999, flexflow.ErrServer)
	return []fault{
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), malformed, twice, dropped},
		{"binary", hangUp("\x15\x03\x01\x00\x02\x02\x00\r\n\r\n"), malformed, twice, dropped},
		{"HTTP/0.9", hangUp(flow), malformed, twice, dropped},
		{"a status that is not a number", hangUp("HTTP/1.1 OK\r\n\r\n"), malformed, twice, dropped},
		{"status 000", send("HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n"), none, once, dropped},
		{"status 999", send(whole(999, "")), past, once, kept},
		{"a header line without a colon", hangUp("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), malformed, twice, dropped},
		{"two lengths", headed("Content-Length: 5\r\nContent-Length: 500"), malformed, twice, dropped},
		{"a negative length", headed("Content-Length: -1"), malformed, twice, dropped},
		{"a length beyond 64 bits", headed("Content-Length: 99999999999999999999"), malformed, twice, dropped},
		{"a length of 2^62", headed("Content-Length: 4611686018427387904"), cutOff, twice, dropped},
		{"an unknown transfer encoding", headed("Transfer-Encoding: zip"), malformed, twice, dropped},
		{"a chunk without a length", hangUp(head(200, jsonType, chunked), "nonsense\r\n"), malformed, twice, dropped},
		{"gzip that is not gzip", inGzip(flow), transportError(gzip.ErrHeader), twice, kept},
		{"gzip with a wrong checksum", inGzip(flip(zip(flow))), transportError(gzip.ErrChecksum), twice, kept},
		{"gzip that was not asked for twice", inGzip(zip(zip(flow))), violates("json"), once, kept},
	}
}

func TestFetchFlexFlow_endlessResponse(t *testing.T) { runAll(t, responsesWithoutEnd()) }

func responsesWithoutEnd() []fault {
	spaces, xs := strings.Repeat(" ", 64<<10), strings.Repeat("x", 4096)
	lines := strings.Repeat("Name: value\r\n", 300)
	begun, flow := head(200, jsonType, chunked), validFlow(flowSID)
	malformed, tooLarge := transportError(nil), violates("size")
	notFound, broken := apiError(404, flexflow.ErrNotFound), apiError(500, flexflow.ErrServer)
	return []fault{
		{"a header line", endless(xs, "HTTP/1.1 200 OK\r\nName: "), malformed, twice, dropped},
		{"header lines", endless(lines, "HTTP/1.1 200 OK\r\n"), malformed, twice, dropped},
		{"103", endless(head(103, "Link: </style.css>")), malformed, twice, dropped},
		{"a body", endless(spaces, head(200, jsonType)), tooLarge, once, dropped},
		{"a chunked body", endless(chunk(spaces), begun), tooLarge, once, dropped},
		{"one chunk", endless(spaces, begun, "ffffffffffff\r\n"), tooLarge, once, dropped},
		{"a chunk's extension", endless(xs, begun, "1;"), malformed, twice, dropped},
		{"a trailer", endless(lines, begun, chunk(flow), "0\r\n"), malformed, twice, dropped},
		{"a gzip bomb", send(whole(200, bomb(), jsonType, gzipped)), tooLarge, once, drained},
		{"an error's body", endless(spaces, head(404)), notFound, once, dropped},
		{"an error's chunked body", endless(chunk(spaces), head(500, chunked)), broken, twice, dropped},
		{"an error's gzip bomb", send(whole(404, bomb(), gzipped)), notFound, once, drained},
		{"1 MiB and one byte", send(whole(200, padded(1<<20+1), jsonType)), tooLarge, once, kept},
		{"1 MiB", send(whole(200, padded(1<<20), jsonType)), success, once, kept},
	}
}

// A fetch accepts every response that HTTP allows, even if it is unusual.
func TestFetchFlexFlow_unusualResponse(t *testing.T) {
	flow, body := flowResponse(flowSID), validFlow(flowSID)
	chunks := head(200, jsonType, chunked)
	extended := strings.Replace(chunk(body), "\r\n", ";name=value\r\n", 1)
	early := head(103, "Link: </style.css>")
	runAll(t, []fault{
		{"100 before it", send(head(100), flow), success, once, kept},
		{"103 before it", send(early, flow), success, once, kept},
		{"100 and 103 several times", send(head(100), early, head(100), early, flow), success, once, kept},
		{"HTTP/1.0", hangUp(strings.Replace(flow, "1.1", "1.0", 1)), success, once, dropped},
		{"no length", hangUp(head(200, jsonType), body), success, once, dropped},
		{"no further request", send(whole(200, body, jsonType, "Connection: close")), success, once, dropped},
		{"many chunks", send(chunks, chunk(body[:1]), chunk(body[1:]), chunk("")), success, once, kept},
		{"a chunk with an extension", send(chunks, extended, chunk("")), success, once, kept},
		{"a trailer", send(chunks, chunk(body), "0\r\nContent-Type: text/html\r\n\r\n"), success, once, kept},
	})
}

func TestFetchFlexFlow_headerBound(t *testing.T) {
	t.Parallel()
	const short, long = 48 << 10, 80 << 10
	for name, header := range map[string]func(size int) string{
		"in one line":   func(size int) string { return "Name: " + strings.Repeat("x", size) },
		"in many lines": func(size int) string { return strings.Repeat("Name: value\r\n", size/13) + "Name: value" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, send(whole(200, validFlow(flowSID), jsonType, header(short))))
			client := newClient(t, s.URL, flexflow.WithRetries(0))
			success.of(t, client)
			s.Respond(send(whole(200, validFlow(flowSID), jsonType, header(long))))
			transportError(nil).of(t, client)
		})
	}
}

// A fetch allocates memory for the bytes that arrive, not for the announced Content-Length.
func TestFetchFlexFlow_announcedLength(t *testing.T) {
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000000000")))
	client := newClient(t, s.URL, flexflow.WithRetries(0), flexflow.WithMaxResponseBytes(math.MaxInt64))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := fetch(t, client)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 16<<20 {
		t.Errorf("%d bytes were allocated for a body that never came: %v", taken, err)
	}
}

// A server that responds twice leaves the second response for the next request on the connection. A fetch must not
// return it as the flow of that request.
func TestFetchFlexFlow_unsolicitedResponse(t *testing.T) {
	t.Parallel()
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		return send(flowResponse(path.Base(r.URL.Path)), flowResponse(otherSID))(conn, r)
	})
	client := newClient(t, s.URL, flexflow.WithRetries(0))
	for range 100 {
		flow, err := fetch(t, client)
		if success.compare(flowSID, flow, err) != nil {
			violates("/sid identity").check(t, flowSID, flow, err)
		}
	}
}

func TestFetchFlexFlow_redirect(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	elsewhere, inTheClear := startRawTLS(t, authority.Server(t), replyFlow), startRaw(t, replyFlow)
	elsewhereHost := strings.TrimPrefix(elsewhere.URL, "https://")
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, row := range []struct {
			name, location string // SELF stands for the host that was asked
			host           string // what the error names
		}{
			{"to the same host", "https://SELF" + flowPath, "SELF"},
			{"to another path", flowPath, "SELF"},
			{"to another host", elsewhere.URL + flowPath, elsewhereHost},
			{"to another host without a scheme", "//" + elsewhereHost, elsewhereHost},
			{"to http", inTheClear.URL, strings.TrimPrefix(inTheClear.URL, "http://")},
			{"with a password", "https://user:pass@SELF/", "SELF"},
			{"to no URL", "https://SELF:port/%zz", ""},
			{"to nowhere", "", ""},
		} {
			t.Run(fmt.Sprint(status, " ", row.name), func(t *testing.T) {
				t.Parallel()
				s := startRawTLS(t, authority.Server(t), nil)
				self := strings.NewReplacer("SELF", strings.TrimPrefix(s.URL, "https://"))
				moved := send(whole(status, "", "Location: "+self.Replace(row.location)))
				s.Respond(moved)
				f := fault{"", moved, apiError(status, flexflow.ErrInvalidResponse), once, kept}
				err := f.runOn(t, s, trusting(t, authority), patient).(*flexflow.APIError)
				want := self.Replace(row.host)
				if err.Location != want || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pass") {
					t.Errorf("want host %q, got %q in %v", want, err.Location, err)
				}
			})
		}
	}
	t.Cleanup(func() {
		if n := elsewhere.Accepted.Load() + inTheClear.Accepted.Load(); n != 0 {
			t.Errorf("%d redirects were followed", n)
		}
	})
}
