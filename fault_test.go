package flexflow_test

import (
	"compress/gzip"
	"io"
	"math"
	"net/http"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
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

// run fetches from a server with the fault over plain HTTP, and returns the error. A connection is certain to be kept
// only in a synctest bubble: net/http closes it when the machine is so busy that writing the request takes 50 ms.
func (f fault) run(t *testing.T) (err error) {
	if f.connection == dropped {
		return f.runOn(t, startRaw(t, f.reply), patient)
	}
	synctest.Test(t, func(t *testing.T) {
		s, transport := testserver.StartWithoutSockets(t, f.reply)
		err = f.runOn(t, s, over(transport), patient)
	})
	return err
}

// runOn fetches from a server with the fault, and again without the fault.
func (f fault) runOn(t *testing.T, s *rawServer, opts ...flexflow.Option) error {
	var response flexflow.Response
	retrying := newClient(t, s.URL, append(opts, flexflow.WithRetries(1))...)
	err := f.want.of(t, retrying, flexflow.CaptureResponse(&response))
	if response.Attempts != f.attempts || err != nil && attemptsOf(err) != f.attempts {
		t.Errorf("%d attempts in the Response and %d in the error, want %d",
			response.Attempts, attemptsOf(err), f.attempts)
	}
	if got := int(s.Requests.Load()); got != f.attempts {
		t.Errorf("%d requests were sent, want %d", got, f.attempts)
	}
	s.Respond(replyFlow)
	before := s.Accepted.Load()
	success.of(t, newClient(t, s.URL, append(opts, patient)...))
	if !f.connection.is(s.Accepted.Load() == before) {
		t.Errorf("the connection is not %s", f.connection)
	}
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

func TestFetchFlexFlow_failingConnection(t *testing.T) { runAll(t, connectionsThatFail()) }

func connectionsThatFail() []fault {
	begun, flow := `{"sid":"`+flowSID+`",`, validFlow(flowSID)
	header, beginning := "HTTP/1.1 200 OK\r\n"+jsonType+"\r\n", head(200, jsonType, "Content-Length: 500")+begun
	chunks := head(200, jsonType, chunked)
	closed, wasReset := transportError(io.EOF), transportError(syscall.ECONNRESET)
	cutOff := transportError(io.ErrUnexpectedEOF)
	notFound, broken := apiError(404, flexflow.ErrNotFound), apiError(503, flexflow.ErrServer)
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
		{"cut off where its end ends the body", hangUp(head(200, jsonType), begun), violates("json"), once, dropped},
		{"an error cut off", hangUp(head(404, "Content-Length: 500"), begun), notFound, once, dropped},
		{"an error cut off in a chunk", hangUp(head(503, chunked), "ff\r\n{"), broken, twice, dropped},
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
		{"a status that is not a number", hangUp("HTTP/1.1 OK\r\n\r\n"), malformed, twice, dropped},
		{"status 000", send("HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n"), none, once, dropped},
		{"status 999", send(whole(999, "")), past, once, kept},
		{"a header line without a colon", hangUp("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), malformed, twice, dropped},
		{"two lengths", headed("Content-Length: 5\r\nContent-Length: 500"), malformed, twice, dropped},
		{"a length beyond 64 bits", headed("Content-Length: 99999999999999999999"), malformed, twice, dropped},
		{"a length of 2^62", headed("Content-Length: 4611686018427387904"), cutOff, twice, dropped},
		{"an unknown transfer encoding", headed("Transfer-Encoding: zip"), malformed, twice, dropped},
		{"the words of a permanent error", headed("Transfer-Encoding: tls: x509: x"), malformed, twice, dropped},
		{"a chunk without a length", hangUp(head(200, jsonType, chunked), "nonsense\r\n"), malformed, twice, dropped},
		{"gzip that is not gzip", inGzip(flow), transportError(gzip.ErrHeader), twice, kept},
		{"gzip with a wrong checksum", inGzip(flip(zip(flow))), transportError(gzip.ErrChecksum), twice, kept},
		{"gzip that was not asked for twice", inGzip(zip(zip(flow))), violates("json"), once, kept},
	}
}

func TestFetchFlexFlow_endlessResponse(t *testing.T) { runAll(t, responsesWithoutEnd()) }

func responsesWithoutEnd() []fault {
	spaces, xs := strings.Repeat(" ", 64<<10), strings.Repeat("x", 4096)
	lines := strings.Repeat("Name: value\r\n", 4096/13)
	begun, flow := head(200, jsonType, chunked), validFlow(flowSID)
	headed := func(header string) reply { return send(whole(200, flow, jsonType, "Connection: close", header)) }
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
		{"80 KiB in a header line", headed("Name: " + strings.Repeat(xs, 20)), malformed, twice, dropped},
		{"48 KiB in a header line", headed("Name: " + strings.Repeat(xs, 12)), success, once, dropped},
		{"80 KiB in header lines", headed(strings.Repeat(lines, 20) + "Name: value"), malformed, twice, dropped},
		{"48 KiB in header lines", headed(strings.Repeat(lines, 12) + "Name: value"), success, once, dropped},
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

// A fetch allocates memory for the bytes that arrive, not for the announced Content-Length.
func TestFetchFlexFlow_announcedLength(t *testing.T) {
	response := newResponse(200, "")
	response.ContentLength = 1_000_000_000
	client := respondingTo(func(*http.Request, int) *http.Response { return response }).client(t,
		flexflow.WithMaxResponseBytes(math.MaxInt64))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	violates("json").of(t, client)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 16<<20 {
		t.Errorf("%d bytes were allocated for a body that never came", taken)
	}
}

// A server that responds twice leaves the second response for the next request on the connection. A fetch must not
// return it as the flow of that request.
func TestFetchFlexFlow_unsolicitedResponse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, transport := testserver.StartWithoutSockets(t, send(flowResponse(flowSID), flowResponse(otherSID)))
		client := newClient(t, s.URL, over(transport), flexflow.WithRetries(0))
		for range 2 {
			success.of(t, client)
			synctest.Wait() // until the transport finds the second response
		}
		s.Respond(send(flowResponse(otherSID))) // as when it does not find that in time
		violates("/sid identity").of(t, client)
	})
}

func TestFetchFlexFlow_redirect(t *testing.T) {
	t.Parallel()
	for location, host := range map[string]string{
		exampleURL + flowPath:                "flex.example.com",
		flowPath:                             "flex.example.com",
		"https://elsewhere.example:8443/":    "elsewhere.example:8443",
		"//elsewhere.example":                "elsewhere.example",
		"http://flex.example.com:80":         "flex.example.com:80",
		"https://user:pass@flex.example.com": "flex.example.com",
		"https://flex.example.com:port/%zz":  "",
		"":                                   "",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			server := always(status, "Location: "+location)
			err := apiError(status, flexflow.ErrInvalidResponse).of(t, server.client(t)).(*flexflow.APIError)
			if err.Attempts != 1 || len(server.times) != 1 {
				t.Errorf("%d attempts and %d requests, want one that is not redirected", err.Attempts, len(server.times))
			}
			if err.Location != host || !strings.Contains(err.Error(), host) || strings.Contains(err.Error(), "pass") {
				t.Errorf("want host %q, got %q in %v", host, err.Location, err)
			}
		}
	}
}
