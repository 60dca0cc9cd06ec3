package flexflow_test

import (
	"cmp"
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

func TestWithMaxResponseBytes(t *testing.T) {
	t.Parallel()
	size := len(validFlow(flowSID))
	for _, row := range []struct {
		name string
		opts []flexflow.Option
		size int
		want outcome
	}{
		{"1 MiB by default", nil, 1 << 20, success},
		{"no more by default", nil, 1<<20 + 1, violates("size", "")},
		{"as many bytes as allowed", []flexflow.Option{flexflow.WithMaxResponseBytes(int64(size))}, size, success},
		{"one byte more than allowed", []flexflow.Option{flexflow.WithMaxResponseBytes(int64(size - 1))}, size, violates("size", "")},
		{"one byte", []flexflow.Option{flexflow.WithMaxResponseBytes(1)}, size, violates("size", "")},
		{"no bound", []flexflow.Option{flexflow.WithMaxResponseBytes(math.MaxInt64)}, 2 << 20, success},
	} {
		body := padded(row.size)
		for how, response := range map[string]reply{
			"with its length": send(whole(200, body, jsonType)),
			"in chunks":       send(head(200, jsonType, chunked), chunk(body), chunk("")),
			"in gzip":         send(whole(200, zip(body), jsonType, gzipped)),
		} {
			t.Run(row.name+" "+how, func(t *testing.T) {
				t.Parallel()
				client := newClient(t, startRaw(t, response).URL, row.opts...)
				flow, err := client.FetchFlexFlow(t.Context(), flowSID)
				row.want.check(t, flowSID, flow, err)
			})
		}
	}
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
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			success.check(t, flowSID, flow, err)
			s.Respond(send(whole(200, validFlow(flowSID), jsonType, header(long))))
			flow, err = client.FetchFlexFlow(t.Context(), flowSID)
			transportError(nil).check(t, flowSID, flow, err)
		})
	}
}

func TestAPIError_bodyBound(t *testing.T) {
	t.Parallel()
	const kept = 64 << 10
	long := strings.Repeat("x", 1<<20)
	for name, respond := range map[string]reply{
		"with its length": send(whole(500, long)),
		"in chunks":       send(head(500, chunked), chunk(long), chunk("")),
		"in gzip":         send(whole(500, zip(long), gzipped)),
		"without end":     endless(long, head(500)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var response flexflow.Response
			client := newClient(t, startRaw(t, respond).URL, flexflow.WithRetries(0))
			_, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
			refused := err.(*flexflow.APIError)
			if len(refused.Body) != kept || len(response.Body) != kept || string(refused.Body) != long[:kept] {
				t.Errorf("kept %d bytes in the error and %d in the Response, want %d", len(refused.Body), len(response.Body), kept)
			}
			if len(refused.Message) > 400 {
				t.Errorf("a message of %d bytes", len(refused.Message))
			}
		})
	}
}

// A fetch allocates memory for the bytes that arrive, not for the announced Content-Length.
func TestFetchFlexFlow_announcedLength(t *testing.T) {
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000000000")))
	client := newClient(t, s.URL, flexflow.WithRetries(0), flexflow.WithMaxResponseBytes(math.MaxInt64))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := client.FetchFlexFlow(t.Context(), flowSID)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 16<<20 {
		t.Errorf("%d bytes were allocated for a body that never came: %v", taken, err)
	}
}

func TestFetchFlexFlow_failingConnection(t *testing.T) { runAll(t, connectionsThatFail()) }

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
	client := newClient(t, s.URL, flexflow.WithHTTPClient(&http.Client{Transport: transport}), flexflow.WithRetries(1))
	flow, err := client.FetchFlexFlow(t.Context(), flowSID)
	transportError(syscall.ECONNREFUSED).check(t, flowSID, flow, err)
	if attemptsOf(err) != 2 || s.Requests.Load() != 0 {
		t.Errorf("%d attempts and %d requests, want two attempts that send nothing", attemptsOf(err), s.Requests.Load())
	}
	refused.Store(false)
	flow, err = client.FetchFlexFlow(t.Context(), flowSID)
	success.check(t, flowSID, flow, err)
}

