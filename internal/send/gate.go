package send

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Gate holds back all calls of a batch when one of them gets a 429. A nil Gate holds back none.
type Gate struct {
	mu    sync.Mutex
	until time.Time
	pause time.Duration // the last one; 0 after a success
}

const (
	firstPause   = 250 * time.Millisecond
	longestPause = 8 * time.Second
)

// hold holds back all calls after a 429, at least for retryAfter, and returns how long. A 429 to a request that was
// sent before the end of a pause does not make the next pause longer: only one that follows the pause says that it was
// too short.
func (g *Gate) hold(sent time.Time, retryAfter time.Duration) time.Duration {
	if g == nil {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := retryAfter
	if !sent.Before(g.until) {
		g.pause = min(max(2*g.pause, firstPause), longestPause)
		wait = max(wait, g.pause)
	}
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
	return wait
}

// succeed says that a request succeeded, so the next pause is short.
func (g *Gate) succeed() {
	if g != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pause = 0
	}
}

// pass waits until the gate is open or the context ends. After a pause, the calls pass one by one within the time of
// the pause, so that they do not all meet the same limit again.
func (g *Gate) pass(ctx context.Context) {
	for g != nil && ctx.Err() == nil {
		g.mu.Lock()
		wait, spread := time.Until(g.until), g.pause
		g.mu.Unlock()
		if wait <= 0 {
			return
		}
		sleep(ctx, wait+rand.N(spread+1))
	}
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
