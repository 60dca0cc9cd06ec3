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
	until time.Time     // no call passes before
	pause time.Duration // the last one; half of firstPause after a success
}

// Calls pass at random times in the second half of a pause, so that they do not all meet the same limit again.
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 8 * time.Second
)

// hold holds back all calls after a 429, for retryAfter or longer. If the request was sent after the last pause, that
// pause was too short, and the next one is twice as long; a request sent before its end shows nothing. hold returns how
// long the call with the 429 waits itself: a random part of the pause longer, if left allows that.
func (g *Gate) hold(sent time.Time, retryAfter, left time.Duration) time.Duration {
	if g == nil {
		return 0
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	wait := retryAfter
	if !sent.Before(g.until) {
		g.pause = min(max(2*g.pause, firstPause), longestPause)
		wait = max(wait, g.pause/2)
	}
	if until := time.Now().Add(wait); until.After(g.until) {
		g.until = until
	}
	return max(wait, min(wait+rand.N(g.pause/2), left))
}

// succeed makes the next pause as short as the first, because the API processed a request.
func (g *Gate) succeed() {
	if g != nil {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.pause = firstPause / 2
	}
}

// pass waits until the gate is open or the context ends.
func (g *Gate) pass(ctx context.Context) {
	for g != nil && ctx.Err() == nil {
		g.mu.Lock()
		wait, spread := time.Until(g.until), g.pause/2
		g.mu.Unlock()
		if wait <= 0 {
			return
		}
		sleep(ctx, wait+rand.N(spread))
	}
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
