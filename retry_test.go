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

// Most tests of this file run in a synctest bubble, where waits take no real time and are exact. There are no sockets
// in a bubble, so the server is a function.

func TestRetry_default(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		err := apiError(503, flexflow.ErrServer).of(t, server.client(t))
		if len(server.times) != 4 || attemptsOf(err) != 4 || !strings.Contains(err.Error(), "4 attempts") {
			t.Errorf("%d requests, want 4: %v", len(server.times), err)
		}
	})
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

func TestRetry_wordsOfTheResponse(t *testing.T) {
	t.Parallel()
	s := startRaw(t, hangUp("HTTP/1.1 503 X\r\nTransfer-Encoding: tls: x509: x\r\n\r\n"))
	_, err := fetch(t, newClient(t, s.URL, flexflow.WithRetries(1)))
	if got := attemptsOf(err); got != 2 {
		t.Errorf("%d attempts, want 2: %v", got, err)
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
			client := server.client(t, flexflow.WithRetries(10))
			_, err := fetch(t, client, flexflow.CaptureResponse(&response))
			if response.StatusCode != last.StatusCode || response.Attempts != 6 || err != nil && attemptsOf(err) != 6 {
				t.Errorf("%s: want status %d after 6 attempts, got %d after %d: %v",
					name, last.StatusCode, response.StatusCode, response.Attempts, err)
			}
		})
	}
}

func TestRetry_backOff(t *testing.T) {
	t.Parallel()
	longest := []time.Duration{
		250 * time.Millisecond, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second,
		8 * time.Second, 8 * time.Second, 8 * time.Second,
	}
	const retries = 8
	for name, refused := range map[string]func() *http.Response{
		"502":                     func() *http.Response { return newResponse(502, "") },
		"429":                     func() *http.Response { return newResponse(429, "") },
		"429 with Retry-After: 0": func() *http.Response { return newResponse(429, "", "Retry-After: 0") },
	} {
		synctest.Test(t, func(t *testing.T) {
			const fetches = 500
			waits := make([][]time.Duration, retries) // before each retry
			for range fetches {
				server := respondingTo(func(_ *http.Request, before int) *http.Response {
					if before < retries {
						return refused()
					}
					return newResponse(404, "")
				})
				fetch(t, server.client(t, flexflow.WithRetries(retries)))
				for i, wait := range server.waits() {
					waits[i] = append(waits[i], wait)
				}
			}
			for i, bound := range longest {
				least, most, mean := slices.Min(waits[i]), slices.Max(waits[i]), time.Duration(0)
				for _, wait := range waits[i] {
					mean += wait / fetches
				}
				if most > bound+time.Nanosecond || most < bound*9/10 || least > bound/10 ||
					mean < bound*4/10 || mean > bound*6/10 {
					t.Errorf("%s: wait %d is from %s to %s, on average %s; want it spread evenly from 0 to %s",
						name, i+1, least, most, mean, bound)
				}
			}
		})
	}
}

func TestRetry_retryAfter(t *testing.T) {
	in := func(ahead time.Duration, layout string) func() string {
		return func() string { return time.Now().Add(ahead).UTC().Format(layout) }
	}
	fixed := func(header string) func() string { return func() string { return header } }
	for name, row := range map[string]struct {
		header func() string
		wait   time.Duration
	}{
		"seconds":                   {fixed("7"), 7 * time.Second},
		"no seconds":                {fixed("0"), 0},
		"seconds with zeros before": {fixed("007"), 7 * time.Second},
		"the longest by default":    {fixed("60"), time.Minute},
		"the longest":               {fixed("600"), 10 * time.Minute},
		"a date":                    {in(90*time.Second, http.TimeFormat), 90 * time.Second},
		"a date of RFC 850":         {in(time.Minute, time.RFC850), time.Minute},
		"a date of C's asctime":     {in(time.Minute, time.ANSIC), time.Minute},
		"a past date":               {in(-90*time.Second, http.TimeFormat), 0},
		"the year 1":                {fixed("Mon, 01 Jan 0001 00:00:00 GMT"), 0},
	} {
		for _, status := range []int{408, 429, 503} {
			t.Run(fmt.Sprint(name, " with ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					header := "Retry-After: " + row.header()
					_, err := fetch(t, always(status, header).client(t, flexflow.WithRetries(0)))
					if got := as[*flexflow.APIError](t, err).RetryAfter; got != row.wait {
						t.Errorf("RetryAfter %s, want %s", got, row.wait)
					}
					server := respondingTo(func(_ *http.Request, before int) *http.Response {
						return newResponse([]int{status, 404}[before], "", header)
					})
					var opts []flexflow.Option
					if row.wait > time.Minute {
						opts = append(opts, flexflow.WithMaxWait(row.wait))
					}
					fetch(t, server.client(t, opts...))
					most := row.wait
					if status == 429 {
						most = max(most, 250*time.Millisecond) // the back-off
					}
					if waits := server.waits(); len(waits) != 1 || waits[0] < row.wait || waits[0] > most {
						t.Errorf("waited %s, want %s to %s", waits, row.wait, most)
					}
				})
			})
		}
	}
}

