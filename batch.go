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

// FetchFlexFlows fetches many flows, up to concurrency at the same time, and yields the results in the order of the SIDs.
// At most four times concurrency results wait for a slow fetch before them. A Retry-After of at most [WithMaxWait] makes all
// fetches wait.
//
// When the loop breaks or the context ends, no further fetch begins, and those in progress are canceled; the loop still gets
// their results after the context ends. sids runs in another goroutine, and may be asked for one more SID.
func (c *Client) FetchFlexFlows(ctx context.Context, sids iter.Seq[string], concurrency int) iter.Seq[Fetched] {
	held := *c
	held.sender.Gate = new(wire.Gate)
	concurrency = max(concurrency, 1)
	return func(yield func(Fetched) bool) {
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
					defer func() { <-running }()
					f := Fetched{SID: sid}
					f.Flow, f.Err = held.FetchFlexFlow(ctx, sid, CaptureResponse(&f.Response))
					result <- f
				}()
			}
		}()
		for {
			var result chan Fetched
			select {
			case result = <-results:
			case <-ctx.Done(): // sids may be waiting for its next SID
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
