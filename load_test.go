package flexflow_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// soakFaults lists faults of a server. Those at the beginning are of one that does not respond in time.
func soakFaults() (faults []fault, slow int) {
	slow = len(slowServers())
	faults = slices.Concat(slowServers(), connectionsThatFail(), responsesThatAreNotHTTP(), responsesWithoutEnd(),
		responsesWithStatus200())
	for _, row := range refusals() {
		for _, given := range errorBodies {
			response := send(whole(row.status, given.body, "Content-Type: "+given.contentType))
			faults = append(faults, fault{given.name, response, apiError(row.status, row.sentinel), row.attempts, kept})
		}
	}
	return slices.DeleteFunc(faults, func(f fault) bool { return f.want == success }), slow
}

// TestSoak fetches many flows concurrently from a server that fails the first request for one in ten of them, and
// resets all connections halfway.
func TestSoak(t *testing.T) {
	t.Run("without retries", func(t *testing.T) { soak(t, 1_000, 0) })
	t.Run("with retries", func(t *testing.T) { soak(t, 10_000, 8) })
}

func soak(t *testing.T, fetches, retries int) {
	const goroutines = 64
	faults, slow := soakFaults()
	faultOf := func(i int) int { return i / 10 % len(faults) } // for one in ten
	var met sync.Map                                           // SIDs whose fault was injected
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		i, err := strconv.ParseInt(path.Base(r.URL.Path)[2:], 16, 64)
		if err != nil {
			t.Errorf("request for %s", r.URL)
		}
		if _, again := met.LoadOrStore(i, true); !again && i%10 == 0 {
			return faults[faultOf(int(i))].reply(conn, r)
		}
		return replyFlow(conn, r)
	})
	const enough = 256 << 10 // for all responses except those that are too large
	client := newClient(t, s.URL, flexflow.WithRetries(retries), flexflow.WithMaxResponseBytes(enough), patient)
	hurried, err := client.With(flexflow.WithTimeout(shortTimeout))
	if err != nil {
		t.Fatal(err)
	}

	var resets atomic.Int64 // 1 while the connections are reset, and 2 afterwards
	check := func(i int) error {
		begun, by := resets.Load(), client
		expected := []outcome{success}
		if f := faults[faultOf(i)]; i%10 == 0 {
			switch {
			case faultOf(i) < slow:
				by, expected = hurried, append(expected, f.want)
			case f.attempts == once:
				expected = []outcome{f.want}
			case retries == 0:
				expected = append(expected, f.want) // net/http retries once if there is no response at all
			}
		}
		flow, err := by.FetchFlexFlow(t.Context(), sidOf(i))
		if by == hurried && errors.Is(err, context.DeadlineExceeded) {
			return verifyError(sidOf(i), err) // on a busy machine, the next response may come too late as well
		}
		if begun < 2 && resets.Load() > 0 { // the reset may have broken its connection
			expected = append(expected, success)
			if retries == 0 {
				expected = append(expected, transportError(nil))
			}
		}
		var mismatch error
		for _, want := range expected {
			if mismatch = want.compare(sidOf(i), flow, err); mismatch == nil {
				return nil
			}
		}
		return mismatch
	}
	var next atomic.Int64
	var fetching sync.WaitGroup
	for range goroutines {
		fetching.Go(func() {
			for i := int(next.Add(1)) - 1; i < fetches; i = int(next.Add(1)) - 1 {
				if i == fetches/2 {
					resets.Add(1)
					s.Reset()
					resets.Add(1)
				}
				if err := check(i); err != nil {
					t.Errorf("fetch %d: %v", i, err)
				}
			}
		})
	}
	fetching.Wait()
	client.CloseIdleConnections()
	s.Drain()
}