func connectionsThatFail() []fault {
	const begun = `{"sid":"` + flowSID + `",`
	length := "Content-Length: 500"
	flow := validFlow(flowSID)
	return []fault{
		{"closed before the response", hangUp(), transportError(io.EOF), 2, soon, false},
		{"reset before the response", reset(), transportError(syscall.ECONNRESET), 2, soon, false},
		{"reset in the header", reset("HTTP/1.1 200 OK\r\n", jsonType, "\r\n"), transportError(nil), 2, soon, false},
		{"reset in the body", reset(head(200, jsonType, length), begun), transportError(syscall.ECONNRESET), 2, soon, false},
		{"cut off in the header", hangUp("HTTP/1.1 200 OK\r\n", jsonType, "\r\n"), transportError(io.ErrUnexpectedEOF), 2, soon, false},
		{"cut off against Content-Length", hangUp(head(200, jsonType, length), begun), transportError(io.ErrUnexpectedEOF), 2, soon, false},
		{"cut off in a chunk", hangUp(head(200, jsonType, chunked), "ff\r\n", begun), transportError(io.ErrUnexpectedEOF), 2, soon, false},
		{"cut off before the last chunk", hangUp(head(200, jsonType, chunked), chunk(flow)), transportError(io.ErrUnexpectedEOF), 2, soon, false},
		{"cut off in gzip", send(whole(200, zip(flow)[:80], jsonType, gzipped)), transportError(io.ErrUnexpectedEOF), 2, soon, true},
		{"cut off where only the end of the connection ends the body", hangUp(head(200, jsonType), begun), violates("json", ""), 1, soon, false},
		{"an error cut off against Content-Length", hangUp(head(404, jsonType, length), begun), apiError(404, flexflow.ErrNotFound), 1, soon, false},
		{"an error cut off in a chunk, then another", hangUp(head(503, jsonType, chunked), "ff\r\n{"), apiError(503, flexflow.ErrServer), 2, soon, false},
	}
}

func TestFetchFlexFlow_notHTTP(t *testing.T) { runAll(t, responsesThatAreNotHTTP()) }

func responsesThatAreNotHTTP() []fault {
	flow := validFlow(flowSID)
	return []fault{
		{"another protocol", hangUp("SSH-2.0-OpenSSH_9.9\r\n"), transportError(nil), 2, soon, false},
		{"binary", hangUp("\x15\x03\x01\x00\x02\x02\x00\r\n\r\n"), transportError(nil), 2, soon, false},
		{"HTTP/0.9", hangUp(flow), transportError(nil), 2, soon, false},
		{"a status that is not a number", hangUp("HTTP/1.1 OK\r\n\r\n"), transportError(nil), 2, soon, false},
		{"status 000", send("HTTP/1.1 000 None\r\nContent-Length: 0\r\n\r\n"), apiError(0, flexflow.ErrInvalidResponse), 1, soon, false},
		{"status 999", send(whole(999, "")), apiError(999, flexflow.ErrServer), 1, soon, true},
		{"a header line without a colon", hangUp("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), transportError(nil), 2, soon, false},
		{"two lengths", hangUp(head(200, jsonType, "Content-Length: 5", "Content-Length: 500"), flow), transportError(nil), 2, soon, false},
		{"a negative length", hangUp(head(200, jsonType, "Content-Length: -1"), flow), transportError(nil), 2, soon, false},
		{"a length beyond 64 bits", hangUp(head(200, jsonType, "Content-Length: 99999999999999999999"), flow), transportError(nil), 2, soon, false},
		{"a length of 2^62", hangUp(head(200, jsonType, "Content-Length: 4611686018427387904"), flow), transportError(io.ErrUnexpectedEOF), 2, soon, false},
		{"an unknown transfer encoding", hangUp(head(200, jsonType, "Transfer-Encoding: zip"), flow), transportError(nil), 2, soon, false},
		{"a chunk without a length", hangUp(head(200, jsonType, chunked), "nonsense\r\n"), transportError(nil), 2, soon, false},
		{"gzip that is not gzip", send(whole(200, flow, jsonType, gzipped)), transportError(gzip.ErrHeader), 2, soon, true},
		{"gzip with a wrong checksum", send(whole(200, flip(zip(flow)), jsonType, gzipped)), transportError(gzip.ErrChecksum), 2, soon, true},
		{"gzip that was not asked for twice", send(whole(200, zip(zip(flow)), jsonType, gzipped)), violates("json", ""), 1, soon, true},
	}
}

func TestWithTimeout_slowServer(t *testing.T) {
	t.Parallel()
	for _, f := range slowServers() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			s, start := startRaw(t, f.reply), time.Now()
			f.runOn(t, s, flexflow.WithTimeout(shortTimeout))
			if took := time.Since(start); took < shortTimeout*time.Duration(f.attempts) {
				t.Errorf("%d attempts of %s ended after %s", f.attempts, shortTimeout, took)
			}
		})
	}
}

