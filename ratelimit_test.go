package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

// These tests run in a synctest bubble, where waits take no real time and are exact.

// Twilio does not process a request that gets a 429, so that does not use up a retry.
func TestRateLimit_usesNoRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := respondingTo(func(r *http.Request, before int) *http.Response {
			switch before {
			case 4:
				return newResponse(503, "")
			case 9:
				return requestedFlow(r)
			}
			return newResponse(429, "")
		})
		success.of(t, server.client(t, flexflow.WithRetries(1)))
		if n := len(server.times); n != 10 {
			t.Errorf("%d requests, want 10", n)
		}
	})
}

func TestRateLimit_withoutRetries(t *testing.T) {
	server := always(429, "Retry-After: 1")
	apiError(429, flexflow.ErrRateLimited).of(t, server.client(t, flexflow.WithRetries(0)))
	if len(server.times) != 1 {
		t.Errorf("%d requests, want 1", len(server.times))
	}
}

// alwaysLimited responds with 429, and with 404 to a fetch that would go on without end.
func alwaysLimited(header string) *memoryServer {
	return respondingTo(func(_ *http.Request, before int) *http.Response {
		if before == 5000 {
			return newResponse(404, "")
		}
		return newResponse(429, "", header)
	})
}

// A fetch that only gets 429 ends when another wait could exceed WithMaxWait, whose default is a minute.
func TestRateLimit_forEver(t *testing.T) {
	const longestWait = 8 * time.Second
	for _, most := range []time.Duration{time.Minute, time.Hour} {
		for _, header := range []string{"None: 0", "Retry-After: 0", "Retry-After: 1", "Retry-After: -1"} {
			synctest.Test(t, func(t *testing.T) {
				var opts []flexflow.Option
				if most == time.Hour {
					opts = append(opts, flexflow.WithMaxWait(most))
				}
				server, start := alwaysLimited(header), time.Now()
				err := apiError(429, flexflow.ErrRateLimited).of(t, server.client(t, opts...))
				if took := time.Since(start); took > most || took <= most-longestWait {
					t.Errorf("%s took %s, want about %s: %v", header, took, most, err)
				}
			})
		}
	}
}

func TestRateLimit_forEverWithDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		flow, err := alwaysLimited("None: 0").client(t).FetchFlexFlow(ctx, flowSID)
		apiError(429, flexflow.ErrRateLimited).check(t, flowSID, flow, err)
		if ctx.Err() != nil {
			t.Errorf("the fetch returned after the deadline: %v", err)
		}
	})
}

// limit is a server of 4 requests a second that refuses the others.
type limit struct {
	fixed   bool // windows of a second, instead of a token bucket
	header  string
	latency time.Duration // of each direction

	mu     sync.Mutex
	tokens float64
	last   time.Time
}

func (l *limit) RoundTrip(r *http.Request) (*http.Response, error) {
	defer time.Sleep(l.latency)
	time.Sleep(l.latency)
	if l.allow(time.Now()) {
		return requestedFlow(r), nil
	}
	return newResponse(429, "", l.header), nil
}

func (l *limit) allow(now time.Time) bool {
	const most = 4
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.last.IsZero() || l.fixed && !now.Truncate(time.Second).Equal(l.last.Truncate(time.Second)) {
		l.tokens = most
	} else if !l.fixed {
		l.tokens = min(most, l.tokens+most*now.Sub(l.last).Seconds())
	}
	l.last = now
	if l.tokens < 1 {
		return false
	}
	l.tokens--
	return true
}

// A batch of more SIDs than the API allows in a second fetches them all, with the default options.
func TestFetchFlexFlows_rateLimit(t *testing.T) {
	t.Parallel()
	for _, fixed := range []bool{false, true} {
		for _, header := range []string{"None: 0", "Retry-After: 0", "Retry-After: 1"} {
			for _, concurrency := range []int{8, 64} {
				for _, latency := range []time.Duration{0, 100 * time.Millisecond} {
					name := fmt.Sprint("fixed windows ", fixed, ", ", header, ", ", concurrency, " at a time, ", latency)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						synctest.Test(t, func(t *testing.T) {
							server := &limit{fixed: fixed, header: header, latency: latency}
							time.Sleep(700 * time.Millisecond) // so that it begins in the middle of a window
							fetchAll(t, newClient(t, exampleURL, over(server)), 80, concurrency)
						})
					})
				}
			}
		}
	}
}

// timesOf returns when the requests for the SID i were sent, since start.
type timesOf map[int][]time.Duration

// recording returns a server that records when requests were sent, and responds a millisecond later.
func recording(respond func(r *http.Request, sid, before int) *http.Response) (*memoryServer, timesOf) {
	start, times, mu := time.Now(), timesOf{}, new(sync.Mutex)
	return respondingTo(func(r *http.Request, _ int) *http.Response {
		sid := 0
		for !asksFor(r, sid) {
			sid++
		}
		mu.Lock()
		before := len(times[sid])
		times[sid] = append(times[sid], time.Since(start))
		mu.Unlock()
		time.Sleep(time.Millisecond)
		return respond(r, sid, before)
	}), times
}

