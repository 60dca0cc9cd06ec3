package flexflow

import (
	"context"
	"iter"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// Fetched is the result of one fetch of [Client.FetchFlexFlows].
type Fetched struct {
	SID      string // as given
	Flow     *FlexFlow
	Response Response
	Err      error // as FetchFlexFlow returns it
}

// FetchFlexFlows fetches many flows, up to concurrency (at least 1) at the same time, and yields a result for each SID, in the
// order of the SIDs. It buffers up to four times concurrency results while an earlier fetch is slow. A 429 with Retry-After
// pauses the whole batch, unless Retry-After is longer than [WithMaxWait].
//
// When the loop breaks, FetchFlexFlows cancels the fetches in progress. When the context ends, it yields the results of the
// fetches that it has started, and none for the other SIDs. It reads sids in another goroutine, up to one SID further than it
// fetches.
func (c *Client) FetchFlexFlows(ctx context.Context, sids iter.Seq[string], concurrency int) iter.Seq[Fetched] {
	gated := *c
	gated.sender.Gate = new(wire.Gate)
	concurrency = max(concurrency, 1)
	return func(yield func(Fetched) bool) {
		if ctx == nil {
			_, err := c.FetchFlexFlow(ctx, "")
			yield(Fetched{Err: err})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		results, running := make(chan chan Fetched, 4*concurrency), make(chan struct{}, concurrency)
		defer func() {
			cancel()
			for len(results) > 0 {
				<-<-results
			}
		}()
		go func() {
			defer close(results)
			for sid := range sids {
				result := make(chan Fetched, 1)
				select {
				case results <- result:
				case <-ctx.Done():
					return
				}
				running <- struct{}{}
				go func() {
					f := Fetched{SID: sid}
					f.Flow, f.Err = gated.FetchFlexFlow(ctx, sid, CaptureResponse(&f.Response))
					result <- f
					<-running
				}()
			}
		}()
		for {
			var result chan Fetched
			select {
			case result = <-results:
			case <-ctx.Done(): // yield what was started, and do not wait for sids
				select {
				case result = <-results:
				default:
				}
			}
			if result == nil || !yield(<-result) {
				return
			}
		}
	}
}