func slowServers() []fault {
	late := transportError(context.DeadlineExceeded)
	within := 2*shortTimeout + soon
	begun := head(200, jsonType, chunked)
	return []fault{
		{"no response", stall(), late, 2, within, false},
		{"no end of the header", stall("HTTP/1.1 200 OK\r\nContent-"), late, 2, within, false},
		{"a header that drips", drip("Content-Type: application/json\r\n", "HTTP/1.1 200 OK\r\n"), late, 2, within, false},
		{"no body", stall(begun), late, 2, within, false},
		{"no end of the body", stall(begun, chunk(validFlow(flowSID))), late, 2, within, false},
		{"a body that drips", drip(chunk(" "), begun), late, 2, within, false},
		{"a chunk's length that drips", drip("0", begun), late, 2, within, false},
		{"a trailer that drips", drip("Name: value\r\n", begun, chunk(validFlow(flowSID)), "0\r\n"), late, 2, within, false},
		{"gzip that drips", drip(chunk(emptyBlock), head(200, jsonType, chunked, gzipped), chunk(zip("")[:10])), late, 2, within, false},
		{"103 without end", drip(head(103), ""), late, 2, within, false},
		{"an error without its body", stall(head(404, jsonType, "Content-Length: 9")), apiError(404, flexflow.ErrNotFound), 1, within, false},
		{"an error whose body drips", drip(chunk(" "), head(500, chunked)), apiError(500, flexflow.ErrServer), 2, within, false},
	}
}

func TestFetchFlexFlow_endlessResponse(t *testing.T) { runAll(t, responsesWithoutEnd()) }

func responsesWithoutEnd() []fault {
	spaces, xs, lines := strings.Repeat(" ", 64<<10), strings.Repeat("x", 4096), strings.Repeat("Name: value\r\n", 300)
	tooLarge := violates("size", "")
	return []fault{
		{"a header line", endless(xs, "HTTP/1.1 200 OK\r\nName: "), transportError(nil), 2, soon, false},
		{"header lines", endless(lines, "HTTP/1.1 200 OK\r\n"), transportError(nil), 2, soon, false},
		{"103", endless(head(103, "Link: </style.css>")), transportError(nil), 2, soon, false},
		{"a body", endless(spaces, head(200, jsonType)), tooLarge, 1, soon, false},
		{"a chunked body", endless(chunk(spaces), head(200, jsonType, chunked)), tooLarge, 1, soon, false},
		{"one chunk", endless(spaces, head(200, jsonType, chunked), "ffffffffffff\r\n"), tooLarge, 1, soon, false},
		{"a chunk's extension", endless(xs, head(200, jsonType, chunked), "1;"), transportError(nil), 2, soon, false},
		{"a trailer", endless(lines, head(200, jsonType, chunked), chunk(validFlow(flowSID)), "0\r\n"), transportError(nil), 2, soon, false},
		{"a gzip bomb", send(whole(200, bomb(), jsonType, gzipped)), tooLarge, 1, soon, false},
		{"an error's body", endless(spaces, head(404)), apiError(404, flexflow.ErrNotFound), 1, soon, false},
		{"an error's chunked body", endless(chunk(spaces), head(500, chunked)), apiError(500, flexflow.ErrServer), 2, soon, false},
		{"an error's gzip bomb", send(whole(404, bomb(), gzipped)), apiError(404, flexflow.ErrNotFound), 1, soon, false},
		{"1 MiB and one byte", send(whole(200, padded(1<<20+1), jsonType)), tooLarge, 1, soon, true},
		{"1 MiB", send(whole(200, padded(1<<20), jsonType)), success, 1, soon, true},
	}
}

