package flexflowtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// seen is the result of one fetch.
type seen struct {
	flow     *flexflow.FlexFlow
	err      error
	attempts int
	took     time.Duration
}

func fetch(t *testing.T, client *flexflow.Client, sid string) seen {
	t.Helper()
	var resp flexflow.Response
	start := time.Now()
	flow, err := client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&resp))
	return seen{flow, err, resp.Attempts, time.Since(start)}
}

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

func TestScript(t *testing.T) {
	t.Parallel()
	type script = flexflowtest.Script
	refused := func(status, code int, sentinel error) func(seen) bool {
		return func(s seen) bool {
			var api *flexflow.APIError
			return errors.As(s.err, &api) && api.StatusCode == status && api.Code == code && errors.Is(s.err, sentinel)
		}
	}
	violates := func(pointer, keyword string) func(seen) bool {
		return func(s seen) bool {
			var invalid *flexflow.ResponseError
			return errors.As(s.err, &invalid) && len(invalid.Violations) == 1 &&
				invalid.Violations[0].Pointer == pointer && invalid.Violations[0].Keyword == keyword
		}
	}
	failed := func(cause error) func(seen) bool {
		return func(s seen) bool {
			var transport *flexflow.TransportError
			return errors.As(s.err, &transport) && errors.Is(s.err, cause)
		}
	}
	fetched := func(s seen) bool { return s.err == nil && flexflow.Value(s.flow.SID) == storedSID }

	for _, test := range []struct {
		name     string
		script   func(*script)
		attempts int // also the number of requests that the server must receive
		want     func(seen) bool
		opts     []flexflow.Option
	}{
		{name: "429", attempts: 1, want: refused(429, 20429, flexflow.ErrRateLimited),
			script: func(s *script) { s.Status(429) }},
		{name: "401", attempts: 1, want: refused(401, 20003, flexflow.ErrUnauthorized),
			script: func(s *script) { s.Status(401) }},
		{name: "403", attempts: 1, want: refused(403, 20403, flexflow.ErrForbidden),
			script: func(s *script) { s.Status(403) }},
		{name: "404 for a stored flow", attempts: 1, want: refused(404, 20404, flexflow.ErrNotFound),
			script: func(s *script) { s.Status(404) }},
		{name: "599", attempts: 1, want: refused(599, 20599, flexflow.ErrServer),
			script: func(s *script) { s.Status(599) }},
		{name: "204", attempts: 1, want: refused(204, 0, flexflow.ErrInvalidResponse),
			script: func(s *script) { s.Status(204) }},
		{name: "300", attempts: 1, want: refused(300, 20300, flexflow.ErrInvalidResponse),
			script: func(s *script) { s.Status(300) }},
		{name: "status 200 changes nothing", attempts: 1, want: fetched,
			script: func(s *script) { s.Status(200) }},
		{name: "a status, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Status(429).RetryAfter(0).Then().Succeed() }},
		{name: "a flow after the last step", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(3)},
			script: func(s *script) { s.Status(503).RetryAfter(0).Then() }},
		{name: "a step for three requests", attempts: 3, want: refused(503, 20503, flexflow.ErrServer), opts: []flexflow.Option{flexflow.WithRetries(2)},
			script: func(s *script) { s.Status(503).RetryAfter(0).Times(3) }},
		{name: "a step after three requests", attempts: 4, want: refused(401, 20003, flexflow.ErrUnauthorized), opts: []flexflow.Option{flexflow.WithRetries(3)},
			script: func(s *script) { s.RetryAfter(0).Times(3).Status(503).Then().Status(401) }},
		{name: "a drop", attempts: 1, want: failed(io.ErrUnexpectedEOF),
			script: func(s *script) { s.Drop() }},
		{name: "a drop, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Drop().Then().Succeed() }},
		{name: "a truncated body", attempts: 1, want: failed(io.ErrUnexpectedEOF),
			script: func(s *script) { s.Truncate() }},
		{name: "a truncated body, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Truncate().Then().Succeed() }},
		{name: "slower than the timeout", attempts: 1, want: failed(context.DeadlineExceeded), opts: []flexflow.Option{flexflow.WithTimeout(time.Second)},
			script: func(s *script) { s.Slow(time.Hour) }},
		{name: "slow", attempts: 1, want: func(s seen) bool { return fetched(s) && s.took >= 30*time.Millisecond },
			script: func(s *script) { s.Slow(30 * time.Millisecond) }},
		{name: "slow, then an error", attempts: 1, want: func(s seen) bool { return refused(500, 20500, flexflow.ErrServer)(s) && s.took >= 30*time.Millisecond },
			script: func(s *script) { s.Slow(30 * time.Millisecond).Status(500) }},
		{name: "a body that is not JSON", attempts: 1, want: violates("", "json"),
			script: func(s *script) { s.Body([]byte("{")) }},
		{name: "an empty body", attempts: 1, want: violates("", "json"),
			script: func(s *script) { s.Body(nil) }},
		{name: "a body of another flow", attempts: 1, want: violates("/sid", "identity"),
			script: func(s *script) { s.Body([]byte(`{"sid":"` + unknownSID + `"}`)) }},
		{name: "a page of a proxy", attempts: 1, want: violates("", "content-type"),
			script: func(s *script) { s.Header("Content-Type", "text/html").Body([]byte(`{}`)) }},
		{name: "an error page of a proxy", attempts: 1, want: refused(502, 0, flexflow.ErrServer),
			script: func(s *script) {
				s.Status(502).Header("Content-Type", "text/html").Body([]byte("<html>Bad Gateway</html>"))
			}},
		{name: "a redirect", attempts: 1,
			script: func(s *script) { s.Status(302).Header("Location", "https://elsewhere.example.com/") },
			want: func(s seen) bool {
				var api *flexflow.APIError
				return errors.As(s.err, &api) && api.Location == "elsewhere.example.com"
			}},
		{name: "a violation", attempts: 1, want: violates("/account_sid", "minLength"),
			script: func(s *script) { s.Violate("/account_sid") }},
		{name: "a violation that is reported", attempts: 1, opts: []flexflow.Option{flexflow.WithValidation(flexflow.Report)},
			script: func(s *script) { s.Violate("/channel_type") },
			want:   func(s seen) bool { return fetched(s) && flexflow.Value(s.flow.ChannelType) == "violation" }},
	} {
		check := func(t *testing.T, h *flexflowtest.Handler, client *flexflow.Client) {
			t.Helper()
			before := len(h.Requests())
			test.script(h.On(storedSID))
			s := fetch(t, client, storedSID)
			if requests := len(h.Requests()) - before; !test.want(s) || s.attempts != test.attempts || requests != test.attempts {
				t.Errorf("got %+v, %v after %s, %d attempts and %d requests", s.flow, s.err, s.took, s.attempts, requests)
			}
			if after := fetch(t, client, storedSID); !fetched(after) {
				t.Errorf("after the script: %v", after.err)
			}
		}
		opts := append([]flexflow.Option{flexflow.WithRetries(0)}, test.opts...)
		t.Run(test.name+"/new connection", func(t *testing.T) {
			t.Parallel()
			srv := flexflowtest.NewServer(t)
			srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
			check(t, srv.Handler, srv.Client(opts...))
		})
		// net/http may resend a GET on a connection that has served a request.
		t.Run(test.name+"/kept connection", func(t *testing.T) {
			t.Parallel()
			srv := flexflowtest.NewServer(t)
			srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
			client := srv.Client(opts...)
			if s := fetch(t, client, storedSID); s.err != nil {
				t.Fatal(s.err)
			}
			check(t, srv.Handler, client)
		})
		t.Run(test.name+"/transport", func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := flexflowtest.NewHandler()
				if err := h.Put(flexflow.FlexFlow{SID: new(storedSID)}); err != nil {
					t.Fatal(err)
				}
				check(t, h, inMemory(t, h, opts...))
			})
		})
	}
}

