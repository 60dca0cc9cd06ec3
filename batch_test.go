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
	i := 0
	for f := range client.FetchFlexFlows(t.Context(), sids(n), concurrency) {
		success.check(t, sidOf(i), f.Flow, f.Err)
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
			return send(whole(404, "", "Twilio-Request-Id: RQ3"))(conn, r)
		}
		return replyFlow(conn, r)
	})
	client := newClient(t, s.URL)
	for _, concurrency := range []int{-1, 0, 1, 7, 100} {
		t.Run(fmt.Sprint(concurrency, " at a time"), func(t *testing.T) {
			t.Parallel()
			i := 0
			for f := range client.FetchFlexFlows(t.Context(), sids(40), concurrency) {
				want, status := success, 200
				if i == 3 {
					want, status = apiError(404, flexflow.ErrNotFound), 404
				}
				want.check(t, sidOf(i), f.Flow, f.Err)
				if f.SID != sidOf(i) || f.Response.StatusCode != status || f.Response.Attempts != 1 {
					t.Errorf("result %d is %+v", i, f)
				}
				i++
			}
			if i != 40 {
				t.Errorf("%d results, want 40", i)
			}
		})
	}
	t.Run("an invalid SID", func(t *testing.T) {
		want := []error{flexflow.ErrInvalidSID, nil, flexflow.ErrInvalidSID}
		for f := range client.FetchFlexFlows(t.Context(), slices.Values([]string{"FO", sidOf(0), ""}), 2) {
			if len(want) == 0 || !errors.Is(f.Err, want[0]) {
				t.Fatalf("%q: error %v, want %v", f.SID, f.Err, want)
			}
			want = want[1:]
		}
		if len(want) > 0 {
			t.Errorf("%d results are missing", len(want))
		}
	})
	t.Run("no SID", func(t *testing.T) {
		for _, concurrency := range []int{2, math.MaxInt} {
			for f := range client.FetchFlexFlows(t.Context(), sids(0), concurrency) {
				t.Errorf("got %+v", f)
			}
		}
	})
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

func TestFetchFlexFlows_bounded(t *testing.T) {
	for concurrency, bound := range map[int]int64{10: 10, math.MaxInt: 1000} {
		synctest.Test(t, func(t *testing.T) {
			var server crowd
			var asked atomic.Int64
			counted := func(yield func(string) bool) {
				sids(2000)(func(sid string) bool {
					asked.Add(1)
					return yield(sid)
				})
			}
			done := int64(0)
			for f := range server.client(t).FetchFlexFlows(t.Context(), counted, concurrency) {
				done++
				if f.Err != nil {
					t.Fatal(f.Err)
				}
				if ahead := asked.Load() - done; ahead > 5*bound+2 {
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

func TestFetchFlexFlows_contextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server crowd
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		results := slices.Collect(server.client(t).FetchFlexFlows(ctx, sids(1000), 10))
		last := len(results) - 1
		checkIncomplete(t, results[last], context.DeadlineExceeded)
		fetched := 0
		for i, f := range results[:last] {
			if f.SID != sidOf(i) || errors.Is(f.Err, flexflow.ErrIncomplete) {
				t.Errorf("result %d is of %s: %v", i, f.SID, f.Err)
			}
			if f.Err == nil {
				fetched++
			} else if !errors.Is(f.Err, context.DeadlineExceeded) {
				t.Error(f.Err)
			}
		}
		if ended := last - fetched; fetched != 20 || ended < 10 || ended > 60 || server.now.Load() != 0 {
			t.Errorf("%d fetched and %d ended, %d in progress", fetched, ended, server.now.Load())
		}
	})
}

// When the context ends after the last SID has its own result, nothing is missing.
func TestFetchFlexFlows_contextEndsAfterwards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var server crowd
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		fetched := 0
		for f := range server.client(t).FetchFlexFlows(ctx, sids(5), 2) {
			success.check(t, sidOf(fetched), f.Flow, f.Err)
			if fetched++; fetched == 5 {
				synctest.Wait() // until all SIDs are read
				cancel()
			}
		}
		if fetched != 5 {
			t.Errorf("%d results, want 5", fetched)
		}
	})
}

// While one fetch waits for its Retry-After, none of the others is sent.
func TestFetchFlexFlows_retryAfterHoldsAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		server := respondingTo(func(r *http.Request, before int) *http.Response {
			switch before {
			case 1:
				return newResponse(503, "") // the retry follows within a quarter of a second
			case 3:
				return newResponse(429, "", "Retry-After: 60")
			}
			time.Sleep(time.Second)
			return requestedFlow(r)
		})
		fetchAll(t, server.client(t), 20, 4)
		if n := len(server.times); n != 22 {
			t.Errorf("%d requests, want 22", n)
		}
		for i, sent := range server.times {
			if at := sent.Sub(start); at > 0 && at < time.Minute {
				t.Errorf("request %d was sent after %s, within the minute that the API asked for", i+1, at)
			}
		}
	})
}

