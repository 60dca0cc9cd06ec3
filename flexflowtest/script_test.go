package flexflowtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// Over HTTP/2, a Handler cannot take the connection over.
func TestScript_dropOverHTTP2(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	h.Next().Drop()
	defer func() {
		if aborted := recover(); aborted != http.ErrAbortHandler {
			t.Errorf("the handler panicked with %v, want http.ErrAbortHandler", aborted)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

// A check says whether a fetch returned what it should.
type check func(result) bool

func refused(status, code int, sentinel error) check {
	return func(r result) bool {
		api, ok := errors.AsType[*flexflow.APIError](r.err)
		return ok && api.StatusCode == status && api.Code == code && errors.Is(r.err, sentinel)
	}
}

func violates(pointer string, keywords ...string) check {
	return func(r result) bool {
		invalid, ok := errors.AsType[*flexflow.ResponseError](r.err)
		var got []string
		if ok {
			for _, v := range invalid.Violations {
				got = append(got, strings.TrimPrefix(v.Pointer, pointer)+v.Keyword)
			}
		}
		return slices.Equal(got, keywords)
	}
}

func failed(cause error) check {
	return func(r result) bool {
		_, ok := errors.AsType[*flexflow.TransportError](r.err)
		return ok && errors.Is(r.err, cause)
	}
}

func fetched(r result) bool { return r.err == nil && flexflow.Value(r.flow.SID) == storedSID }

func redirected(r result) bool {
	api, ok := errors.AsType[*flexflow.APIError](r.err)
	return ok && api.Location == "elsewhere.example.com"
}

// slowly says whether the check holds after at least 30 ms.
func slowly(want check) check {
	return func(r result) bool { return want(r) && r.took >= 30*time.Millisecond }
}

func TestScript(t *testing.T) {
	t.Parallel()
	type script = flexflowtest.Script
	type test struct {
		name     string
		attempts int // also the number of requests that the server must receive
		want     check
		script   func(*script)
		opts     []flexflow.Option
	}
	once := func(name string, want check, script func(*script)) test { return test{name, 1, want, script, nil} }
	retries := func(n int) []flexflow.Option { return []flexflow.Option{flexflow.WithRetries(n)} }
	for _, test := range []test{
		once("429", refused(429, 20429, flexflow.ErrRateLimited), func(s *script) { s.Status(429) }),
		once("401", refused(401, 20003, flexflow.ErrUnauthorized), func(s *script) { s.Status(401) }),
		once("403", refused(403, 20403, flexflow.ErrForbidden), func(s *script) { s.Status(403) }),
		once("404 for a stored flow", refused(404, 20404, flexflow.ErrNotFound), func(s *script) { s.Status(404) }),
		once("599", refused(599, 20599, flexflow.ErrServer), func(s *script) { s.Status(599) }),
		once("204", refused(204, 0, flexflow.ErrInvalidResponse), func(s *script) { s.Status(204) }),
		once("300", refused(300, 20300, flexflow.ErrInvalidResponse), func(s *script) { s.Status(300) }),
		once("status 200 changes nothing", fetched, func(s *script) { s.Status(200) }),
		{"a status, then a flow", 2, fetched,
			func(s *script) { s.Status(429).RetryAfter(0).Then().Succeed() }, retries(1)},
		{"a flow after the last step", 2, fetched,
			func(s *script) { s.Status(503).RetryAfter(0).Then() }, retries(3)},
		{"a step for three requests", 3, refused(503, 20503, flexflow.ErrServer),
			func(s *script) { s.Status(503).RetryAfter(0).Times(3) }, retries(2)},
		{"a step after three requests", 4, refused(401, 20003, flexflow.ErrUnauthorized),
			func(s *script) { s.RetryAfter(0).Times(3).Status(503).Then().Status(401) }, retries(3)},
		once("a drop", failed(io.ErrUnexpectedEOF), func(s *script) { s.Drop() }),
		{"a drop, then a flow", 2, fetched, func(s *script) { s.Drop().Then().Succeed() }, retries(1)},
		once("a truncated body", failed(io.ErrUnexpectedEOF), func(s *script) { s.Truncate() }),
		{"a truncated body, then a flow", 2, fetched, func(s *script) { s.Truncate().Then().Succeed() }, retries(1)},
		{"slower than the timeout", 1, failed(context.DeadlineExceeded),
			func(s *script) { s.Slow(time.Hour) }, []flexflow.Option{flexflow.WithTimeout(time.Second)}},
		once("slow", slowly(fetched), func(s *script) { s.Slow(30 * time.Millisecond) }),
		once("slow, then an error", slowly(refused(500, 20500, flexflow.ErrServer)),
			func(s *script) { s.Slow(30 * time.Millisecond).Status(500) }),
		once("a body that is not JSON", violates("", "json"), func(s *script) { s.Body([]byte("{")) }),
		once("an empty body", violates("", "json"), func(s *script) { s.Body(nil) }),
		once("a body of another flow", violates("/sid", "identity"),
			func(s *script) { s.Body([]byte(`{"sid":"` + unknownSID + `"}`)) }),
		once("a page of a proxy", violates("", "content-type"),
			func(s *script) { s.Header("Content-Type", "text/html").Body([]byte(`{}`)) }),
		once("an error page of a proxy", refused(502, 0, flexflow.ErrServer),
			func(s *script) {
				s.Status(502).Header("Content-Type", "text/html").Body([]byte("<html>Bad Gateway</html>"))
			}),
		once("a redirect", redirected,
			func(s *script) { s.Status(302).Header("Location", "https://elsewhere.example.com/") }),
		once("a violation", violates("/account_sid", "minLength", "pattern"), func(s *script) { s.Violate("/account_sid") }),
		{"a violation that is reported", 1,
			func(r result) bool { return fetched(r) && flexflow.Value(r.flow.ChannelType) == "violation" },
			func(s *script) { s.Violate("/channel_type") },
			[]flexflow.Option{flexflow.WithValidation(flexflow.Report)}},
	} {
		try := func(t *testing.T, h *flexflowtest.Handler, client *flexflow.Client) {
			t.Helper()
			before := len(h.Requests())
			test.script(h.On(storedSID))
			got := fetch(t, client, storedSID)
			requests := len(h.Requests()) - before
			if !test.want(got) || got.attempts != test.attempts || requests != test.attempts {
				t.Errorf("got %+v and %d requests", got, requests)
			}
			if after := fetch(t, client, storedSID); !fetched(after) {
				t.Errorf("after the script: %v", after.err)
			}
		}
		opts := append(retries(0), test.opts...)
		t.Run(test.name+"/new connection", func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			try(t, srv.Handler, srv.Client(opts...))
		})
		// net/http may resend a GET on a connection that has served a request.
		t.Run(test.name+"/kept connection", func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			client := srv.Client(opts...)
			if first := fetch(t, client, storedSID); first.err != nil {
				t.Fatal(first.err)
			}
			try(t, srv.Handler, client)
		})
		t.Run(test.name+"/transport", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHandler(t)
				try(t, h, inMemory(t, h, opts...))
			})
		})
	}
}

