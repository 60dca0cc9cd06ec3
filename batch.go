package flexflow

import (
	"context"
	"iter"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// Fetched is the result of one fetch of [Client.FetchFlexFlows].
type Fetched struct {
	SID      string // as it was given
	Flow     *FlexFlow
	Response Response
	Err      error // as FetchFlexFlow returns it
}

// FetchFlexFlows fetches many flows, so many at a time, and yields them in the order of their SIDs. A slow fetch holds back
// the results after it, and the fetches when there are four times as many as run at a time: the memory that it takes does not
// grow with the number of SIDs. A 429 with a Retry-After that [WithMaxWait] allows holds back all fetches, so that they do
// not meet the same limit one by one.
//
// When the loop breaks or the context ends, it begins no further fetch and cancels those under way; what they ended in is
// yielded where the loop goes on. sids runs in a goroutine of its own, and may be asked for one more SID after the end.
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
			case <-ctx.Done(): // though sids may be waiting for one more
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