// The Retry-After of one fetch delays its retry, also over sockets.
func TestFetchFlexFlows_retryAfterOverSockets(t *testing.T) {
	t.Parallel()
	var refused atomic.Pointer[time.Time]
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		now := time.Now()
		if asksFor(r, 0) && refused.CompareAndSwap(nil, &now) {
			return send(whole(429, "", "Retry-After: 1"))(conn, r)
		}
		if asksFor(r, 0) && now.Sub(*refused.Load()) < time.Second {
			t.Errorf("tried again after %s, want a second", now.Sub(*refused.Load()))
		}
		return replyFlow(conn, r)
	})
	fetchAll(t, newClient(t, s.URL), 12, 2)
	if n := s.Requests.Load(); n != 13 {
		t.Errorf("%d requests, want 13", n)
	}
}

// A wait that another SID's Retry-After makes longer ends like any other wait.
func TestFetchFlexFlows_contextEndsInLongerWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		server := respondingTo(func(r *http.Request, _ int) *http.Response {
			if asksFor(r, 0) {
				synctest.Wait() // until the other request is sent, because this response pauses the batch
				return newResponse(429, "", "Retry-After: 1", "Twilio-Request-Id: RQ0")
			}
			time.Sleep(500 * time.Millisecond)
			return newResponse(429, "", "Retry-After: 5", "Twilio-Request-Id: RQ1")
		})
		time.AfterFunc(2500*time.Millisecond, cancel)
		requests := map[string]string{sidOf(0): "RQ0", sidOf(1): "RQ1"}
		results := slices.Collect(server.client(t).FetchFlexFlows(ctx, sids(2), 2))
		if len(results) != 3 {
			t.Fatalf("%d results, want 3: %v", len(results), results)
		}
		checkIncomplete(t, results[2], context.Canceled)
		for _, f := range results[:2] {
			failed, want := as[*flexflow.TransportError](t, f.Err), requests[f.SID]
			if failed.RequestID != want || f.Response.RequestID != want ||
				!strings.Contains(f.Err.Error(), "canceled during a wait of ") {
				t.Errorf("%s: response %+v, error %v", f.SID, f.Response, f.Err)
			}
		}
	})
}

func TestFetchFlexFlows_contextEndsWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		server := respondingTo(func(_ *http.Request, before int) *http.Response {
			if before == 0 {
				return newResponse(503, "") // the retry follows within a quarter of a second
			}
			return newResponse(429, "", "Retry-After: 60")
		})
		results := slices.Collect(server.client(t).FetchFlexFlows(ctx, sids(2), 2))
		if len(results) != 3 {
			t.Fatalf("%d results, want 3: %v", len(results), results)
		}
		checkIncomplete(t, results[2], context.DeadlineExceeded)
		for _, f := range results[:2] {
			if f.Err == nil || f.Response.Attempts != 1 {
				t.Errorf("%d attempts, error %v", f.Response.Attempts, f.Err)
			}
		}
		if n := len(server.times); n != 2 {
			t.Errorf("%d requests, want none when the context has ended", n)
		}
	})
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
		var server crowd
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		release := make(chan struct{})
		blocking := func(yield func(string) bool) {
			if yield(sidOf(0)) {
				<-release
			}
		}
		start := time.Now()
		results := slices.Collect(server.client(t).FetchFlexFlows(ctx, blocking, 2))
		if took := time.Since(start); len(results) != 2 || took != 10*time.Second {
			t.Fatalf("%d results after %s, want 2 after 10s: %v", len(results), took, results)
		}
		success.check(t, sidOf(0), results[0].Flow, results[0].Err)
		checkIncomplete(t, results[1], context.DeadlineExceeded)
		close(release)
	})
}

