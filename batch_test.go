package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"net"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

func sidOf(i int) string { return fmt.Sprintf("FO%032x", i) }

// sids returns the SIDs 0 to n-1.
func sids(n int) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := 0; i < n && yield(sidOf(i)); i++ {
		}
	}
}

// fetchAll fetches the SIDs 0 to n-1 and fails unless all flows come, in this order.
func fetchAll(t *testing.T, client *flexflow.Client, n, concurrency int) {
	t.Helper()
	fetchAllExcept(t, n, success, client, n, concurrency)
}

// fetchAllExcept is fetchAll, where one SID has another outcome.
func fetchAllExcept(t *testing.T, sid int, outcome outcome, client *flexflow.Client, n, concurrency int) {
	t.Helper()
	i := 0
	for f := range client.FetchFlexFlows(t.Context(), sids(n), concurrency) {
		want := success
		if i == sid {
			want = outcome
		}
		want.check(t, sidOf(i), f.Flow, f.Err)
		i++
	}
	if i != n {
		t.Errorf("%d results, want %d", i, n)
	}
}

// checkIncomplete fails unless the last result says that the batch ended early, and why.
func checkIncomplete(t *testing.T, last flexflow.Fetched, end error) {
	t.Helper()
	want := "flexflow: incomplete: the context ended before the last SID had its own result: " + end.Error()
	if !errors.Is(last.Err, flexflow.ErrIncomplete) || !errors.Is(last.Err, end) || last.Err.Error() != want {
		t.Errorf("the last error is %v, want %s", last.Err, want)
	}
	if last.SID != "" || last.Flow != nil || !reflect.DeepEqual(last.Response, flexflow.Response{}) {
		t.Errorf("the last result is %+v, want no more than the error", last)
	}
}

// asksFor reports whether a request is for the flow with the SID i.
func asksFor(r *http.Request, i int) bool { return path.Base(r.URL.Path) == sidOf(i) }

func TestFetchFlexFlows(t *testing.T) {
	t.Parallel()
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		if asksFor(r, 3) {
			return send(whole(404, ""))(conn, r)
		}
		return replyFlow(conn, r)
	})
	client := newClient(t, s.URL)
	for _, concurrency := range []int{-1, 1, 7, math.MaxInt} {
		given := append(slices.Collect(sids(40)), "FO")
		results := slices.Collect(client.FetchFlexFlows(t.Context(), slices.Values(given), concurrency))
		if len(results) != len(given) {
			t.Fatalf("%d results, want %d", len(results), len(given))
		}
		for i, f := range results {
			status, attempts := 200, 1
			switch i {
			case 3:
				status = 404
				apiError(404, flexflow.ErrNotFound).check(t, given[i], f.Flow, f.Err)
			case 40:
				status, attempts = 0, 0
				if !errors.Is(f.Err, flexflow.ErrInvalidSID) {
					t.Errorf("error %v, want ErrInvalidSID", f.Err)
				}
			default:
				success.check(t, given[i], f.Flow, f.Err)
			}
			if f.SID != given[i] || f.Response.StatusCode != status || f.Response.Attempts != attempts {
				t.Errorf("result %d is %+v", i, f)
			}
		}
		fetchAll(t, client, 0, concurrency)
	}
}

// crowd is a transport without a network that takes a second for each request, and another one for one that is
// canceled. It counts requests, those in progress, and the most in progress at the same time.
type crowd struct{ sent, now, most atomic.Int64 }

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	c.sent.Add(1)
	now := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); now > most && !c.most.CompareAndSwap(most, now); most = c.most.Load() {
	}
	select {
	case <-time.After(time.Second):
		return requestedFlow(r), nil
	case <-r.Context().Done():
		time.Sleep(time.Second)
		return nil, r.Context().Err()
	}
}

func (c *crowd) client(t *testing.T) *flexflow.Client { return newClient(t, exampleURL, over(c)) }

// counting yields the SIDs, and counts those that are read.
func counting(sids iter.Seq[string], read *atomic.Int64) iter.Seq[string] {
	return func(yield func(string) bool) {
		for sid := range sids {
			if read.Add(1); !yield(sid) {
				return
			}
		}
	}
}

func TestFetchFlexFlows_bounded(t *testing.T) {
	for concurrency, bound := range map[int]int64{10: 10, math.MaxInt: 1000} {
		synctest.Test(t, func(t *testing.T) {
			var server crowd
			var read atomic.Int64
			client := newClient(t, exampleURL, over(roundTripper(func(r *http.Request) (*http.Response, error) {
				if asksFor(r, 0) {
					defer time.Sleep(20 * time.Second) // so that the results of later SIDs wait
				}
				return server.RoundTrip(r)
			})))
			done := int64(0)
			for f := range client.FetchFlexFlows(t.Context(), counting(sids(2000), &read), concurrency) {
				done++
				if f.Err != nil {
					t.Fatal(f.Err)
				}
				if ahead := read.Load() - done; ahead > 5*bound+2 {
					t.Fatalf("%d SIDs were taken ahead of the loop", ahead)
				}
			}
			if most := server.most.Load(); most != bound {
				t.Errorf("%d requests at once, want %d", most, bound)
			}
		})
	}
}

