package flexflow

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync/atomic"

	"github.com/flexflow-go/flexflow/internal/future"
	"github.com/flexflow-go/flexflow/internal/send"
)

// Fetched is one result of [Client.FetchFlexFlows] or [Client.ListFlexFlows].
type Fetched struct {
	SID      string // as given, or that of the listed flow if valid; "" in a last result that matches [ErrIncomplete]
	Flow     *FlexFlow
	Response Response
	Err      error // as FetchFlexFlow returns it, or a last one that matches [ErrIncomplete]
}

// FetchFlexFlows fetches many flows, with up to concurrency (at least 1, at most 1000) concurrent fetches, and yields
// a result for each SID, in the order of the SIDs. While a fetch is slow, the results of later SIDs wait in memory: up
// to four times concurrency, then no other fetch starts. A 429 pauses the whole batch, unless its Retry-After would
// make the fetch wait longer than [WithMaxWait].
//
// When the loop breaks, FetchFlexFlows cancels the fetches in progress. When the context ends before the last SID has
// its own result, FetchFlexFlows yields the results of the fetches that it has started, and then a last one without a
// SID, whose error matches [ErrIncomplete] and that of the context. A loop that ends without such a result saw every
// SID. It reads sids in another goroutine, up to one SID further than it fetches. A panic of sids, or of a function
// that you gave to the Client, reaches the loop.
func (c *Client) FetchFlexFlows(ctx context.Context, sids iter.Seq[string], concurrency int) iter.Seq[Fetched] {
	concurrency = min(max(concurrency, 1), 1000)
	return func(yield func(Fetched) bool) {
		if ctx == nil || sids == nil {
			err := fmt.Errorf("%w: FetchFlexFlows needs a context and SIDs", ErrInvalidConfig)
			yield(Fetched{Err: &incompleteError{err}})
			return
		}
		caller := ctx
		ctx, cancel := context.WithCancel(caller)
		b := &batch{client: *c, slots: make(chan struct{}, concurrency), started: make(chan *fetching, 4*concurrency)}
		b.client.sender.Gate = new(send.Gate)
		defer b.drain()
		defer cancel()
		reading := future.Go(func() (all bool) { return b.start(ctx, sids) })
		f, ended := b.next(ctx)
		for ; f != nil; f, ended = b.next(ctx) {
			if !yield(f.Wait()) {
				return
			}
		}
		if b.cut.Load() || !ended || !reading.Wait() { // start has ended: Wait repeats a panic of sids
			err := fmt.Errorf("the context ended before the last SID had its own result: %w", send.EndOf(caller))
			yield(Fetched{Err: &incompleteError{err}})
		}
	}
}

type fetching = future.Future[Fetched]

// batch is one loop over FetchFlexFlows.
type batch struct {
	client  Client
	slots   chan struct{}  // one for each fetch in progress
	started chan *fetching // in the order of the SIDs; closed after the last
	cut     atomic.Bool    // whether the end of the context made a fetch fail
}

// start starts a fetch for each SID, until the context ends. It reports whether it started all.
func (b *batch) start(ctx context.Context, sids iter.Seq[string]) (all bool) {
	defer close(b.started)
	for sid := range sids {
		if ctx.Err() != nil {
			return false
		}
		select {
		case b.slots <- struct{}{}:
		case <-ctx.Done():
			return false
		}
		b.started <- future.Go(func() Fetched {
			defer func() { <-b.slots }()
			f := Fetched{SID: sid}
			f.Flow, f.Err = b.client.FetchFlexFlow(ctx, sid, CaptureResponse(&f.Response))
			if ctx.Err() != nil && errors.Is(f.Err, ctx.Err()) {
				b.cut.Store(true)
			}
			return f
		})
	}
	return true
}

// next returns the next fetch, or nil after the last, and then whether start has ended. When the context has ended, it
// returns only fetches that have started, and does not wait for start, because sids may block.
func (b *batch) next(ctx context.Context) (f *fetching, ended bool) {
	select {
	case f, more := <-b.started:
		return f, !more
	case <-ctx.Done():
	}
	select {
	case f, more := <-b.started:
		return f, !more
	default:
		return nil, false
	}
}

// drain waits for the fetches in progress. Then it empties the channel, because start may wait to send its last fetch.
func (b *batch) drain() {
	for range cap(b.slots) {
		b.slots <- struct{}{}
	}
	for len(b.started) > 0 {
		<-b.started
	}
}