// A date in Retry-After is one of the server's clock, which may differ from ours.
func TestRetry_clockOfTheServer(t *testing.T) {
	at := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	for _, skew := range []time.Duration{-24 * time.Hour, -time.Hour, -time.Second, time.Second, time.Hour} {
		for _, ahead := range []time.Duration{-time.Minute, 0, 30 * time.Second} {
			synctest.Test(t, func(t *testing.T) {
				server := respondingTo(func(_ *http.Request, before int) *http.Response {
					status := []int{503, 404}[before]
					return newResponse(status, "", "Date: "+at(skew), "Retry-After: "+at(skew+ahead))
				})
				_, err := fetch(t, server.client(t))
				refused, want := as[*flexflow.APIError](t, err), max(0, ahead)
				if waits := server.waits(); len(waits) != 1 || waits[0] != want || refused.RetryAfter != want {
					t.Errorf("a clock %s ahead: waited %s, want %s: %v", skew, waits, want, err)
				}
			})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		err := apiError(404, flexflow.ErrNotFound).of(t,
			always(404, "Date: yesterday", "Retry-After: "+at(30*time.Second)).client(t))
		if refused := as[*flexflow.APIError](t, err); refused.RetryAfter != 30*time.Second {
			t.Errorf("with a malformed Date, RetryAfter is %s, want 30s", refused.RetryAfter)
		}
	})
}

func TestRetry_malformedRetryAfter(t *testing.T) {
	for _, header := range []string{
		"", "soon", "-5", "+5", "1.5", "600.5", "5s", "0x5", "5, 5", "٥", "Wed, 31 Feb 2026 00:00:00 GMT",
		"2026-01-15T09:42:00Z",
	} {
		synctest.Test(t, func(t *testing.T) {
			server := respondingTo(func(_ *http.Request, before int) *http.Response {
				return newResponse([]int{429, 404}[before], "", "Retry-After: "+header)
			})
			_, err := fetch(t, server.client(t))
			if waits := server.waits(); len(waits) != 1 || waits[0] > 250*time.Millisecond {
				t.Errorf("waited %s after Retry-After %q", waits, header)
			}
			if refused := as[*flexflow.APIError](t, err); refused.RetryAfter != 0 {
				t.Errorf("Retry-After %q is read as %s", header, refused.RetryAfter)
			}
		})
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
		"Sun, 02 Jan 2000 00:00:00 GMT": 24 * time.Hour, // on the clock of a bubble, which starts with 2000
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

func TestRetry_waitOutlastsDeadline(t *testing.T) {
	for header, deadline := range map[string]time.Duration{
		"Retry-After: 10": 5 * time.Second,
		"Retry-After: 5":  5 * time.Second,
		"Retry-After: 6":  5*time.Second + time.Nanosecond,
		"None: 0":         time.Nanosecond, // the back-off is longer
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			start := time.Now()
			flow, err := always(503, header).client(t).FetchFlexFlow(ctx, flowSID)
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
		ctx, cancel := context.WithCancelCause(t.Context())
		start, left := time.Now(), errors.New("the user has left")
		time.AfterFunc(time.Second, func() { cancel(left) })
		_, err := always(429, "Retry-After: 30").client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, err)
		if took := time.Since(start); took != time.Second {
			t.Errorf("came back after %s, want 1 s", took)
		}
		_, transport := err.(*flexflow.TransportError)
		if !transport || !errors.Is(err, context.Canceled) || !errors.Is(err, left) ||
			errors.Is(err, flexflow.ErrRateLimited) || attemptsOf(err) != 1 {
			t.Errorf("want a TransportError of one attempt that matches only the end of the context, got %v", err)
		}
		want := "flexflow: FetchFlexFlow " + flowSID +
			": request failed: context canceled: the user has left during a wait of 30s after HTTP 429, Retry-After"
		if err.Error() != want {
			t.Errorf("message\n%s\nwant\n%s", err, want)
		}
	})
}

func TestRetry_contextEndsInLaterAttempt(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := startRaw(t, send(whole(503, "", "Retry-After: 0")))
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		if s.Requests.Load() == 1 {
			cancel()
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	_, err := newClient(t, s.URL, over(transport)).FetchFlexFlow(ctx, flowSID)
	ended := as[*flexflow.TransportError](t, err)
	if !errors.Is(err, context.Canceled) || errors.Is(err, flexflow.ErrServer) || ended.Attempts != 2 ||
		!strings.Contains(err.Error(), "after HTTP 503") {
		t.Errorf("%v, want what ended the second attempt, and the status of the first in the message", err)
	}
}

func TestWithRetries(t *testing.T) {
	for _, retries := range []int{0, 1, 2, 7} {
		synctest.Test(t, func(t *testing.T) {
			server := always(500)
			_, err := fetch(t, server.client(t, flexflow.WithRetries(retries)))
			if len(server.times) != retries+1 || attemptsOf(err) != retries+1 {
				t.Errorf("%d requests with %d retries: %v", len(server.times), retries, err)
			}
		})
	}
}

// WithMaxWait bounds all waits of a fetch together.
func TestWithMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{429, 503} {
			for longest, attempts := range map[time.Duration]int{
				15 * time.Second: 4, 14 * time.Second: 3, 5 * time.Second: 2, 4 * time.Second: 1, 0: 1,
			} {
				server := always(status, "Retry-After: 5")
				if status == 429 {
					server = alwaysLimited("Retry-After: 5")
				}
				_, err := fetch(t, server.client(t, flexflow.WithMaxWait(longest)))
				refused := as[*flexflow.APIError](t, err)
				if len(server.times) != attempts || refused.StatusCode != status || refused.Attempts != attempts {
					t.Errorf("HTTP %d with %s: %d attempts, want %d: %v",
						status, longest, len(server.times), attempts, err)
				}
			}
		}
		for range 20 { // the wait without Retry-After is random
			server := always(503)
			fetch(t, server.client(t, flexflow.WithMaxWait(time.Millisecond)))
			if waited := sum(server.waits()); len(server.times) != 4 || waited > time.Millisecond {
				t.Errorf("%d attempts and waits of %s, want 4 and at most 1ms", len(server.times), waited)
			}
		}
	})
}

func sum(waits []time.Duration) (total time.Duration) {
	for _, wait := range waits {
		total += wait
	}
	return total
}