// errorBodies lists bodies of errors, and the fields of an *APIError that each sets.
var errorBodies = []struct {
	name, contentType, body string
	code                    int
	message, moreInfo       string // an empty message means the status text
}{
	{
		"JSON", "application/json", `{"code":20404,"message":"Nothing is here","more_info":"https://www.twilio.com/docs/errors/20404","status":404}`,
		20404, "Nothing is here", "https://www.twilio.com/docs/errors/20404",
	},
	{
		"newer JSON", "application/json", `{"code":20003,"message":"Authenticate","httpStatusCode":401,"params":{},"userError":true}`,
		20003, "Authenticate", "",
	},
	{
		"list in JSON", "application/json", `{"errors":[{"code":20429,"message":"Too fast","infoUrl":"https://www.twilio.com/docs/errors/20429"}]}`,
		20429, "Too fast", "https://www.twilio.com/docs/errors/20429",
	},
	{"a code of 31 bits", "application/json", `{"code":2147483647,"message":"x"}`, math.MaxInt32, "x", ""},
	{"a code of more bits", "application/json", `{"code":2147483648,"message":"x"}`, 0, "x", ""},
	{"a list that is not of errors", "application/json", `["x"]`, 0, "", ""},
	{"HTML", "text/html", "<html>\n<h1>Bad Gateway</h1>\n</html>", 0, "", ""},
	{"text", "text/plain", "upstream connect error\r\nor disconnect", 0, "upstream connect error or disconnect", ""},
	{"JSON after a byte order mark", "application/json", "\ufeff" + `{"code":20404,"message":"Nothing is here"}`, 20404, "Nothing is here", ""},
	{"HTML after a byte order mark", "text/html", "\ufeff<html>", 0, "", ""},
	{"empty", "text/plain", "", 0, "", ""},
}

// refusals lists statuses that are not a success, their sentinels, and whether they are retried.
var refusals = []struct {
	status   int
	sentinel error
	attempts int
}{
	{201, flexflow.ErrInvalidResponse, 1},
	{202, flexflow.ErrInvalidResponse, 1},
	{206, flexflow.ErrInvalidResponse, 1},
	{300, flexflow.ErrInvalidResponse, 1},
	{400, nil, 1},
	{401, flexflow.ErrUnauthorized, 1},
	{403, flexflow.ErrForbidden, 1},
	{404, flexflow.ErrNotFound, 1},
	{407, nil, 1},
	{408, nil, 2},
	{409, nil, 1},
	{410, nil, 1},
	{418, nil, 1},
	{422, nil, 1},
	{425, nil, 1},
	{429, flexflow.ErrRateLimited, 2},
	{500, flexflow.ErrServer, 2},
	{501, flexflow.ErrServer, 1},
	{502, flexflow.ErrServer, 2},
	{503, flexflow.ErrServer, 2},
	{504, flexflow.ErrServer, 2},
	{505, flexflow.ErrServer, 1},
}

