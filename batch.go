package flexflow

import (
	"context"
	"fmt"
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

// FetchFlexFlows fetches many flows, up to concurrency (1 to 1000) at the same time, and yields a result for each SID, in the
// order of the SIDs. It buffers up to four times concurrency results while an earlier fetch is slow. A 429 with Retry-After
// pauses the whole batch, unless Retry-After is longer than [WithMaxWait].
//
// When the loop breaks, FetchFlexFlows cancels the fetches in progress. When the context ends, it yields the results of the
// fetches that it has started, and none for the other SIDs. It reads sids in another goroutine, up to one SID further than it
// fetches. A panic of sids, or of a function that you gave to the Client, reaches the loop.
func (c *Client) FetchFlexFlows(ctx context.Context, sids iter.Seq[string], concurrency int) iter.Seq[Fetched] {
	gated := *c
	gated.sender.Gate = new(wire.Gate)
	concurrency = min(max(concurrency, 1), 1000)
	return func(yield func(Fetched) bool) {
		if ctx == nil || sids == nil {
			yield(Fetched{Err: fmt.Errorf("%w: FetchFlexFlows needs a context and SIDs", ErrInvalidConfig)})
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		results, running, read := make(chan chan func() Fetched, 4*concurrency), make(chan struct{}, concurrency), make(chan func() struct{}, 1)
		defer func() {
			cancel()
			for len(results) > 0 {
				<-<-results
			}
		}()
		wire.Start(read, func() (none struct{}) {
			for sid := range sids {
				result := make(chan func() Fetched, 1)
				select {
				case results <- result:
				case <-ctx.Done():
					return none
				}
				running <- struct{}{}
				wire.Start(result, func() Fetched {
					f := Fetched{SID: sid}
					f.Flow, f.Err = gated.FetchFlexFlow(ctx, sid, CaptureResponse(&f.Response))
					return f
				}, func() { <-running })
				if ctx.Err() != nil {
					return none
				}
			}
			return none
		}, func() { close(results) })
		for {
			var result chan func() Fetched
			select {
			case result = <-results:
			case <-ctx.Done(): // yield what was started, and do not wait for sids
				select {
				case result = <-results:
				default:
				}
			}
			if result == nil {
				break
			}
			if !yield((<-result)()) {
				return
			}
		}
		select {
		case end := <-read:
			end() // sids may have panicked
		default:
		}
	}
}
