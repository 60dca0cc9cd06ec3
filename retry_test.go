package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestRetry_retryAfterOverSockets(t *testing.T) {
	t.Parallel()
	fixed := func(header string) func() string { return func() string { return header } }
	date := func(ahead time.Duration) func() string {
		return func() string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	}
	limited := apiError(429, flexflow.ErrRateLimited)
	for _, row := range []struct {
		name                string
		retryAfter          func() string
		attempts            int
		notBefore, notAfter time.Duration
	}{
		{"none", fixed(""), 2, 0, soon},
		{"seconds", fixed("1"), 2, time.Second, time.Second + soon},
		{"no seconds", fixed("0"), 2, 0, soon},
		{"a date", date(3 * time.Second), 2, time.Second / 2, 3*time.Second + soon},
		{"a past date", date(-time.Hour), 2, 0, soon},
		{"a far date", date(1000 * time.Hour), 1, 0, soon},
		{"huge", fixed("99999999999999999999"), 1, 0, soon},
		{"garbage", fixed("soon"), 2, 0, soon},
		{"negative", fixed("-5"), 2, 0, soon},
		{"a fraction", fixed("600.5"), 2, 0, soon},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := fault{"", send(whole(429, "", "Retry-After: "+row.retryAfter())), limited, row.attempts, row.notAfter, true}
			s, start := startRaw(t, f.reply), time.Now()
			f.runOn(t, s)
			if took := time.Since(start); took < row.notBefore {
				t.Errorf("tried again after %s, want %s", took, row.notBefore)
			}
		})
	}
}

func TestRetry_wordsOfTheResponse(t *testing.T) {
	t.Parallel()
	server := startRaw(t, func(conn net.Conn, _ *http.Request) bool {
		conn.Write([]byte("HTTP/1.1 503 X\r\nTransfer-Encoding: tls: x509: x\r\n\r\n"))
		return false
	})
	_, err := newClient(t, server.URL, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
	if got := attemptsOf(err); got != 2 {
		t.Errorf("%d attempts, want 2: %v", got, err)
	}
}

func TestRetry_contextEndsInLaterAttempt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(503)
	})
	again := strings.TrimSuffix(url, "/")
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		if requests.Load() == 1 {
			cancel()
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	_, err := newClient(t, again, flexflow.WithHTTPClient(&http.Client{Transport: transport})).FetchFlexFlow(ctx, flowSID)
	var transportError *flexflow.TransportError
	if !errors.As(err, &transportError) || !errors.Is(err, context.Canceled) || errors.Is(err, flexflow.ErrServer) || transportError.Attempts != 2 || !strings.Contains(err.Error(), "after HTTP 503") {
		t.Errorf("%v, want what ended the second attempt, and the status of the first in the message", err)
	}
}

// The tests of this file run in a synctest bubble, where waits take no real time and are exact. There are no sockets
// in a bubble, so the server is a function.

func TestRetry_default(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		flow, err := server.client(t).FetchFlexFlow(t.Context(), flowSID)
		apiError(503, flexflow.ErrServer).check(t, flowSID, flow, err)
		if len(server.times) != 4 || attemptsOf(err) != 4 || !strings.Contains(err.Error(), "4 attempts") {
			t.Errorf("%d requests, want 4: %v", len(server.times), err)
		}
	})
}

func TestWithRetries(t *testing.T) {
	for _, retries := range []int{0, 1, 2, 7} {
		synctest.Test(t, func(t *testing.T) {
			server := always(500)
			_, err := server.client(t, flexflow.WithRetries(retries)).FetchFlexFlow(t.Context(), flowSID)
			if len(server.times) != retries+1 || attemptsOf(err) != retries+1 {
				t.Errorf("%d requests with %d retries: %v", len(server.times), retries, err)
			}
		})
	}
}

func TestRetry_backOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const fetches = 500
		longest := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 8 * time.Second}
		least, most, sum := make([]time.Duration, len(longest)), make([]time.Duration, len(longest)), make([]time.Duration, len(longest))
		for range fetches {
			server := always(502)
			server.client(t, flexflow.WithRetries(len(longest))).FetchFlexFlow(t.Context(), flowSID)
			for i, wait := range server.waits() {
				if sum[i] == 0 {
					least[i] = wait
				}
				least[i], most[i], sum[i] = min(least[i], wait), max(most[i], wait), sum[i]+wait
			}
		}
		for i, bound := range longest {
			mean := sum[i] / fetches
			if most[i] > bound+time.Nanosecond || most[i] < bound*9/10 || least[i] > bound/10 || mean < bound*4/10 || mean > bound*6/10 {
				t.Errorf("wait %d is from %s to %s, on average %s; want it spread evenly from 0 to %s", i+1, least[i], most[i], mean, bound)
			}
		}
	})
}

