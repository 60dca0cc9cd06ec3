package send

import (
	"context"
	"sync"
	"time"
)

// Gate pauses all calls of a batch when one of them gets a 429 with Retry-After. A nil Gate never pauses.
type Gate struct {
	mu    sync.Mutex
	until time.Time
}

// hold pauses all calls for d, or longer if they already pause longer.
func (g *Gate) hold(d time.Duration) {
	if g == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// pass waits until the gate is open or the context ends.
func (g *Gate) pass(ctx context.Context) {
	for g != nil && ctx.Err() == nil {
		g.mu.Lock()
		wait := time.Until(g.until)
		g.mu.Unlock()
		if wait <= 0 {
			return
		}
		sleep(ctx, wait)
	}
}

// sleep waits for d, or until the context ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
