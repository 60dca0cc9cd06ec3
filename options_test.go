package flexflow_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"math"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestWithMaxResponseBytes(t *testing.T) {
	t.Parallel()
	size := len(validFlow(flowSID))
	limit := func(bytes int64) []flexflow.Option { return []flexflow.Option{flexflow.WithMaxResponseBytes(bytes)} }
	for _, row := range []struct {
		name string
		opts []flexflow.Option
		size int
		want outcome
	}{
		{"1 MiB by default", nil, 1 << 20, success},
		{"no more by default", nil, 1<<20 + 1, violates("size")},
		{"as many bytes as allowed", limit(int64(size)), size, success},
		{"one byte more than allowed", limit(int64(size - 1)), size, violates("size")},
		{"one byte", limit(1), size, violates("size")},
		{"no bound", limit(math.MaxInt64), 2 << 20, success},
	} {
		body := padded(row.size)
		for how, response := range map[string]reply{
			"with its length": send(whole(200, body, jsonType)),
			"in chunks":       send(head(200, jsonType, chunked), chunk(body), chunk("")),
			"in gzip":         send(whole(200, zip(body), jsonType, gzipped)),
		} {
			t.Run(row.name+" "+how, func(t *testing.T) {
				t.Parallel()
				row.want.of(t, newClient(t, startRaw(t, response).URL, row.opts...))
			})
		}
	}
}

func TestWithHTTPClient_unchanged(t *testing.T) {
	t.Parallel()
	client := &http.Client{Timeout: time.Minute}
	newClient(t, exampleURL, flexflow.WithHTTPClient(client))
	if client.CheckRedirect != nil || client.Transport != nil || client.Timeout != time.Minute || client.Jar != nil {
		t.Errorf("the caller's client was changed: %+v", client)
	}
}