// After a break, the fetches in progress are canceled, and the loop ends when all of them have.
func TestFetchFlexFlows_break(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server crowd
		start, fetched := time.Now(), 0
		for f := range server.client(t).FetchFlexFlows(t.Context(), sids(1000), 2) {
			success.check(t, sidOf(fetched), f.Flow, f.Err)
			if fetched++; fetched == 3 {
				synctest.Wait() // until the next requests are sent
				break
			}
		}
		if took := time.Since(start); took != 3*time.Second || server.now.Load() != 0 {
			t.Errorf("after %s, %d requests are in progress", took, server.now.Load())
		}
		if sent := server.sent.Load(); sent > 3+5*2+2 {
			t.Errorf("%d requests were sent for 3 results", sent)
		}
	})
}

// A wait that another SID's Retry-After makes longer ends with the context, like any other wait.
func TestFetchFlexFlows_contextEndsInLongerWait(t *testing.T) {
	for _, first := range []*http.Response{
		newResponse(429, "", "Retry-After: 1", "Twilio-Request-Id: RQ0"),
		newResponse(503, "", "Twilio-Request-Id: RQ0"), // the retry follows within a quarter of a second
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			firstEnds := make(chan struct{})
			endFirst := sync.OnceFunc(func() { close(firstEnds) })
			server := respondingTo(func(r *http.Request, _ int) *http.Response {
				if asksFor(r, 0) {
					synctest.Wait() // until the other request is sent, because this response may pause the batch
					endFirst()
					return first
				}
				<-firstEnds
				return newResponse(429, "", "Retry-After: 5", "Twilio-Request-Id: RQ1")
			})
			time.AfterFunc(2500*time.Millisecond, cancel)
			results := slices.Collect(server.client(t).FetchFlexFlows(ctx, sids(2), 2))
			if len(results) != 3 {
				t.Fatalf("%d results, want 3: %v", len(results), results)
			}
			checkIncomplete(t, results[2], context.Canceled)
			for i, f := range results[:2] {
				failed, want := as[*flexflow.TransportError](t, f.Err), fmt.Sprint("RQ", i)
				if failed.RequestID != want || f.Response.RequestID != want || failed.Attempts != 1 ||
					!strings.Contains(f.Err.Error(), "canceled during a wait of ") {
					t.Errorf("%s: response %+v, error %v", f.SID, f.Response, f.Err)
				}
			}
		})
	}
}

func TestFetchFlexFlows_slowFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		server := respondingTo(func(r *http.Request, _ int) *http.Response {
			if asksFor(r, 0) {
				time.Sleep(4 * time.Second)
			}
			time.Sleep(time.Second)
			return requestedFlow(r)
		})
		fetchAll(t, server.client(t), 6, 2)
		if took := time.Since(start); took != 5*time.Second {
			t.Errorf("took %s, want 5s: the fetches after a slow one must continue", took)
		}
	})
}

// When the context ends, FetchFlexFlows returns even if its SIDs block, as those from a pipe can.
func TestFetchFlexFlows_sidsThatBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		release := make(chan struct{})
		defer close(release)
		blocking := func(yield func(string) bool) {
			if yield(sidOf(0)) {
				<-release
			}
		}
		start := time.Now()
		results := slices.Collect(new(crowd).client(t).FetchFlexFlows(ctx, blocking, 2))
		if took := time.Since(start); len(results) != 2 || took != 10*time.Second {
			t.Fatalf("%d results after %s, want 2 after 10s: %v", len(results), took, results)
		}
		success.check(t, sidOf(0), results[0].Flow, results[0].Err)
		checkIncomplete(t, results[1], context.DeadlineExceeded)
	})
}

// At most one SID more than the fetched ones is read after the loop or the context has ended.
func TestFetchFlexFlows_noSIDAfterTheEnd(t *testing.T) {
	for i := range 50 { // because a select of the end or a free slot is random
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var read atomic.Int64
			before := int64(0)
			client := responding(200, "{}").client(t)
			for range client.FetchFlexFlows(ctx, counting(sids(1000), &read), 2) {
				synctest.Wait() // until no more is read
				if ctx.Err() != nil {
					continue
				}
				before = read.Load()
				if i%2 == 0 {
					break
				}
				cancel()
			}
			if after := read.Load() - before; after > 1 {
				t.Errorf("%d SIDs were read after the end", after)
			}
		})
	}
}