// At most one SID more than the fetched ones is read after the loop or the context has ended.
func TestFetchFlexFlows_noSIDAfterTheEnd(t *testing.T) {
	t.Parallel()
	client := responding(200, "{}").client(t)
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var over atomic.Bool
		var after atomic.Int64
		endless := func(yield func(string) bool) {
			for i := 0; yield(sidOf(i)); i++ {
				if over.Load() {
					after.Add(1)
				}
			}
		}
		for range client.FetchFlexFlows(ctx, endless, 2) {
			cancel()
			over.Store(true)
		}
		if after.Load() > 1 {
			t.Fatalf("%d SIDs were read after the end", after.Load())
		}
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

// A batch whose context ended before each SID had its own result says so in a last result.
func TestFetchFlexFlows_incomplete(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after         int           // the number of results after which the loop cancels; 0 for before it
		pause         time.Duration // after the first result
		hang, sids    int           // the SIDs from the number hang on take longer than anything else
		results, ends int           // with the SID of each, and those among them that the end of a context ended
		cause         error         // of the last result; nil for none
	}{
		"canceled before":                 {sids: 5, hang: 5, cause: context.Canceled},
		"canceled while SIDs are left":    {after: 1, sids: 99, hang: 9, results: 10, ends: 1, cause: context.Canceled},
		"canceled during the last fetch":  {after: 4, sids: 5, hang: 4, results: 5, ends: 1, cause: context.Canceled},
		"a deadline during the last ones": {after: 9, sids: 5, hang: 3, results: 5, ends: 2, cause: context.DeadlineExceeded},
		"canceled after the last result":  {after: 5, sids: 5, hang: 5, results: 5},
		"an attempt's own timeout, and then a deadline": {
			after: 9, pause: time.Hour, sids: 3, hang: 2, results: 3, ends: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second+test.pause/2)
				defer cancel()
				client := newClient(t, "https://flex.example.com", flexflow.WithRetries(0),
					flexflow.WithHTTPClient(&http.Client{Transport: roundTripper(
						func(r *http.Request) (*http.Response, error) {
							if sid := path.Base(r.URL.Path); sid < sidOf(test.hang) {
								return newResponse(200, `{"sid":"`+sid+`"}`), nil
							}
							<-r.Context().Done()
							return nil, r.Context().Err()
						},
					)}))
				sids := func(yield func(string) bool) {
					for i := 0; i < test.sids && yield(sidOf(i)); i++ {
					}
				}
				if test.after == 0 {
					cancel()
				}
				n, ends := 0, 0
				var last error
				for f := range client.FetchFlexFlows(ctx, sids, 2) {
					if last != nil || f.SID != "" && f.SID != sidOf(n) {
						t.Errorf("result %d is %+v after %v", n, f, last)
					}
					if f.SID == "" {
						last = f.Err
						continue
					}
					if f.Err != nil {
						ends++
					}
					if n++; n == 1 {
						time.Sleep(test.pause)
					}
					if n == test.after {
						synctest.Wait() // until all is read and sent that can be
						cancel()
					}
				}
				if n != test.results || ends != test.ends || (last != nil) != (test.cause != nil) {
					t.Errorf("%d results, of which %d ended, and then %v", n, ends, last)
				}
				if test.cause == nil || last == nil {
					return
				}
				checkEnd(t, flexflow.Fetched{Err: last}, flexflow.ErrIncomplete, test.cause)
				if text := last.Error(); !strings.HasPrefix(text, "flexflow: incomplete: ") || !isOneLine(text) {
					t.Errorf("the message is %q", text)
				}
			})
		})
	}
}

// Whenever the context ends, each SID has a result, or there is a last one.
func TestFetchFlexFlows_incompleteAtAnyTime(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: roundTripper(
		func(r *http.Request) (*http.Response, error) {
			return newResponse(200, `{"sid":"`+path.Base(r.URL.Path)+`"}`), nil
		},
	)}))
	delay := 0 // before the end of the context, so long that it comes about when the second fetch starts
	for i := range 20_000 {
		ctx, cancel := context.WithCancel(t.Context())
		var reading, read atomic.Bool
		sids := func(yield func(string) bool) {
			defer read.Store(true)
			if yield(sidOf(0)) {
				reading.Store(true)
				yield(sidOf(1))
			}
		}
		var got []string
		for f := range client.FetchFlexFlows(patientContext{ctx, &read}, sids, 2) {
			got = append(got, f.SID)
			if f.SID == sidOf(0) {
				for !reading.Load() {
					runtime.Gosched()
				}
				for range delay {
					reading.Load()
				}
				cancel()
			}
		}
		cancel()
		if len(got) < 2 {
			t.Fatalf("loop %d: only %q", i, got)
		}
		if delay += 10; got[1] == sidOf(1) {
			delay = max(0, delay-20)
		}
	}
}

// patientContext reports its end when all SIDs are read.
type patientContext struct {
	context.Context
	read *atomic.Bool
}

func (c patientContext) Err() error {
	err := c.Context.Err()
	for err != nil && !c.read.Load() {
		runtime.Gosched()
	}
	return err
}
