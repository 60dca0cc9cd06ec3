package wire

import (
	"context"
	"sync"
	"time"
)

// Gate makes all calls of a batch wait when one of them gets a Retry-After.
type Gate struct {
	mu    sync.Mutex
	until time.Time
}

// close makes all calls wait for d, or longer if they already do.
func (g *Gate) close(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// pass waits until the gate is open or the context ends. A nil Gate is always open.
func (g *Gate) pass(ctx context.Context) {
	for g != nil {
		g.mu.Lock()
		wait := time.Until(g.until)
		g.mu.Unlock()
		if wait <= 0 {
			return
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return
		}
	}
}