func TestFetchFlexFlows_misuse(t *testing.T) {
	t.Parallel()
	var none context.Context
	client := newClient(t, exampleURL)
	for name, results := range map[string]iter.Seq[flexflow.Fetched]{
		"no context":  client.FetchFlexFlows(none, sids(3), 2),
		"no SIDs":     client.FetchFlexFlows(t.Context(), nil, 2),
		"zero Client": new(flexflow.Client).FetchFlexFlows(t.Context(), sids(1), 2),
	} {
		count := 0
		for f := range results {
			count++
			incomplete := errors.Is(f.Err, flexflow.ErrIncomplete)
			if !errors.Is(f.Err, flexflow.ErrInvalidConfig) || incomplete != (f.SID == "") {
				t.Errorf("%s: error %v, want ErrInvalidConfig, and ErrIncomplete without a SID", name, f.Err)
			}
		}
		if count != 1 {
			t.Errorf("%s: %d results, want 1", name, count)
		}
	}
}

// A panic in a function of the caller reaches the loop, whose function can recover.
func TestFetchFlexFlows_panic(t *testing.T) {
	t.Parallel()
	panics := func(context.Context, *flexflow.ResponseError) { panic("of the handler") }
	client := responding(200, "[]").client(t, flexflow.WithViolationHandler(panics))
	for want, results := range map[string]iter.Seq[flexflow.Fetched]{
		"of the handler": client.FetchFlexFlows(t.Context(), sids(3), 2),
		"of the SIDs":    client.FetchFlexFlows(t.Context(), func(func(string) bool) { panic("of the SIDs") }, 2),
	} {
		func() {
			defer func() {
				if got := recover(); got != want {
					t.Errorf("recovered %v, want %s", got, want)
				}
			}()
			for range results {
				t.Errorf("%s: a result", want)
			}
		}()
	}
}

// A function of the caller may end its goroutine, as testing.T.Fatal does. The goroutine of the loop ends too.
func TestFetchFlexFlows_goexit(t *testing.T) {
	t.Parallel()
	exits := func(context.Context, *flexflow.ResponseError) { runtime.Goexit() }
	client := responding(200, "[]").client(t, flexflow.WithViolationHandler(exits))
	ended := make(chan bool)
	go func() {
		defer close(ended)
		for range client.FetchFlexFlows(t.Context(), sids(1), 1) {
		}
		ended <- true
	}()
	if <-ended {
		t.Error("the loop went on")
	}
}

// Whenever the context ends, each fetch that was sent has a result, and a last one says if not all SIDs have their own.
func TestFetchFlexFlows_contextEnds(t *testing.T) {
	for _, durations := range []struct{ reading, fetching, looping time.Duration }{
		{3 * time.Second, time.Second, 4 * time.Second}, // with free slots
		{0, 4 * time.Second, 0},                         // for which SIDs wait
	} {
		for end := time.Duration(0); end < 25*time.Second; end += time.Second / 2 {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), end)
				defer cancel()
				slow := func(yield func(string) bool) {
					for sid := range sids(5) {
						if time.Sleep(durations.reading); !yield(sid) {
							return
						}
					}
				}
				server := respondingTo(func(r *http.Request, _ int) *http.Response {
					time.Sleep(durations.fetching) // also when the context ends
					if asksFor(r, 4) {
						return newResponse(404, "")
					}
					return requestedFlow(r)
				})
				var results []flexflow.Fetched
				fetched := 0
				for f := range server.client(t).FetchFlexFlows(ctx, slow, 2) {
					if results = append(results, f); f.Err == nil || errors.Is(f.Err, flexflow.ErrNotFound) {
						fetched++
					}
					time.Sleep(durations.looping)
				}
				if len(results) == 0 {
					t.Fatalf("after %s: no result", end)
				}
				if last := len(results) - 1; fetched < 5 {
					checkIncomplete(t, results[last], context.DeadlineExceeded)
					results = results[:last]
				}
				for i, f := range results {
					late := errors.Is(f.Err, context.DeadlineExceeded)
					if f.SID != sidOf(i) || !late && (f.Err != nil) != (i == 4) {
						t.Errorf("after %s: result %d is %+v", end, i, f)
					}
				}
				if sent := len(server.times); len(results) < sent || len(results) > 5 {
					t.Errorf("after %s: %d results of %d requests", end, len(results), sent)
				}
				time.Sleep(durations.reading) // because another SID may be read after the end
			})
		}
	}
}

// An attempt's own timeout costs only its own result, also if the context ends afterwards.
func TestFetchFlexFlows_attemptTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		server := &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
			if asksFor(r, 2) {
				<-r.Context().Done()
			}
			return requestedFlow(r), r.Context().Err()
		}}
		i := 0
		for f := range server.client(t, flexflow.WithRetries(0)).FetchFlexFlows(ctx, sids(3), 2) {
			want := success
			if i == 2 {
				want = transportError(context.DeadlineExceeded)
			}
			want.check(t, sidOf(i), f.Flow, f.Err)
			i++
			time.Sleep(2 * time.Hour)
		}
		if i != 3 {
			t.Errorf("%d results, want 3", i)
		}
	})
}
