package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

// These tests run in synctest bubbles, where waits take no real time and are exact. The clock of a bubble starts with
// the year 2000. There are no sockets in a bubble, so the server is a function.

func TestWithRetries(t *testing.T) {
	options := func(retries int) []flexflow.Option { return []flexflow.Option{flexflow.WithRetries(retries)} }
	for attempts, opts := range map[int][]flexflow.Option{1: options(0), 2: options(1), 4: nil, 8: options(7)} {
		synctest.Test(t, func(t *testing.T) {
			server := always(503)
			err := apiError(503, flexflow.ErrServer).of(t, server.client(t, opts...))
			told := strings.Contains(err.Error(), fmt.Sprint(attempts, " attempts"))
			if len(server.times) != attempts || attemptsOf(err) != attempts || told != (attempts > 1) {
				t.Errorf("%d requests, want %d: %v", len(server.times), attempts, err)
			}
		})
	}
}

func TestRetry_statuses(t *testing.T) {
	retried := map[int]bool{408: true, 500: true, 502: true, 503: true, 504: true}
	for status := range 600 {
		if status == 200 || status == 429 {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			server := always(status)
			_, err := fetch(t, server.client(t, flexflow.WithRetries(1)))
			if got := len(server.times) == 2; got != retried[status] || attemptsOf(err) != len(server.times) {
				t.Errorf("status %d is tried again: %t: %v", status, got, err)
			}
		})
	}
}

func TestRetry_finalResponse(t *testing.T) {
	for name, last := range map[string]*http.Response{
		"the flow":          newResponse(200, validFlow(flowSID)),
		"a broken contract": newResponse(200, "null"),
		"404":               newResponse(404, ""),
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &memoryServer{respond: func(r *http.Request, before int) (*http.Response, error) {
				switch before {
				case 0:
					return newResponse(503, ""), nil
				case 1, 4:
					return nil, io.ErrUnexpectedEOF
				case 2:
					return &http.Response{StatusCode: 200, Body: io.NopCloser(errorReader{}), Request: r}, nil
				case 3:
					return newResponse(429, "", "Retry-After: 5"), nil
				}
				return last, nil
			}}
			var response flexflow.Response
			_, err := fetch(t, server.client(t, flexflow.WithRetries(10)), flexflow.CaptureResponse(&response))
			if response.StatusCode != last.StatusCode || response.Attempts != 6 || err != nil && attemptsOf(err) != 6 {
				t.Errorf("%s: want status %d after 6 attempts, got %d after %d: %v",
					name, last.StatusCode, response.StatusCode, response.Attempts, err)
			}
		})
	}
}

// The waits are random, but so many that the test fails by chance less than once in a million runs.
func TestRetry_backOff(t *testing.T) {
	t.Parallel()
	const fetches, retries = 120, 8
	for _, refusal := range []struct {
		status int
		header string
	}{{502, "None: 0"}, {429, "None: 0"}, {429, "Retry-After: 0"}} {
		synctest.Test(t, func(t *testing.T) {
			var waits [retries][]time.Duration // before each retry
			for range fetches {
				server := respondingTo(func(_ *http.Request, before int) *http.Response {
					if before == retries {
						return newResponse(404, "")
					}
					return newResponse(refusal.status, "", refusal.header)
				})
				fetch(t, server.client(t, flexflow.WithRetries(retries)))
				for i, wait := range server.waits() {
					waits[i] = append(waits[i], wait)
				}
			}
			for i, waits := range waits {
				bound := min(250*time.Millisecond<<i, 8*time.Second)
				least, most, mean := slices.Min(waits), slices.Max(waits), time.Duration(0)
				for _, wait := range waits {
					mean += wait / fetches
				}
				if most > bound+time.Nanosecond || most < bound*85/100 || least > bound*15/100 ||
					mean < bound*35/100 || mean > bound*65/100 {
					t.Errorf("%v: wait %d is from %s to %s, on average %s; want it spread evenly from 0 to %s",
						refusal, i+1, least, most, mean, bound)
				}
			}
		})
	}
}