// After a 429, nothing is sent before the pause ends, also when other fetches succeed meanwhile. Then the fetches start
// again at different moments.
func TestFetchFlexFlows_rateLimitHoldsAll(t *testing.T) {
	const concurrency = 16
	for _, row := range []struct {
		refused int
		header  string
		pause   time.Duration
	}{
		{concurrency, "Retry-After: 2", 2 * time.Second},
		{concurrency / 2, "Retry-After: 2", 2 * time.Second},
		{1, "None: 0", 125 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			server, sent := recording(func(r *http.Request, sid, before int) *http.Response {
				if sid < row.refused && before == 0 {
					return newResponse(429, "", row.header)
				}
				time.Sleep(time.Millisecond) // so that it succeeds during the pause
				return requestedFlow(r)
			})
			fetchAll(t, server.client(t), 2*concurrency, concurrency)
			var times []time.Duration
			for _, ofSID := range sent {
				times = append(times, ofSID...)
			}
			slices.Sort(times)
			restarts := times[concurrency:]
			if restarts[0] < row.pause || restarts[concurrency/2] > row.pause+251*time.Millisecond {
				t.Errorf("%+v: the next requests are at %v", row, restarts)
			}
			if different := len(slices.Compact(restarts)); different < concurrency {
				t.Errorf("%+v: the next requests are at %d moments: %v", row, different, restarts)
			}
		})
	}
}

// A pause counts for the fetch whose 429 caused it, and not for the others.
func TestFetchFlexFlows_pauseOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, sent := recording(func(r *http.Request, sid, before int) *http.Response {
			switch {
			case sid == 0 && before == 0:
				return newResponse(429, "", "Retry-After: 0")
			case sid == 0 && before == 1:
				return newResponse(429, "", "Retry-After: 9")
			case sid > 0 && before == 0:
				time.Sleep(time.Duration(sid-1) * 7 * time.Second)
				return newResponse(429, "", "Retry-After: 8")
			case sid == 5:
				return newResponse(429, "", "Retry-After: 8") // its waits would be 16 s
			}
			return requestedFlow(r)
		})
		client := server.client(t, flexflow.WithMaxWait(10*time.Second), flexflow.WithTimeout(time.Minute))
		fetchAllExcept(t, 5, apiError(429, flexflow.ErrRateLimited), client, 6, 6)
		const lastPause = 4*7*time.Second + 8*time.Second
		if at := sent[0]; len(at) != 3 || at[1] < lastPause || at[2] < at[1]+9*time.Second {
			t.Errorf("the first flow was requested at %s, want again after all pauses", at)
		}
	})
}

// A Retry-After that is longer than the fetch may wait ends that fetch, and does not pause the batch.
func TestFetchFlexFlows_longRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		server := respondingTo(func(r *http.Request, _ int) *http.Response {
			if asksFor(r, 0) {
				return newResponse(429, "", "Retry-After: 61")
			}
			time.Sleep(time.Second)
			return requestedFlow(r)
		})
		fetchAllExcept(t, 0, apiError(429, flexflow.ErrRateLimited), server.client(t), 5, 2)
		if took := time.Since(start); took != 2*time.Second {
			t.Errorf("the batch took %s, want 2s: four flows, two at a time", took)
		}
	})
}

// A shorter Retry-After does not end a longer pause.
func TestFetchFlexFlows_shorterRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, sent := recording(func(r *http.Request, sid, before int) *http.Response {
			if sid < 2 && before == 0 {
				time.Sleep(time.Duration(sid) * time.Second)
				return newResponse(429, "", []string{"Retry-After: 40", "Retry-After: 1"}[sid])
			}
			return requestedFlow(r)
		})
		fetchAll(t, server.client(t), 3, 2)
		if sent[0][1] < 40*time.Second || sent[1][1] < 40*time.Second || sent[2][0] < 40*time.Second {
			t.Errorf("sent at %v, want nothing more within 40 s", sent)
		}
	})
}

// A batch that only gets 429 ends too.
func TestFetchFlexFlows_rateLimitForEver(t *testing.T) {
	for _, concurrency := range []int{1, 8} {
		synctest.Test(t, func(t *testing.T) {
			start, failed := time.Now(), 0
			client := alwaysLimited("Retry-After: 0").client(t)
			for f := range client.FetchFlexFlows(t.Context(), sids(concurrency), concurrency) {
				if failed++; !errors.Is(f.Err, flexflow.ErrRateLimited) {
					t.Error(f.Err)
				}
			}
			if took := time.Since(start); failed != concurrency || concurrency == 1 && took > time.Minute {
				t.Errorf("%d of %d failed, after %s", failed, concurrency, took)
			}
		})
	}
}
