package flexflow

import (
	"sync"
	"testing"
)

// What the first fetches of a process find out about a type, they find out at once.
func TestBuildIsWholeFromTheFirstFetchesOn(t *testing.T) {
	tree := map[string]any{"sid": "FO1", "friendly_name": "x"}
	for range 300 {
		knownFields.Clear()
		start := make(chan struct{})
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				<-start
				for range 40 {
					if flow, ok := build[FlexFlow](tree); !ok || flow.SID == nil {
						t.Error("a flow was not built whole")
						return
					}
				}
			})
		}
		close(start)
		all.Wait()
	}
}
