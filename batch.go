package flexflow

import (
	"context"
	"fmt"
	"iter"

	"github.com/flexflow-go/flexflow/internal/future"
	"github.com/flexflow-go/flexflow/internal/send"
)

// Fetched is the result of one fetch of [Client.FetchFlexFlows].
type Fetched struct {
	SID      string // as given
	Flow     *FlexFlow
	Response Response
	Err      error // as FetchFlexFlow returns it
}

// FetchFlexFlows fetches many flows, up to concurrency (1 to 1000) at the same time, and yields a result for each SID,
// in the order of the SIDs. It buffers up to four times concurrency results while an earlier fetch is slow. A 429 with
// Retry-After pauses the whole batch, unless Retry-After is longer than [WithMaxWait].
//
// When the loop breaks, FetchFlexFlows cancels the fetches in progress. When the context ends, it yields the results
// of the fetches that it has started, and none for the other SIDs. It reads sids in another goroutine, up to one SID
// further than it fetches. A panic of sids, or of a function that you gave to the Client, reaches the loop.
func (c *Client) FetchFlexFlows(ctx context.Context, sids iter.Seq[string], concurrency int) iter.Seq[Fetched] {
	concurrency = min(max(concurrency, 1), 1000)
	return func(yield func(Fetched) bool) {
		if ctx == nil || sids == nil {
			yield(Fetched{Err: fmt.Errorf("%w: FetchFlexFlows needs a context and SIDs", ErrInvalidConfig)})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		b := &batch{client: *c, slots: make(chan struct{}, concurrency), started: make(chan *fetching, 4*concurrency)}
		b.client.sender.Gate = new(send.Gate)
		defer b.drain()
		defer cancel()
		reading := future.Go(func() (none struct{}) {
			b.start(ctx, sids)
			return none
		})
		for f := b.next(ctx); f != nil; f = b.next(ctx) {
			if !yield(f.Wait()) {
				return
			}
		}
		select {
		case <-reading.Done:
			reading.Wait() // sids may have panicked
		default: // the context has ended, and sids may block
		}
	}
}

type fetching = future.Future[Fetched]

// batch is one loop over FetchFlexFlows.
type batch struct {
	client  Client
	slots   chan struct{}  // one for each fetch in progress
	started chan *fetching // in the order of the SIDs; closed after the last
}

// start starts a fetch for each SID, until the context ends.
func (b *batch) start(ctx context.Context, sids iter.Seq[string]) {
	defer close(b.started)
	for sid := range sids {
		select {
		case b.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		b.started <- future.Go(func() Fetched {
			defer func() { <-b.slots }()
			f := Fetched{SID: sid}
			f.Flow, f.Err = b.client.FetchFlexFlow(ctx, sid, CaptureResponse(&f.Response))
			return f
		})
		if ctx.Err() != nil {
			return
		}
	}
}

// next returns the next fetch, or nil after the last. When the context has ended, it does not wait for another SID.
func (b *batch) next(ctx context.Context) *fetching {
	select {
	case f := <-b.started:
		return f
	case <-ctx.Done():
	}
	select {
	case f := <-b.started:
		return f
	default:
		return nil
	}
}

// drain waits for the fetches in progress.
func (b *batch) drain() {
	for len(b.started) > 0 {
		<-(<-b.started).Done
	}
}
