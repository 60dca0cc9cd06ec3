package flexflow_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestWithMaxResponseBytes(t *testing.T) {
	t.Parallel()
	body := validFlow(flowSID)
	size, tooLarge := int64(len(body)), violates("size")
	for _, response := range []reply{
		send(whole(200, body, jsonType)),
		send(head(200, jsonType, chunked), chunk(body), chunk("")),
		send(whole(200, zip(body), jsonType, gzipped)),
	} {
		s := startRaw(t, response)
		for limit, want := range map[int64]outcome{
			math.MaxInt64: success, size: success, size - 1: tooLarge, 1: tooLarge,
		} {
			want.of(t, newClient(t, s.URL, flexflow.WithMaxResponseBytes(limit)))
		}
	}
	success.of(t, responding(200, padded(1<<20)).client(t))
	tooLarge.of(t, responding(200, padded(1<<20+1)).client(t))
	tooLarge.of(t, responding(200, padded(1<<20+1)).client(t, flexflow.WithValidation(flexflow.Off)))
	success.of(t, responding(200, padded(1<<20+1)).client(t, flexflow.WithMaxResponseBytes(math.MaxInt64)))
}

// An HTTP client without a transport gets the one that Clients share, with its connections and its bound of the header.
func TestWithHTTPClient_noTransport(t *testing.T) {
	t.Parallel()
	s := startRaw(t, replyFlow)
	given := &http.Client{Timeout: time.Hour}
	withGiven := func() *flexflow.Client {
		return newClient(t, s.URL, flexflow.WithHTTPClient(given), flexflow.WithRetries(0), patient)
	}
	shared := false
	for range 10 { // on a busy machine, net/http may close a connection instead of keeping it
		success.of(t, newClient(t, s.URL))
		before := s.Accepted.Load()
		success.of(t, withGiven())
		shared = shared || s.Accepted.Load() == before
	}
	if !shared {
		t.Error("no connection is shared")
	}
	s.Respond(send(whole(200, validFlow(flowSID), jsonType, "Name: "+strings.Repeat("x", 80<<10))))
	transportError(nil).of(t, withGiven())
	if given.CheckRedirect != nil || given.Transport != nil || given.Timeout != time.Hour || given.Jar != nil {
		t.Errorf("the caller's client was changed: %+v", given)
	}
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

// A fetch closes each body, and does not read that of a 101, which is the connection itself and has no end.
func TestWithHTTPClient_bodyClosed(t *testing.T) {
	for status, body := range map[int]string{
		101: "stream", 200: validFlow(flowSID), 204: "", 302: "moved", 404: strings.Repeat("x", 1<<20), 503: "",
	} {
		reader := strings.NewReader(body)
		counter := &closeCounter{Reader: reader}
		server := respondingTo(func(*http.Request, int) *http.Response {
			response := newResponse(status, "")
			response.Body = counter
			return response
		})
		fetch(t, server.client(t, flexflow.WithRetries(0)))
		if counter.closed == 0 || status == 101 && reader.Len() != len(body) {
			t.Errorf("the body of status %d: closed %d times, %d bytes are unread", status, counter.closed, reader.Len())
		}
	}
}

// logTo returns an option that makes a client log everything, as JSON.
func logTo(log io.Writer) flexflow.Option {
	return flexflow.WithLogger(slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
}

func TestWithLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := &memoryServer{respond: func(r *http.Request, before int) (*http.Response, error) {
			time.Sleep(time.Second)
			switch before {
			case 0:
				return newResponse(503, "a body", "Twilio-Request-Id: RQ1", "Retry-After: 2", "Secret: a header"), nil
			case 1:
				return nil, errors.New("gone")
			}
			return newResponse(200, validFlow(flowSID), "Twilio-Request-Id: RQ2"), nil
		}}
		var log bytes.Buffer
		withoutTime := func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}
		handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug, ReplaceAttr: withoutTime})
		success.of(t, server.client(t, flexflow.WithLogger(slog.New(handler)), flexflow.WithMaxWait(2*time.Second)))
		want := strings.ReplaceAll(`
level=DEBUG msg="flexflow: attempt" method=GET path=PATH status=503 attempt=1 duration=1s request_id=RQ1
level=DEBUG msg="flexflow: wait" path=PATH wait=2s reason="HTTP 503, Retry-After" attempt=2
level=DEBUG msg="flexflow: attempt" method=GET path=PATH status=0 attempt=2 duration=1s request_id="" error=CAUSE
level=DEBUG msg="flexflow: wait" path=PATH wait=0s reason="a failed request" attempt=3
level=DEBUG msg="flexflow: attempt" method=GET path=PATH status=200 attempt=3 duration=1s request_id=RQ2
`, "CAUSE", `"Get \"https://flex.example.comPATH\": gone"`)
		if want = strings.ReplaceAll(want[1:], "PATH", flowPath); log.String() != want {
			t.Errorf("logged\n%s\nwant\n%s", &log, want)
		}
	})
}

// Nothing is logged above the level debug, or about a request that is not sent.
func TestWithLogger_silent(t *testing.T) {
	var log bytes.Buffer
	failing := &memoryServer{respond: func(*http.Request, int) (*http.Response, error) { return nil, io.EOF }}
	quiet := flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, nil)))
	_, failed := fetch(t, failing.client(t, quiet, flexflow.WithRetries(0)))
	_, invalid := failing.client(t, logTo(&log)).FetchFlexFlow(t.Context(), "FO")
	if failed == nil || invalid == nil || log.Len() != 0 {
		t.Errorf("logged %q, errors %v and %v", &log, failed, invalid)
	}
}