func TestRetry_retryAfter(t *testing.T) {
	in := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	for _, row := range []struct {
		name   string
		header func() string
		wait   time.Duration
	}{
		{"seconds", func() string { return "7" }, 7 * time.Second},
		{"no seconds", func() string { return "0" }, 0},
		{"seconds with zeros before", func() string { return "007" }, 7 * time.Second},
		{"more than any back-off", func() string { return "120" }, 2 * time.Minute},
		{"the longest", func() string { return "600" }, 10 * time.Minute},
		{"a date", func() string { return in(90 * time.Second) }, 90 * time.Second},
		{"a date of RFC 850", func() string { return time.Now().Add(time.Minute).UTC().Format(time.RFC850) }, time.Minute},
		{"a date of C's asctime", func() string { return time.Now().Add(time.Minute).UTC().Format(time.ANSIC) }, time.Minute},
		{"a past date", func() string { return in(-90 * time.Second) }, 0},
		{"the year 1", func() string { return "Mon, 01 Jan 0001 00:00:00 GMT" }, 0},
	} {
		for _, status := range []int{408, 429, 503} {
			t.Run(fmt.Sprint(row.name, " with ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := always(status, "Retry-After: "+row.header())
					_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
					if waits := server.waits(); len(waits) != 1 || waits[0] != row.wait {
						t.Errorf("waited %s, want %s", waits, row.wait)
					}
					if refused, ok := errors.AsType[*flexflow.APIError](err); !ok || refused.RetryAfter > row.wait {
						t.Errorf("want RetryAfter %s, got %v", row.wait, err)
					}
				})
			})
		}
	}
}

func TestRetry_malformedRetryAfter(t *testing.T) {
	for _, header := range []string{"", "soon", "-5", "+5", "1.5", "5s", "0x5", "5, 5", "٥", "Wed, 31 Feb 2026 00:00:00 GMT", "2026-01-15T09:42:00Z"} {
		synctest.Test(t, func(t *testing.T) {
			server := always(429, "Retry-After: "+header)
			_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
			if waits := server.waits(); len(waits) != 1 || waits[0] > 250*time.Millisecond {
				t.Errorf("waited %s after Retry-After %q", waits, header)
			}
			if refused := err.(*flexflow.APIError); refused.RetryAfter != 0 {
				t.Errorf("Retry-After %q is read as %s", header, refused.RetryAfter)
			}
		})
	}
}

// A wait longer than ten minutes ends the fetch; see WithMaxWait.
func TestRetry_longRetryAfter(t *testing.T) {
	const longest = time.Duration(1<<63-1) / time.Second * time.Second
	for header, want := range map[string]time.Duration{
		"601":                           601 * time.Second,
		"9223372036":                    longest,
		"9223372037":                    longest,
		"99999999999999999999":          longest,
		"Sun, 02 Jan 2000 00:00:00 GMT": 24 * time.Hour, // on the clock of a bubble, which starts with 2000
		"Fri, 31 Dec 9999 23:59:59 GMT": time.Duration(1<<63 - 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			server := always(429, "Retry-After: "+header)
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(t.Context(), flowSID)
			apiError(429, flexflow.ErrRateLimited).check(t, flowSID, flow, err)
			if refused := err.(*flexflow.APIError); refused.RetryAfter != want || refused.Attempts != 1 || time.Since(start) != 0 {
				t.Errorf("Retry-After %q: want one attempt and %s, got %s in %v after %s", header, want, refused.RetryAfter, err, time.Since(start))
			}
		})
	}
}

func TestRetry_waitOutlastsDeadline(t *testing.T) {
	for header, deadline := range map[string]time.Duration{
		"Retry-After: 10": 5 * time.Second,
		"Retry-After: 5":  5 * time.Second,
		"Retry-After: 6":  5*time.Second + time.Nanosecond,
		"None: 0":         time.Nanosecond, // the back-off is longer
	} {
		synctest.Test(t, func(t *testing.T) {
			server := always(503, header)
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
			apiError(503, flexflow.ErrServer).check(t, flowSID, flow, err)
			if took := time.Since(start); took != 0 || attemptsOf(err) != 1 {
				t.Errorf("%s took %s: %v", header, took, err)
			}
		})
	}
}

func TestRetry_waitWithinDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503, "Retry-After: 5")
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		_, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		if waits := server.waits(); len(waits) != 2 || attemptsOf(err) != 3 || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited %s, want 5 s twice: %v", waits, err)
		}
	})
}

