package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

type tokenFunc = func(context.Context) (string, error)

// withTokens creates a client whose tokens come from the function, and whose requests go to the server.
func withTokens(t *testing.T, token tokenFunc, server *memoryServer, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	return newClientAs(t, flexflow.Bearer(token), exampleURL, append(opts, over(server))...)
}

// A fetch does not retry after an error of the token function, which may retry itself.
func TestBearer_noToken(t *testing.T) {
	t.Parallel()
	failed := &url.Error{Op: "Get", URL: "https://oauth.example.com", Err: errors.New("refused")} // like one of a fetch
	for token, tokenErr := range map[string]error{"": nil, "a\r\nX: y": nil, "é": nil, "a b": nil, "token": failed} {
		server, calls := always(200), 0
		_, err := fetch(t, withTokens(t, func(context.Context) (string, error) {
			calls++
			return token, tokenErr
		}, server))
		checkError(t, err)
		unsent := as[*flexflow.TransportError](t, err)
		if calls != 1 || unsent.Attempts != 0 || unsent.SID != flowSID || len(server.times) != 0 {
			t.Errorf("token %q: %d calls and %d requests, want one call: %v", token, calls, len(server.times), err)
		}
		if tokenErr != nil && !errors.Is(err, tokenErr) {
			t.Errorf("%v does not wrap the error of the token function", err)
		}
	}
}

func TestBearer_panic(t *testing.T) {
	t.Parallel()
	client := withTokens(t, func(context.Context) (string, error) { panic("mine") }, always(404))
	defer func() {
		if got := recover(); got != "mine" {
			t.Errorf("recovered %v", got)
		}
	}()
	fetch(t, client)
}

// A token function that ignores its context does not hold back a fetch beyond the limit of the attempt or of the
// caller. Only one call of it runs at a time, so it leaves only one goroutine behind.
func TestBearer_blocks(t *testing.T) {
	const limit, longer = time.Second, time.Minute
	for name, limits := range map[string]struct{ attempt, caller time.Duration }{
		"the attempt": {limit, longer},
		"the caller":  {longer, limit},
	} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			defer close(release)
			var calls atomic.Int64
			client := withTokens(t, func(context.Context) (string, error) {
				calls.Add(1)
				<-release
				return "token", nil
			}, always(404), flexflow.WithTimeout(limits.attempt))
			for range 20 {
				ctx, cancel := context.WithTimeout(t.Context(), limits.caller)
				defer cancel()
				start := time.Now()
				_, err := client.FetchFlexFlow(ctx, flowSID)
				unsent := as[*flexflow.TransportError](t, err)
				if unsent.Attempts != 0 || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != limit {
					t.Errorf("time limit of %s: %v after %s", name, err, time.Since(start))
				}
			}
			if calls.Load() != 1 {
				t.Errorf("%d calls in progress, want 1", calls.Load())
			}
		})
	}
}

func TestBearer_contextEnds(t *testing.T) {
	t.Parallel()
	for range 20 { // select chooses at random between cases that are ready
		server, calls := always(404), new(atomic.Int64)
		ctx, cancel := context.WithCancel(t.Context())
		client := withTokens(t, func(context.Context) (string, error) {
			calls.Add(1)
			cancel()
			return "token", nil
		}, server)
		for range 2 { // the second fetch begins with a context that has ended
			_, err := client.FetchFlexFlow(ctx, flowSID)
			unsent := as[*flexflow.TransportError](t, err)
			if unsent.Attempts != 0 || !errors.Is(err, context.Canceled) || len(server.times) != 0 {
				t.Fatalf("%v, %d requests", err, len(server.times))
			}
		}
		fetch(t, client) // returns after all earlier calls of the token function
		if calls.Load() != 2 {
			t.Fatalf("%d calls of the token function, want none for a context that has ended", calls.Load())
		}
	}
}

// A fetch waits for the call of another one, and then makes its own.
func TestBearer_waitsForOtherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := respondingTo(func(r *http.Request, _ int) *http.Response { return requestedFlow(r) })
		client := withTokens(t, func(context.Context) (string, error) {
			time.Sleep(time.Second)
			return "token-of-the-test", nil
		}, server)
		start := time.Now()
		for f := range client.FetchFlexFlows(t.Context(), sids(3), 3) {
			success.check(t, f.SID, f.Flow, f.Err)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %s, want 3s: one call of the token function after the other", took)
		}
	})
}

// Each attempt has a new token. A response that repeats the token of an earlier attempt is redacted too.
func TestBearer_eachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := []string{"first-token-aaaa", "other_secret_bbbb", "third+third+third"}
		for _, repeated := range tokens {
			server := respondingTo(func(r *http.Request, before int) *http.Response {
				if sent := r.Header.Get("Authorization"); sent != "Bearer "+tokens[before] {
					t.Errorf("attempt %d sends %s", before+1, sent)
				}
				return newResponse([]int{503, 503, 401}[before], repeated)
			})
			issued := 0
			_, err := fetch(t, withTokens(t, func(context.Context) (string, error) {
				issued++
				return tokens[issued-1], nil
			}, server))
			if attemptsOf(err) != 3 || !strings.Contains(err.Error(), "HTTP 401: [redacted];") {
				t.Errorf("error %v after %s", err, repeated)
			}
		}
	})
}

// The error of a token function may contain its previous token, or the one that it returns.
func TestBearer_errorWithToken(t *testing.T) {
	t.Parallel()
	const first, second = "token-of-the-test-0123456789", "zyxwvu-another-987654321"
	post := func(to string) error { return &url.Error{Op: "Post", URL: to, Err: errors.New("refused")} }
	for _, failed := range []error{
		errors.New("refresh of " + first + " failed"),
		errors.New(second + " has expired"),
		post("https://idp.example.com/refresh?token=" + first),
		fmt.Errorf("refresh of %s failed: %w", first, post("https://idp.example.com")),
	} {
		calls := 0
		client := withTokens(t, func(context.Context) (string, error) {
			if calls++; calls > 1 {
				return second, failed
			}
			return first, nil
		}, always(404))
		fetch(t, client)
		_, err := fetch(t, client)
		if !strings.Contains(err.Error(), "[redacted]") {
			t.Errorf("error %v", err)
		}
		checkSecret(t, []string{first, second}, err)
	}
}
