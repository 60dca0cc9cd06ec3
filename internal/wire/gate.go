package wire

import (
	"context"
	"sync"
	"time"
)

// Gate pauses all calls of a batch when one of them gets a 429 with Retry-After.
type Gate struct {
	mu    sync.Mutex
	until time.Time
}

// close pauses all calls for d, or longer if they already pause longer. It returns how long.
func (g *Gate) close(d time.Duration) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
	return time.Until(g.until)
}

// pass waits until the gate is open or the context ends. A nil Gate is always open.
func (g *Gate) pass(ctx context.Context) {
	for g != nil {
		if wait := g.close(0); wait <= 0 || sleep(ctx, wait) != nil {
			return
		}
	}
}

// sleep waits for d, or returns the error of the context when that ends first.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