// A value may violate several keywords, such as type and writeOnly.
func TestScript_violateEachAttribute(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	client := srv.Client()
	for _, flow := range append(flexflowtest.Examples(), flexflow.FlexFlow{SID: new(storedSID)}) {
		srv.Put(flow)
		for name := range success(flowPath + "{Sid}").Schema.Value.Properties {
			srv.On(*flow.SID).Violate("/" + name)
			_, err := client.FetchFlexFlow(t.Context(), *flow.SID)
			isElsewhere := func(v flexflow.Violation) bool { return v.Pointer != "/"+name }
			invalid, ok := errors.AsType[*flexflow.ResponseError](err)
			if !ok || slices.ContainsFunc(invalid.Violations, isElsewhere) {
				t.Errorf("got %v, want a violation of /%s", err, name)
			}
			if _, err := client.FetchFlexFlow(t.Context(), *flow.SID); err != nil {
				t.Errorf("Violate(%q) changed the stored flow: %v", "/"+name, err)
			}
		}
	}
}

func TestScript_order(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	client := srv.Client(flexflow.WithRetries(0))
	srv.Next().Status(500).Then().Succeed().Then().Status(502)
	srv.On(storedSID).Status(401)
	srv.On(storedSID).Status(403) // appends
	srv.Next().Status(503)        // appends

	var got []int
	const x, y = unknownSID, storedSID
	for _, sid := range []string{x, y, y, y, y, x, y, x} {
		var resp flexflow.Response
		client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&resp))
		got = append(got, resp.StatusCode)
	}
	want := []int{
		500,      // the first of Next
		401, 403, // On takes precedence over Next
		200,      // the second of Next
		502, 503, // the last of Next
		200, 404, // normal again
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestScript_retryAfter(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	client := srv.Client(flexflow.WithRetries(0))
	for d, want := range map[time.Duration]string{
		-1500 * time.Millisecond: "0", 0: "0", time.Nanosecond: "1", time.Second: "1",
		61100 * time.Millisecond: "62", 1000 * time.Hour: "3600000",
	} {
		srv.Next().Status(429).RetryAfter(d)
		var resp flexflow.Response
		client.FetchFlexFlow(t.Context(), storedSID, flexflow.CaptureResponse(&resp))
		if got := resp.Header.Get("Retry-After"); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}

func TestScript_bodyIsCopied(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	body := []byte(`{"sid":"` + storedSID + `"}`)
	srv.Next().Body(body)
	clear(body)
	if _, err := srv.Client().FetchFlexFlow(t.Context(), storedSID); err != nil {
		t.Error(err)
	}
}

func TestScript_http2(t *testing.T) {
	t.Parallel()
	h := newHandler(t)
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	client := newClient(t, flexflow.WithBaseURL(srv.URL), flexflow.WithHTTPClient(srv.Client()), flexflow.WithRetries(0))
	h.Next().Drop().Then().Truncate().Then().Slow(time.Hour)
	for range 2 {
		if got := fetch(t, client, storedSID); !failed(got.err)(got) {
			t.Errorf("got %+v", got)
		}
	}
	if _, err := client.FetchFlexFlow(canceledAfter(h, 3), storedSID); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if got := fetch(t, client, storedSID); got.err != nil || len(h.Requests()) != 4 {
		t.Errorf("got %v after %d requests", got.err, len(h.Requests()))
	}
}
