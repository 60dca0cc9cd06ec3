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

// A check says whether a fetch returned what it should.
type check func(result) bool

func refused(status, code int, sentinel error) check {
	return func(r result) bool {
		api, ok := errors.AsType[*flexflow.APIError](r.err)
		return ok && api.StatusCode == status && api.Code == code && errors.Is(r.err, sentinel)
	}
}

// violates says whether the response has a violation of each keyword at the pointer, and no other.
func violates(pointer string, keywords ...string) check {
	return func(r result) bool {
		var got []string
		if invalid, ok := errors.AsType[*flexflow.ResponseError](r.err); ok {
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

// after says whether the check holds after this time.
func after(d time.Duration, want check) check {
	return func(r result) bool { return want(r) && r.took == d }
}

func TestScript(t *testing.T) {
	t.Parallel()
	type script = flexflowtest.Script
	type test struct {
		name     string
		attempts int // also the number of requests that the fake must receive
		want     check
		script   func(*script)
		opts     []flexflow.Option
	}
	once := func(name string, want check, script func(*script)) test { return test{name, 1, want, script, nil} }
	retries := func(n int) []flexflow.Option { return []flexflow.Option{flexflow.WithRetries(n)} }
	for _, test := range []test{
		once("429", refused(429, 20429, flexflow.ErrRateLimited), func(s *script) { s.Status(429) }),
		once("401", refused(401, 20003, flexflow.ErrUnauthorized), func(s *script) { s.Status(401) }),
		once("404 for a stored flow", refused(404, 20404, flexflow.ErrNotFound), func(s *script) { s.Status(404) }),
		once("599", refused(599, 20599, flexflow.ErrServer), func(s *script) { s.Status(599) }),
		once("204", refused(204, 0, flexflow.ErrInvalidResponse), func(s *script) { s.Status(204) }),
		once("300", refused(300, 20300, flexflow.ErrInvalidResponse), func(s *script) { s.Status(300) }),
		once("status 200 changes nothing", fetched, func(s *script) { s.Status(200) }),
		{"a status, then a flow", 2, fetched,
			func(s *script) { s.Status(429).RetryAfter(0).Then().Succeed() }, retries(1)},
		{"a wait, then a slow flow", 2, after(time.Minute+7*time.Second, fetched),
			func(s *script) { s.Status(429).RetryAfter(time.Minute).Then().Slow(7 * time.Second) }, retries(1)},
		{"a flow after the last step", 2, fetched,
			func(s *script) { s.Status(503).RetryAfter(0).Then() }, retries(3)},
		{"a step for three requests", 3, refused(503, 20503, flexflow.ErrServer),
			func(s *script) { s.Status(503).RetryAfter(0).Times(3) }, retries(2)},
		{"a step after three requests", 4, refused(401, 20003, flexflow.ErrUnauthorized),
			func(s *script) { s.RetryAfter(0).Times(3).Status(503).Then().Status(401) }, retries(3)},
		{"a drop, then a flow", 2, fetched, func(s *script) { s.Drop().Then().Succeed() }, retries(1)},
		{"a truncated body, then a flow", 2, fetched, func(s *script) { s.Truncate().Then().Succeed() }, retries(1)},
		{"slower than the timeout", 1, after(time.Second, failed(context.DeadlineExceeded)),
			func(s *script) { s.Slow(time.Hour) }, []flexflow.Option{flexflow.WithTimeout(time.Second)}},
		once("slow", after(time.Second, fetched), func(s *script) { s.Slow(time.Second) }),
		once("slow, then an error", after(time.Second, refused(500, 20500, flexflow.ErrServer)),
			func(s *script) { s.Slow(time.Second).Status(500) }),
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
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHandler(t, 1)
				client := inMemory(t, h, append(retries(0), test.opts...)...)
				test.script(h.On(storedSID))
				got := fetch(t, client, storedSID)
				if n := len(h.Requests()); !test.want(got) || got.attempts != test.attempts || n != test.attempts {
					t.Errorf("got %+v and %d requests", got, n)
				}
				if next := fetch(t, client, storedSID); !fetched(next) {
					t.Errorf("after the script: %v", next.err)
				}
			})
		})
	}
}

// net/http may resend a GET on a connection that has served a request.
func TestScript_keptConnection(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	client := srv.Client(flexflow.WithRetries(0))
	srv.Next().Succeed().Then().Drop().Then().Succeed().Then().Truncate()
	for i, want := range []check{fetched, failed(io.ErrUnexpectedEOF), fetched, failed(io.ErrUnexpectedEOF), fetched} {
		if got := fetch(t, client, storedSID); !want(got) || len(srv.Requests()) != i+1 {
			t.Errorf("fetch %d: got %v after %d requests", i, got.err, len(srv.Requests()))
		}
	}
}

// A value may violate several keywords, such as type and writeOnly.
func TestScript_violateEachAttribute(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	client := inMemory(t, h)
	for _, flow := range append(flexflowtest.Examples(), flexflow.FlexFlow{SID: new(storedSID)}) {
		if err := h.Put(flow); err != nil {
			t.Fatal(err)
		}
		for name := range success(flowPath + "{Sid}").Schema.Value.Properties {
			h.On(*flow.SID).Violate("/" + name)
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

// The script of one operation does not apply to another, and that of any request applies after them.
func TestScript_order(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 1)
	h.Next().Status(500).Then().Succeed().Then().Status(502)
	h.On(storedSID).Status(401)
	h.OnList().Status(504)
	h.On(storedSID).Status(403) // appends
	h.OnList().Status(505)      // appends
	h.Next().Status(503)        // appends
	const stored, unknown = flowPath + storedSID, flowPath + unknownSID
	for i, want := range []struct {
		path   string
		status int
	}{
		{unknown, 500},                                                 // the first of Next
		{listPath, 504}, {stored, 401}, {stored, 403}, {listPath, 505}, // On and OnList take precedence over Next
		{stored, 200}, {unknown, 502}, {listPath, 503}, // the others of Next
		{stored, 200}, {unknown, 404}, {listPath, 200}, // normal again
	} {
		if got := get(t, h, want.path).Code; got != want.status {
			t.Errorf("request %d, %s: got %d, want %d", i, want.path, got, want.status)
		}
	}
}

func TestScript_retryAfter(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	for d, want := range map[time.Duration]string{
		-1500 * time.Millisecond: "0", 0: "0", time.Nanosecond: "1", time.Second: "1",
		61100 * time.Millisecond: "62", 1000 * time.Hour: "3600000",
	} {
		h.Next().Status(429).RetryAfter(d)
		if got := get(t, h, "/").Header().Get("Retry-After"); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}

// A success may have a body where there is no flow.
func TestScript_bodyIsCopied(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	body := []byte("{}")
	h.Next().Status(206).Body(body)
	clear(body)
	if got := get(t, h, "/"); got.Code != 206 || got.Body.String() != "{}" {
		t.Errorf("got %d %q", got.Code, got.Body)
	}
}

func TestScript_http2(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 1)
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
	h.Next().Drop()
	// net/http does not log this panic. A recorder has no connection to take over, as HTTP/2 has none.
	if got := panicOf(func() { get(t, h, "/") }); got != http.ErrAbortHandler {
		t.Errorf("the handler panicked with %v", got)
	}
}
