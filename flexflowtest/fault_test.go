package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// seen is how one fetch ended.
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

func TestFaults(t *testing.T) {
	t.Parallel()
	type script = flexflowtest.Script
	refused := func(status, code int, sentinel error) func(seen) bool {
		return func(s seen) bool {
			var api *flexflow.APIError
			return errors.As(s.err, &api) && api.StatusCode == status && api.Code == code && errors.Is(s.err, sentinel)
		}
	}
	broken := func(pointer, keyword string) func(seen) bool {
		return func(s seen) bool {
			var response *flexflow.ResponseError
			return errors.As(s.err, &response) && len(response.Violations) == 1 &&
				response.Violations[0].Pointer == pointer && response.Violations[0].Keyword == keyword
		}
	}
	unanswered := func(cause error) func(seen) bool {
		return func(s seen) bool {
			var transport *flexflow.TransportError
			return errors.As(s.err, &transport) && errors.Is(s.err, cause)
		}
	}
	fetched := func(s seen) bool { return s.err == nil && flexflow.Value(s.flow.SID) == storedSID }

	for _, test := range []struct {
		name     string
		script   func(*script)
		attempts int // all that the client makes: the number of requests that the server must have received
		want     func(seen) bool
		opts     []flexflow.Option
	}{
		{name: "429", attempts: 1, want: refused(429, 20429, flexflow.ErrRateLimited),
			script: func(s *script) { s.Status(429) }},
		{name: "401", attempts: 1, want: refused(401, 20003, flexflow.ErrUnauthorized),
			script: func(s *script) { s.Status(401) }},
		{name: "403", attempts: 1, want: refused(403, 20403, flexflow.ErrForbidden),
			script: func(s *script) { s.Status(403) }},
		{name: "404 of a flow that is there", attempts: 1, want: refused(404, 20404, flexflow.ErrNotFound),
			script: func(s *script) { s.Status(404) }},
		{name: "599", attempts: 1, want: refused(599, 20599, flexflow.ErrServer),
			script: func(s *script) { s.Status(599) }},
		{name: "204", attempts: 1, want: refused(204, 0, flexflow.ErrInvalidResponse),
			script: func(s *script) { s.Status(204) }},
		{name: "200 is normal", attempts: 1, want: fetched,
			script: func(s *script) { s.Status(200) }},
		{name: "a status, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Status(429).RetryAfter(0).Then().Succeed() }},
		{name: "a flow when the script is used up", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(3)},
			script: func(s *script) { s.Status(503).RetryAfter(0).Then() }},
		{name: "a step for three requests", attempts: 3, want: refused(503, 20503, flexflow.ErrServer), opts: []flexflow.Option{flexflow.WithRetries(2)},
			script: func(s *script) { s.Status(503).RetryAfter(0).Times(3) }},
		{name: "a step after three", attempts: 4, want: refused(401, 20003, flexflow.ErrUnauthorized), opts: []flexflow.Option{flexflow.WithRetries(3)},
			script: func(s *script) { s.RetryAfter(0).Times(3).Status(503).Then().Status(401) }},
		{name: "a drop", attempts: 1, want: unanswered(io.ErrUnexpectedEOF),
			script: func(s *script) { s.Drop() }},
		{name: "a drop, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Drop().Then().Succeed() }},
		{name: "a cut body", attempts: 1, want: unanswered(io.ErrUnexpectedEOF),
			script: func(s *script) { s.Truncate() }},
		{name: "a cut body, then a flow", attempts: 2, want: fetched, opts: []flexflow.Option{flexflow.WithRetries(1)},
			script: func(s *script) { s.Truncate().Then().Succeed() }},
		{name: "slower than the client waits", attempts: 1, want: unanswered(context.DeadlineExceeded), opts: []flexflow.Option{flexflow.WithTimeout(time.Second)},
			script: func(s *script) { s.Slow(time.Hour) }},
		{name: "slow", attempts: 1, want: func(s seen) bool { return fetched(s) && s.took >= 30*time.Millisecond },
			script: func(s *script) { s.Slow(30 * time.Millisecond) }},
		{name: "slow and refused", attempts: 1, want: func(s seen) bool { return refused(500, 20500, flexflow.ErrServer)(s) && s.took >= 30*time.Millisecond },
			script: func(s *script) { s.Slow(30 * time.Millisecond).Status(500) }},
		{name: "a body that is no JSON", attempts: 1, want: broken("", "json"),
			script: func(s *script) { s.Body([]byte("{")) }},
		{name: "an empty body", attempts: 1, want: broken("", "json"),
			script: func(s *script) { s.Body(nil) }},
		{name: "a body of another flow", attempts: 1, want: broken("/sid", "identity"),
			script: func(s *script) { s.Body([]byte(`{"sid":"` + unknownSID + `"}`)) }},
		{name: "the page of a proxy", attempts: 1, want: broken("", "content-type"),
			script: func(s *script) { s.Header("Content-Type", "text/html").Body([]byte(`{}`)) }},
		{name: "the error page of a proxy", attempts: 1, want: refused(502, 0, flexflow.ErrServer),
			script: func(s *script) {
				s.Status(502).Header("Content-Type", "text/html").Body([]byte("<html>Bad Gateway</html>"))
			}},
		{name: "a redirect", attempts: 1,
			script: func(s *script) { s.Status(302).Header("Location", "https://elsewhere.example.com/") },
			want: func(s seen) bool {
				var api *flexflow.APIError
				return errors.As(s.err, &api) && api.Location == "elsewhere.example.com"
			}},
		{name: "a violation", attempts: 1, want: broken("/account_sid", "minLength"),
			script: func(s *script) { s.Violate("/account_sid") }},
		{name: "a violation that is reported", attempts: 1, opts: []flexflow.Option{flexflow.WithValidation(flexflow.Report)},
			script: func(s *script) { s.Violate("/channel_type") },
			want:   func(s seen) bool { return fetched(s) && flexflow.Value(s.flow.ChannelType) == "violation" }},
	} {
		// A client whose connection has served a request, and which net/http may therefore send a GET on again, must
		// see the same as one whose connection is new.
		for _, kept := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/kept=%t", test.name, kept), func(t *testing.T) {
				t.Parallel()
				srv := flexflowtest.NewServer(t)
				srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
				client := srv.Client(append([]flexflow.Option{flexflow.WithRetries(0)}, test.opts...)...)
				requests := test.attempts
				if kept {
					requests++
					if s := fetch(t, client, storedSID); s.err != nil {
						t.Fatal(s.err)
					}
				}
				test.script(srv.On(storedSID))
				s := fetch(t, client, storedSID)
				if !test.want(s) || s.attempts != test.attempts || len(srv.Requests()) != requests {
					t.Errorf("got %+v, %v after %s, %d attempts and %d requests", s.flow, s.err, s.took, s.attempts, len(srv.Requests()))
				}
				if after := fetch(t, client, storedSID); !fetched(after) {
					t.Errorf("after the script: %v", after.err)
				}
			})
		}
	}
}