// An HTTP client without a transport gets the one that Clients share, with its connections and its bound of the header.
func TestWithHTTPClient_noTransport(t *testing.T) {
	t.Parallel()
	s := startRaw(t, replyFlow)
	success.of(t, newClient(t, s.URL))
	client := newClient(t, s.URL, flexflow.WithHTTPClient(&http.Client{Timeout: time.Hour}), patient)
	success.of(t, client)
	if n := s.Accepted.Load(); n != 1 {
		t.Errorf("%d connections, want 1 that is shared", n)
	}
	long := "Name: " + strings.Repeat("x", 80<<10)
	s.Respond(send(whole(200, validFlow(flowSID), jsonType, long)))
	once, err := client.With(flexflow.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	transportError(nil).of(t, once)
}

// A transport of the program may behave differently from net/http's. The fetch ends with a flow or an error anyway.
func TestWithHTTPClient_carelessTransport(t *testing.T) {
	refused := errors.New("refused")
	asJSON := http.Header{"Content-Type": {"application/json"}}
	flow := func() io.ReadCloser { return io.NopCloser(strings.NewReader(validFlow(flowSID))) }
	cutOff := io.NopCloser(io.MultiReader(strings.NewReader("{"), errorReader{}))
	bare := func(status int, header http.Header, body io.ReadCloser) *http.Response {
		return &http.Response{StatusCode: status, Header: header, Body: body} // without its request
	}
	lost := newResponse(302, "", "Location: http://%zz")
	for name, row := range map[string]struct {
		response *http.Response
		err      error
		want     outcome
	}{
		"no request":               {bare(200, asJSON, flow()), nil, success},
		"no request, cut off":      {bare(200, asJSON, cutOff), nil, transportError(io.ErrUnexpectedEOF)},
		"no body":                  {bare(200, asJSON, nil), nil, violates("json")},
		"no body with an error":    {bare(404, asJSON, nil), nil, apiError(404, flexflow.ErrNotFound)},
		"no header":                {bare(404, nil, http.NoBody), nil, apiError(404, flexflow.ErrNotFound)},
		"no header with a flow":    {bare(200, nil, flow()), nil, violates("content-type")},
		"a negative status":        {bare(-1, asJSON, nil), nil, apiError(-1, flexflow.ErrInvalidResponse)},
		"a redirect to no URL":     {lost, nil, apiError(302, flexflow.ErrInvalidResponse)},
		"no response and no error": {nil, nil, transportError(nil)},
		"an error":                 {nil, refused, transportError(refused)},
		"an error of two lines":    {nil, errors.New("one\r\n\x1b[31mtwo"), transportError(nil)},
		"a response and an error":  {newResponse(200, ""), refused, transportError(refused)},
	} {
		t.Run(name, func(t *testing.T) {
			transport := roundTripper(func(*http.Request) (*http.Response, error) { return row.response, row.err })
			row.want.of(t, newClient(t, exampleURL, over(transport), flexflow.WithRetries(0)))
		})
	}
}

func TestWithHTTPClient_bodyClosed(t *testing.T) {
	for status, body := range map[int]string{
		101: "stream", 200: validFlow(flowSID), 204: "", 302: "moved", 404: strings.Repeat("x", 1<<20), 503: "",
	} {
		counter := &closeCounter{Reader: strings.NewReader(body)}
		server := respondingTo(func(*http.Request, int) *http.Response {
			response := newResponse(status, "")
			response.Body = counter
			return response
		})
		fetch(t, server.client(t, flexflow.WithRetries(0)))
		if counter.closed == 0 {
			t.Errorf("the body of status %d is left open", status)
		}
	}
}

// logTo returns an option that makes a client log everything, as JSON.
func logTo(log io.Writer) flexflow.Option {
	return flexflow.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

func TestWithLogger(t *testing.T) {
	t.Parallel()
	responses := []reply{
		send(whole(503, "a body", "Twilio-Request-Id: RQ1", "Retry-After: 0", "Secret: a header")),
		hangUp("HTTP/1.1 200 OK\r\n"),
		send(whole(200, validFlow(flowSID), jsonType, "Twilio-Request-Id: RQ2")),
	}
	s := startRaw(t, nil)
	s.Respond(func(conn net.Conn, r *http.Request) bool { return responses[s.Requests.Load()-1](conn, r) })

	var log bytes.Buffer
	replaced := func(_ []string, a slog.Attr) slog.Attr { // what differs in each run
		took := a.Value.Kind() == slog.KindDuration && a.Value.Duration() > 0
		switch {
		case a.Key == slog.TimeKey:
			return slog.Attr{}
		case took || a.Key == "error" && a.Value.String() != "":
			return slog.String(a.Key, "X")
		}
		return a
	}
	options := &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: replaced}
	success.of(t, newClient(t, s.URL, flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, options)))))
	want := strings.ReplaceAll(`
level=DEBUG msg="flexflow: attempt" method=GET PATH status=503 attempt=1 duration=X request_id=RQ1
level=DEBUG msg="flexflow: wait" PATH wait=0s reason="HTTP 503, Retry-After" attempt=2
level=DEBUG msg="flexflow: attempt" method=GET PATH status=0 attempt=2 duration=X request_id="" error=X
level=DEBUG msg="flexflow: wait" PATH wait=X reason="a failed request" attempt=3
level=DEBUG msg="flexflow: attempt" method=GET PATH status=200 attempt=3 duration=X request_id=RQ2
`, "PATH", "path="+flowPath)
	if log.String() != want[1:] {
		t.Errorf("logged\n%s\nwant\n%s", &log, want)
	}
}

func TestWithLogger_level(t *testing.T) {
	var log bytes.Buffer
	quiet := flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))
	client := newClient(t, startRaw(t, hangUp()).URL, quiet, flexflow.WithRetries(0))
	if _, err := fetch(t, client); err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}

func TestWithLogger_notSent(t *testing.T) {
	var log bytes.Buffer
	_, err := newClient(t, exampleURL, logTo(&log)).FetchFlexFlow(t.Context(), "FO")
	if err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}