// checkRetryAfter fetches from a server that refuses the first request, and checks RetryAfter and the wait.
func checkRetryAfter(t *testing.T, status int, header string, want, longestWait time.Duration) {
	synctest.Test(t, func(t *testing.T) {
		lines := strings.Split(header, "; ")
		_, err := fetch(t, always(status, lines...).client(t, flexflow.WithRetries(0)))
		if got := as[*flexflow.APIError](t, err).RetryAfter; got != want {
			t.Errorf("%s: RetryAfter %s, want %s", header, got, want)
		}
		server := respondingTo(func(_ *http.Request, before int) *http.Response {
			return newResponse([]int{status, 404}[before], "", lines...)
		})
		var opts []flexflow.Option
		if want > time.Minute {
			opts = append(opts, flexflow.WithMaxWait(want))
		}
		fetch(t, server.client(t, opts...))
		if waits := server.waits(); len(waits) != 1 || waits[0] < want || waits[0] > longestWait {
			t.Errorf("%s with %d: waited %s, want %s to %s", header, status, waits, want, longestWait)
		}
	})
}

// A date in Retry-After is one of the server's clock, which may differ from ours.
func TestRetry_retryAfter(t *testing.T) {
	for want, headers := range map[time.Duration][]string{
		0: {
			"Retry-After: 0", "Retry-After: Fri, 31 Dec 1999 23:58:30 GMT", "Retry-After: Mon, 01 Jan 0001 00:00:00 GMT",
			"Date: Fri, 31 Dec 1999 23:59:59 GMT; Retry-After: Fri, 31 Dec 1999 23:59:59 GMT",
			"Date: Sat, 01 Jan 2000 01:00:00 GMT; Retry-After: Sat, 01 Jan 2000 00:59:00 GMT",
		},
		7 * time.Second: {"Retry-After: 7", "Retry-After: 007"},
		30 * time.Second: {
			"Retry-After: Sat, 01 Jan 2000 00:00:30 GMT", "Retry-After: Saturday, 01-Jan-00 00:00:30 GMT",
			"Retry-After: Sat Jan  1 00:00:30 2000", "Date: yesterday; Retry-After: Sat, 01 Jan 2000 00:00:30 GMT",
			"Date: Fri, 31 Dec 1999 00:00:00 GMT; Retry-After: Fri, 31 Dec 1999 00:00:30 GMT",
			"Date: Sat, 01 Jan 2000 01:00:00 GMT; Retry-After: Sat, 01 Jan 2000 01:00:30 GMT",
		},
		time.Minute:      {"Retry-After: 60"}, // the longest by default
		10 * time.Minute: {"Retry-After: 600"},
	} {
		for _, header := range headers {
			checkRetryAfter(t, 408, header, want, want)
			checkRetryAfter(t, 503, header, want, want)
			checkRetryAfter(t, 429, header, want, max(want, 250*time.Millisecond)) // the back-off, if that is longer
		}
	}
}

func TestRetry_malformedRetryAfter(t *testing.T) {
	for _, header := range []string{
		"", "soon", "-5", "+5", "1.5", "600.5", "5s", "0x5", "5, 5", "٥", "Wed, 31 Feb 2026 00:00:00 GMT",
		"2026-01-15T09:42:00Z",
	} {
		checkRetryAfter(t, 429, "Retry-After: "+header, 0, 250*time.Millisecond)
	}
}

// A Retry-After longer than a minute ends the fetch; see WithMaxWait.
func TestRetry_longRetryAfter(t *testing.T) {
	const longest = time.Duration(1<<63-1) / time.Second * time.Second
	for header, want := range map[string]time.Duration{
		"61":                            61 * time.Second,
		"9223372036":                    longest,
		"9223372037":                    longest,
		"99999999999999999999":          longest,
		"Sun, 02 Jan 2000 00:00:00 GMT": 24 * time.Hour,
		"Fri, 31 Dec 9999 23:59:59 GMT": time.Duration(1<<63 - 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			err := apiError(429, flexflow.ErrRateLimited).of(t, always(429, "Retry-After: "+header).client(t))
			refused, took := err.(*flexflow.APIError), time.Since(start)
			if refused.RetryAfter != want || refused.Attempts != 1 || took != 0 {
				t.Errorf("Retry-After %q: want one attempt and %s, got %s in %v after %s",
					header, want, refused.RetryAfter, err, took)
			}
		})
	}
}