func TestAPIError_statuses(t *testing.T) {
	t.Parallel()
	for _, row := range refusals {
		for _, given := range errorBodies {
			t.Run(fmt.Sprint(row.status, " with ", given.name), func(t *testing.T) {
				response := send(whole(row.status, given.body, "Content-Type: "+given.contentType, "Twilio-Request-Id: RQ1", "Retry-After: 0", "Location: https://example.com/"))
				f := fault{"", response, apiError(row.status, row.sentinel), row.attempts, soon, true}
				err := f.run(t).(*flexflow.APIError)
				if row.status/100 == 2 {
					given.code, given.message, given.moreInfo = 0, "", "" // the body may be a flow
				}
				message := cmp.Or(given.message, http.StatusText(row.status))
				if err.Code != given.code || err.Message != message || err.MoreInfo != given.moreInfo || err.RequestID != "RQ1" || string(err.Body) != given.body {
					t.Errorf("want code %d, message %q, more info %q and request RQ1, got %+v", given.code, message, given.moreInfo, err)
				}
				if redirect := row.status/100 == 3; redirect != (err.Location == "example.com") || redirect == (err.Location == "") {
					t.Errorf("location %q", err.Location)
				}
				for _, part := range []string{fmt.Sprint("HTTP ", row.status), message, "RQ1"} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("no %q in %q", part, err)
					}
				}
			})
		}
	}
}

// A fetch accepts every response that HTTP allows, even if it is unusual.
func TestFetchFlexFlow_unusualResponse(t *testing.T) {
	flow, body := flowResponse(flowSID), validFlow(flowSID)
	runAll(t, []fault{
		{"100 before it", send(head(100), flow), success, 1, soon, true},
		{"103 before it", send(head(103, "Link: </style.css>"), flow), success, 1, soon, true},
		{"100 and 103 several times", send(head(100), head(103), head(100), head(103), flow), success, 1, soon, true},
		{"HTTP/1.0", hangUp(strings.Replace(flow, "1.1", "1.0", 1)), success, 1, soon, false},
		{"no length", hangUp(head(200, jsonType), body), success, 1, soon, false},
		{"no further request", send(whole(200, body, jsonType, "Connection: close")), success, 1, soon, false},
		{"many chunks", send(head(200, jsonType, chunked), chunk(body[:1]), chunk(body[1:]), chunk("")), success, 1, soon, true},
		{"a chunk with an extension", send(head(200, jsonType, chunked), strings.Replace(chunk(body), "\r\n", ";name=value\r\n", 1), chunk("")), success, 1, soon, true},
		{"a trailer", send(head(200, jsonType, chunked), chunk(body), "0\r\nContent-Type: text/html\r\n\r\n"), success, 1, soon, true},
	})
}

func TestAPIError_noBody(t *testing.T) {
	runAll(t, []fault{
		{"101", hangUp(head(101, "Connection: Upgrade", "Upgrade: websocket")), apiError(101, flexflow.ErrInvalidResponse), 1, soon, false},
		{"101, then a stream without end", endless("spam", head(101, "Connection: Upgrade", "Upgrade: websocket")), apiError(101, flexflow.ErrInvalidResponse), 1, soon, false},
		{"204", send(head(204)), apiError(204, flexflow.ErrInvalidResponse), 1, soon, true},
		{"304", send(head(304)), apiError(304, flexflow.ErrInvalidResponse), 1, soon, true},
	})
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
		flow, err := client.FetchFlexFlow(t.Context(), flowSID)
		if success.compare(flowSID, flow, err) != nil {
			violates("identity", "/sid").check(t, flowSID, flow, err)
		}
	}
}

func TestFetchFlexFlow_redirect(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	elsewhere, inTheClear := startRawTLS(t, authority.Server(t), replyFlow), startRaw(t, replyFlow)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, row := range []struct {
			name, location string // SELF stands for the host that was asked
			host           string // what the error names
		}{
			{"to the same host", "https://SELF/v1/FlexFlows/" + flowSID, "SELF"},
			{"to another path", "/v1/FlexFlows/" + flowSID, "SELF"},
			{"to another host", elsewhere.URL + "/v1/FlexFlows/" + flowSID, strings.TrimPrefix(elsewhere.URL, "https://")},
			{"to another host without a scheme", "//" + strings.TrimPrefix(elsewhere.URL, "https://"), strings.TrimPrefix(elsewhere.URL, "https://")},
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
				f := fault{"", moved, apiError(status, flexflow.ErrInvalidResponse), 1, soon, true}
				err := f.runOn(t, s, trusting(t, authority)).(*flexflow.APIError)
				if want := self.Replace(row.host); err.Location != want || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pass") {
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