func TestRetry_cancelDuringWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(429, "Retry-After: 300")
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		time.AfterFunc(time.Second, func() { cancel(errors.New("the user has left")) })
		_, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, flowSID, err)
		if took := time.Since(start); took != time.Second {
			t.Errorf("came back after %s, want 1 s", took)
		}
		if _, transport := err.(*flexflow.TransportError); !transport || !errors.Is(err, context.Canceled) || errors.Is(err, flexflow.ErrRateLimited) || attemptsOf(err) != 1 {
			t.Errorf("want a TransportError of one attempt that matches only context.Canceled, got %v", err)
		}
		if want := "flexflow: FetchFlexFlow " + flowSID + ": request failed: context canceled during a wait of 5m0s after HTTP 429, Retry-After"; err.Error() != want {
			t.Errorf("message\n%s\nwant\n%s", err, want)
		}
	})
}

func TestFetchFlexFlow_cancel(t *testing.T) {
	for want, end := range map[error]func(context.Context) (context.Context, context.CancelFunc){
		context.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		},
		context.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &memoryServer{respond: hang}
			ctx, cancel := end(t.Context())
			defer cancel()
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
			transportError(want).check(t, flowSID, flow, err)
			if took := time.Since(start); took != time.Second || attemptsOf(err) != 1 || strings.Contains(err.Error(), "attempt took longer") {
				t.Errorf("%v after %s: %v", want, took, err)
			}
		})
	}
}

func TestWithTimeout(t *testing.T) {
	for _, row := range []struct {
		timeout, ofClient, want time.Duration // zero for the default
	}{
		{0, 0, 10 * time.Second},
		{3 * time.Second, 0, 3 * time.Second},
		{0, 2 * time.Second, 2 * time.Second},
		{time.Second, 2 * time.Second, time.Second},
		{0, time.Minute, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			server, timeout := &memoryServer{respond: hang}, row.want
			opts := []flexflow.Option{flexflow.WithHTTPClient(&http.Client{Transport: server, Timeout: row.ofClient})}
			if row.timeout != 0 {
				opts = append(opts, flexflow.WithTimeout(row.timeout))
			}
			start := time.Now()
			flow, err := newClient(t, "https://flex.example.com", opts...).FetchFlexFlow(t.Context(), flowSID)
			transportError(context.DeadlineExceeded).check(t, flowSID, flow, err)
			const waits = 250*time.Millisecond + 500*time.Millisecond + time.Second
			if took := time.Since(start); took < 4*timeout || took > 4*timeout+waits || attemptsOf(err) != 4 {
				t.Errorf("4 attempts of %s took %s: %v", timeout, took, err)
			}
			if !strings.Contains(err.Error(), "the attempt took longer than "+timeout.String()) {
				t.Errorf("the message does not name the timeout: %v", err)
			}
		})
	}
}

func TestFetchFlexFlow_contextEnded(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for want, ctx := range map[error]context.Context{context.Canceled: canceled, context.DeadlineExceeded: late} {
		server := always(503)
		flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, flowSID, err)
		if flow != nil || !errors.Is(err, want) || len(server.times) != 0 || attemptsOf(err) != 0 {
			t.Errorf("%d requests, error %v", len(server.times), err)
		}
	}
}

// The response arrived in time, so it is returned although the context has ended.
func TestFetchFlexFlow_contextEndsWithResponse(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := &memoryServer{respond: func(*http.Request, int) (*http.Response, error) {
		cancel()
		return newResponse(404, ""), nil
	}}
	flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
	apiError(404, flexflow.ErrNotFound).check(t, flowSID, flow, err)
}

func TestRetry_statuses(t *testing.T) {
	retried := map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}
	for status := range 600 {
		if status == 200 {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			server := always(status)
			_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
			if got := len(server.times) == 2; got != retried[status] || attemptsOf(err) != len(server.times) {
				t.Errorf("status %d is tried again: %t: %v", status, got, err)
			}
		})
	}
}

func TestRetry_finalResponse(t *testing.T) {
	broken := newResponse(200, "{")
	broken.Body, broken.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("{"), errorReader{})), -1
	responses := []*http.Response{newResponse(503, ""), nil, broken, newResponse(429, "", "Retry-After: 5"), nil}
	for name, last := range map[string]*http.Response{
		"the flow":          newResponse(200, validFlow(flowSID)),
		"a broken contract": newResponse(200, "null"),
		"404":               newResponse(404, ""),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &memoryServer{respond: func(r *http.Request, before int) (*http.Response, error) {
					if before == len(responses) {
						return last, nil
					}
					if responses[before] == nil {
						return nil, io.ErrUnexpectedEOF
					}
					response := *responses[before]
					response.Request = r
					return &response, nil
				}}
				var response flexflow.Response
				_, err := server.client(t, flexflow.WithRetries(10)).FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
				if response.StatusCode != last.StatusCode || response.Attempts != 6 || err != nil && attemptsOf(err) != 6 {
					t.Errorf("want status %d after 6 attempts, got %d after %d: %v", last.StatusCode, response.StatusCode, response.Attempts, err)
				}
			})
		})
	}
}
