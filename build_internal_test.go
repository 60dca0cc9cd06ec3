package flexflow

import (
	"sync"
	"testing"
)

// What the first fetches of a process find out about a type, they find out at once.
func TestBuildIsWholeFromTheFirstFetchesOn(t *testing.T) {
	type named struct {
		SID  *string `json:"sid,omitempty"`
		Name *string `json:"name,omitempty"`
	}
	tree := map[string]any{"sid": "FO1", "name": "x"}
	for range 300 {
		knownFields.Clear()
		start := make(chan struct{})
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				<-start
				for range 40 {
					if flow, ok := build[named](tree); !ok || flow.SID == nil || flow.Name == nil {
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
