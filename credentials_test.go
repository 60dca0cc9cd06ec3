package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
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

func TestBearer_noToken(t *testing.T) {
	t.Parallel()
	failed := errors.New("the identity provider is down")
	for name, token := range map[string]tokenFunc{
		"error":        func(context.Context) (string, error) { return "", failed },
		"empty":        func(context.Context) (string, error) { return "", nil },
		"line break":   func(context.Context) (string, error) { return "a\r\nX: y", nil },
		"not ASCII":    func(context.Context) (string, error) { return "é", nil },
		"out of space": func(context.Context) (string, error) { return "a b", nil },
	} {
		server := always(200)
		_, err := fetch(t, withTokens(t, token, server))
		if unsent := as[*flexflow.TransportError](t, err); unsent.Attempts != 0 || unsent.SID != flowSID {
			t.Errorf("%s: %v, want a TransportError without attempts", name, err)
		}
		if name == "error" && !errors.Is(err, failed) {
			t.Errorf("%v does not wrap the token function's error", err)
		}
		if n := len(server.times); n != 0 {
			t.Errorf("%s: %d requests were sent", name, n)
		}
	}
}

func TestBearer_eachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		server := respondingTo(func(r *http.Request, _ int) *http.Response {
			sent = append(sent, r.Header.Get("Authorization"))
			return newResponse(503, "")
		})
		tokens := 0
		fetch(t, withTokens(t, func(context.Context) (string, error) {
			tokens++
			return fmt.Sprint("token-", tokens), nil
		}, server, flexflow.WithRetries(1)))
		if !slices.Equal(sent, []string{"Bearer token-1", "Bearer token-2"}) {
			t.Errorf("sent %s", sent)
		}
	})
}

// A fetch does not retry after an error of the token function, which may retry itself.
func TestBearer_noRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		asked := 0
		refused := errors.New("refused")
		provider := http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused })}
		_, err := fetch(t, withTokens(t, func(context.Context) (string, error) {
			asked++
			_, err := provider.Get("https://oauth.example.com/token")
			return "", err // a *url.Error, like one of a fetch
		}, server))
		checkError(t, err)
		if asked != 1 || len(server.times) != 0 || attemptsOf(err) != 0 || !errors.Is(err, refused) {
			t.Errorf("%d tokens were asked for and %d requests sent: %v", asked, len(server.times), err)
		}
	})
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

func TestBearer_blocks(t *testing.T) {
	const limit, longer = time.Second, time.Minute
	for name, limits := range map[string]struct{ attempt, caller time.Duration }{
		"the attempt": {limit, longer},
		"the caller":  {longer, limit},
	} {
		synctest.Test(t, func(t *testing.T) {
			release := make(chan struct{})
			defer close(release)
			ctx, cancel := context.WithTimeout(t.Context(), limits.caller)
			defer cancel()
			client := withTokens(t, func(context.Context) (string, error) { <-release; return "token", nil },
				always(404), flexflow.WithTimeout(limits.attempt))
			start := time.Now()
			_, err := client.FetchFlexFlow(ctx, flowSID)
			unsent := as[*flexflow.TransportError](t, err)
			if unsent.Attempts != 0 || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != limit {
				t.Errorf("time limit of %s: %v after %s", name, err, time.Since(start))
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

// Only one call of a token function runs at a time, so one that ignores its context leaves only one goroutine behind.
func TestBearer_oneCallAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		var calls atomic.Int64
		client := withTokens(t, func(context.Context) (string, error) {
			calls.Add(1)
			<-release
			return "token-of-the-test", nil
		}, always(404), flexflow.WithRetries(0))
		for range 20 {
			if _, err := fetch(t, client); !errors.Is(err, context.DeadlineExceeded) || attemptsOf(err) != 0 {
				t.Errorf("error %v", err)
			}
		}
		if calls.Load() != 1 {
			t.Errorf("%d calls in progress, want 1", calls.Load())
		}
	})
}

// A fetch waits for the call of another one, and then makes its own.
func TestBearer_waitsForOtherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := withTokens(t, func(context.Context) (string, error) {
			time.Sleep(time.Second)
			return "token-of-the-test", nil
		}, responding(200, validFlow(flowSID)))
		start := time.Now()
		var fetching sync.WaitGroup
		for range 3 {
			fetching.Go(func() {
				flow, err := fetch(t, client)
				if mismatch := success.compare(flowSID, flow, err); mismatch != nil {
					t.Error(mismatch)
				}
			})
		}
		fetching.Wait()
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %s, want 3s: one call of the token function after the other", took)
		}
	})
}

// A response that repeats the token of an earlier attempt is redacted too.
func TestBearer_tokenOfEarlierAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := []string{"first-token-aaaa", "other_secret_bbbb", "third+third+third"}
		server := respondingTo(func(_ *http.Request, before int) *http.Response {
			if before+1 < len(tokens) {
				return newResponse(503, "")
			}
			return newResponse(401, strings.Join(tokens, " and "))
		})
		issued := 0
		_, err := fetch(t, withTokens(t, func(context.Context) (string, error) {
			issued++
			return tokens[issued-1], nil
		}, server))
		if err == nil || !strings.Contains(err.Error(), "HTTP 401: [redacted];") {
			t.Errorf("error %v", err)
		}
	})
}

// The error of a token function may contain its previous token, or the one that it returns.
func TestBearer_errorWithToken(t *testing.T) {
	t.Parallel()
	const first, second = "token-of-the-test-0123456789", "zyxwvu-another-987654321"
	post := func(to string) error { return &url.Error{Op: "Post", URL: to, Err: errors.New("refused")} }
	for name, failed := range map[string]error{
		"text":          errors.New("refresh of " + first + " failed"),
		"URL":           post("https://idp.example.com/refresh?token=" + first),
		"around a URL":  fmt.Errorf("refresh of %s failed: %w", first, post("https://idp.example.com")),
		"the new token": errors.New(second + " has expired"),
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
			t.Errorf("%s: error %v", name, err)
		}
		checkSecret(t, []string{first, second}, err)
	}
}