// A value may violate several keywords, such as type and writeOnly.
func TestScript_violateEachAttribute(t *testing.T) {
	t.Parallel()
	for name, property := range schema(t, operation(t).Responses.Status(200)).Properties {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !slices.ContainsFunc([]any{"x", 1.0, true, []any{}, map[string]any{}}, func(value any) bool { return property.Value.VisitJSON(value) != nil }) {
				t.Skip("the contract allows any value")
			}
			srv := flexflowtest.NewServer(t)
			client := srv.Client()
			for _, flow := range append(flexflowtest.Examples(), flexflow.FlexFlow{SID: new(storedSID)}) {
				srv.Put(flow)
				srv.On(*flow.SID).Violate("/" + name)
				_, err := client.FetchFlexFlow(t.Context(), *flow.SID)
				var invalid *flexflow.ResponseError
				if !errors.As(err, &invalid) || slices.ContainsFunc(invalid.Violations, func(v flexflow.Violation) bool { return v.Pointer != "/"+name }) {
					t.Errorf("got %v", err)
				}
				if _, err := client.FetchFlexFlow(t.Context(), *flow.SID); err != nil {
					t.Errorf("Violate changed the stored flow: %v", err)
				}
			}
		})
	}
}

func TestScript_order(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	client := srv.Client(flexflow.WithRetries(0))
	srv.Next().Status(500).Then().Succeed().Then().Status(502)
	srv.On(storedSID).Status(401)
	srv.On(storedSID).Status(403) // appends
	srv.Next().Status(503)        // appends

	var got []int
	for _, sid := range []string{unknownSID, storedSID, storedSID, storedSID, storedSID, unknownSID, storedSID, unknownSID} {
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
		-1500 * time.Millisecond: "0", 0: "0", time.Nanosecond: "1", time.Second: "1", 61100 * time.Millisecond: "62", 1000 * time.Hour: "3600000",
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
	h := flexflowtest.NewHandler()
	if err := h.Put(flexflow.FlexFlow{SID: new(storedSID)}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(h)
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		flexflow.WithBaseURL(srv.URL), flexflow.WithHTTPClient(srv.Client()), flexflow.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	h.Next().Drop().Then().Truncate().Then().Slow(time.Hour)
	for range 2 {
		var transport *flexflow.TransportError
		if s := fetch(t, client, storedSID); !errors.As(s.err, &transport) {
			t.Errorf("got %+v, %v", s.flow, s.err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(h.Requests()) < 3 {
			runtime.Gosched()
		}
		cancel()
	}()
	if _, err := client.FetchFlexFlow(ctx, storedSID); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if s := fetch(t, client, storedSID); s.err != nil || len(h.Requests()) != 4 {
		t.Errorf("got %v after %d requests", s.err, len(h.Requests()))
	}
}