// A wait that would last until the deadline of the context, or longer, does not begin.
func TestRetry_deadline(t *testing.T) {
	const second = time.Second
	for _, row := range []struct {
		header   string
		deadline time.Duration
		attempts int
	}{
		{"Retry-After: 10", 5 * second, 1},
		{"Retry-After: 5", 5 * second, 1},
		{"Retry-After: 6", 5*second + 1, 1},
		{"None: 0", 1, 1}, // the back-off is longer
		{"Retry-After: 5", 13 * second, 3},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), row.deadline)
			defer cancel()
			start := time.Now()
			flow, err := always(503, row.header).client(t).FetchFlexFlow(ctx, flowSID)
			apiError(503, flexflow.ErrServer).check(t, flowSID, flow, err)
			wantTook := time.Duration(row.attempts-1) * 5 * second
			if took := time.Since(start); took != wantTook || attemptsOf(err) != row.attempts {
				t.Errorf("%s took %s, want %s: %v", row.header, took, wantTook, err)
			}
		})
	}
}

func TestRetry_cancelDuringWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("the user has left")) })
		flow, err := always(429, "Retry-After: 30").client(t).FetchFlexFlow(ctx, flowSID)
		const want = "flexflow: FetchFlexFlow " + flowSID +
			": request failed: context canceled: the user has left during a wait of 30s after HTTP 429, Retry-After"
		if flow != nil || err.Error() != want || errors.Is(err, flexflow.ErrRateLimited) {
			t.Errorf("message\n%s\nwant\n%s", err, want)
		}
	})
}

func TestRetry_contextEndsInLaterAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := &memoryServer{respond: func(r *http.Request, before int) (*http.Response, error) {
			if before == 0 {
				return newResponse(503, "", "Retry-After: 0"), nil
			}
			cancel()
			return nil, r.Context().Err()
		}}
		flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		transportError(context.Canceled).check(t, flowSID, flow, err)
		once := strings.Count(err.Error(), "context canceled") == 1
		if attemptsOf(err) != 2 || !strings.Contains(err.Error(), "after HTTP 503") || !once {
			t.Errorf("%v, want what ended the second attempt, once, and the status of the first", err)
		}
	})
}

// WithMaxWait bounds all waits of a fetch together.
func TestWithMaxWait(t *testing.T) {
	for _, status := range []int{429, 503} {
		for longest, attempts := range map[time.Duration]int{
			15 * time.Second: 4, 14 * time.Second: 3, 5 * time.Second: 2, 4 * time.Second: 1, 0: 1,
		} {
			synctest.Test(t, func(t *testing.T) {
				server := respondingTo(func(_ *http.Request, before int) *http.Response {
					return newResponse([]int{status, status, status, status, 404}[before], "", "Retry-After: 5")
				})
				_, err := fetch(t, server.client(t, flexflow.WithMaxWait(longest)))
				if refused := as[*flexflow.APIError](t, err); refused.StatusCode != status || refused.Attempts != attempts {
					t.Errorf("HTTP %d with %s: want %d attempts, got %v", status, longest, attempts, err)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) { // without Retry-After, a wait is cut to what is left
		start := time.Now()
		err := apiError(503, flexflow.ErrServer).of(t, always(503).client(t, flexflow.WithMaxWait(time.Millisecond)))
		if took := time.Since(start); took > time.Millisecond || attemptsOf(err) != 4 {
			t.Errorf("waited %s in all, want at most 1ms: %v", took, err)
		}
	})
}