// A value may break several keywords, such as type and writeOnly.
func TestScript_violateEachAttribute(t *testing.T) {
	t.Parallel()
	for name := range schema(t, operation(t).Responses.Status(200)).Properties {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := flexflowtest.NewServer(t)
			client := srv.Client()
			for _, flow := range append(flexflowtest.Examples(), flexflow.FlexFlow{SID: new(storedSID)}) {
				srv.Put(flow)
				srv.On(*flow.SID).Violate("/" + name)
				_, err := client.FetchFlexFlow(t.Context(), *flow.SID)
				var broken *flexflow.ResponseError
				if !errors.As(err, &broken) || slices.ContainsFunc(broken.Violations, func(v flexflow.Violation) bool { return v.Pointer != "/"+name }) {
					t.Errorf("got %v", err)
				}
				if _, err := client.FetchFlexFlow(t.Context(), *flow.SID); err != nil {
					t.Errorf("the stored flow has changed: %v", err)
				}
			}
		})
	}
}

func TestScriptsAreTakenInTurn(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	client := srv.Client(flexflow.WithRetries(0))
	srv.Next().Status(500).Then().Succeed().Then().Status(502)
	srv.On(storedSID).Status(401)
	srv.On(storedSID).Status(403) // continues
	srv.Next().Status(503)        // continues

	var got []int
	for _, sid := range []string{unknownSID, storedSID, storedSID, storedSID, storedSID, unknownSID, storedSID, unknownSID} {
		var resp flexflow.Response
		client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&resp))
		got = append(got, resp.StatusCode)
	}
	want := []int{
		500,      // the first of Next
		401, 403, // On comes before Next
		200,      // the second of Next
		502, 503, // the last of Next
		200, 404, // normal again
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRetryAfterIsInWholeSeconds(t *testing.T) {
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

func TestABodyIsCopied(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	body := []byte(`{"sid":"` + storedSID + `"}`)
	srv.Next().Body(body)
	clear(body)
	if _, err := srv.Client().FetchFlexFlow(t.Context(), storedSID); err != nil {
		t.Error(err)
	}
}

func TestFaultsReachTheClientOverHTTP2(t *testing.T) {
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
