package flexflow_test

import (
	"fmt"
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

// allFaults are those of the fault matrix that a server has once it listens.
func allFaults() []fault {
	faults := slices.Concat(connectionsThatFail(), answersThatAreNotHTTP(), slowServers(), answersWithoutEnd(), answersWithStatus200())
	for _, row := range refusals {
		for _, given := range errorBodies {
			answer := send(whole(row.status, given.body, "Content-Type: "+given.contentType))
			faults = append(faults, fault{name: fmt.Sprint(row.status, " with ", given.name), answer: answer, want: refusal(row.status, row.sentinel), attempts: row.attempts})
		}
	}
	return slices.DeleteFunc(faults, func(f fault) bool { return f.answer == nil || f.want == theFlow })
}

// TestSoak fetches many flows at once from a server that meets one in ten of them with a fault, once, and restarts
// half-way.
func TestSoak(t *testing.T) {
	for name, soak := range map[string]soak{
		"without retries": {fetches: 1_000, retries: 0},
		"with retries":    {fetches: 10_000, retries: 8},
	} {
		t.Run(name, soak.run)
	}
}

type soak struct{ fetches, retries int }

func (k soak) run(t *testing.T) {
	const goroutines = 64
	faults := allFaults()
	sidOf := func(i int) string { return fmt.Sprintf("FO%032x", i) }
	faultOf := func(i int) *fault {
		if i%10 != 0 {
			return nil
		}
		return &faults[i/10%len(faults)]
	}

	var met sync.Map // the SIDs that had their fault
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		i, err := strconv.ParseInt(path.Base(r.URL.Path)[2:], 16, 64)
		if err != nil {
			t.Errorf("asked for %s", r.URL)
		}
		if _, again := met.LoadOrStore(i, true); !again {
			if f := faultOf(int(i)); f != nil {
				return f.answer(conn, r)
			}
		}
		return rightFlow(conn, r)
	})
	const enough = 256 << 10 // for all answers but those that are too large
	client := newClient(t, s.URL, flexflow.WithRetries(k.retries), flexflow.WithTimeout(patience), flexflow.WithMaxResponseBytes(enough))

	var next, ended, interrupted atomic.Int64
	var fetching sync.WaitGroup
	for range goroutines {
		fetching.Go(func() {
			for i := int(next.Add(1)) - 1; i < k.fetches; i = int(next.Add(1)) - 1 {
				if i == k.fetches/2 {
					s.restart(t)
				}
				flow, err := client.FetchFlexFlow(t.Context(), sidOf(i))
				want := theFlow
				if f := faultOf(i); f != nil && (f.attempts == 1 || k.retries == 0) {
					want = f.want
				}
				mismatch := want.compare(sidOf(i), flow, err)
				_, cut := err.(*flexflow.TransportError)
				switch {
				case mismatch == nil:
					ended.Add(1)
				case theFlow.compare(sidOf(i), flow, err) == nil, k.retries == 0 && cut && owed(sidOf(i), err) == nil:
					interrupted.Add(1) // the connection was broken before the fault was seen, or the flow
				default:
					t.Errorf("fetch %d: %v", i, mismatch)
				}
			}
		})
	}
	fetching.Wait()
	if n := ended.Load(); n < int64(k.fetches)/2 {
		t.Errorf("%d fetches of %d ended as they have to, and the restart interrupted %d", n, k.fetches, interrupted.Load())
	}

	client.CloseIdleConnections()
	if n := s.drained(); n != 0 {
		t.Errorf("%d connections are still open", n)
	}
}

func TestOneClientServesAThousandGoroutines(t *testing.T) {
	s := startRaw(t, rightFlow)
	client := newClient(t, s.URL)
	start := make(chan struct{})
	var fetching sync.WaitGroup
	for i := range 1000 {
		fetching.Go(func() {
			<-start
			for j := range 2 {
				sid := fmt.Sprintf("FO%032x", 2*i+j)
				flow, err := client.FetchFlexFlow(t.Context(), sid)
				if mismatch := theFlow.compare(sid, flow, err); mismatch != nil {
					t.Error(mismatch)
				}
			}
		})
	}
	close(start)
	fetching.Wait()
	client.CloseIdleConnections()
	if n := s.drained(); n != 0 {
		t.Errorf("%d connections are still open", n)
	}
}
