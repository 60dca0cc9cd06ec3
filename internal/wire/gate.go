package wire

import (
	"context"
	"sync"
	"time"
)

// Gate holds back the calls of a batch after one of them was told to wait.
type Gate struct {
	mu    sync.Mutex
	until time.Time
}

// close holds back all calls for d, or for longer where that was so already.
func (g *Gate) close(d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if until := time.Now().Add(d); until.After(g.until) {
		g.until = until
	}
}

// pass returns when the gate is open or the context ends. A nil Gate is always open.
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
