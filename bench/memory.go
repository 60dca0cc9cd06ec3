package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
)

const inFlight = 1000

// barrier answers the first fetch at once, and the others when they are all there.
func barrier() func() {
	var arrived atomic.Int64
	all := make(chan struct{})
	return func() {
		switch n := arrived.Add(1); {
		case n == 1:
			return
		case n == 1+inFlight:
			close(all)
		}
		<-all
	}
}

// hold fetches once, then many times at once, and returns by how many bytes the live heap has grown in between.
func hold(client, baseURL string) (float64, error) {
	fetch, err := newFetch(client, baseURL, nil)
	if err != nil {
		return 0, err
	}
	if err := fetch(context.Background()); err != nil {
		return 0, err
	}
	start := liveHeap()
	var group sync.WaitGroup
	failed := make([]error, inFlight)
	for i := range failed {
		group.Go(func() { failed[i] = fetch(context.Background()) })
	}
	group.Wait()
	err = errors.Join(failed...)
	failed = nil
	return liveHeap() - start, err
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // what a sync.Pool holds outlives the first
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

func memory(dir string) ([]*measure, error) {
	left := newMeasure(fmt.Sprintf("memory, %d in flight", inFlight), "live heap left when idle", "MiB", atMost(1, ""))
	err := interleave(5, clients, func(client string) error {
		server, err := newServer(dir, barrier())
		if err != nil {
			return err
		}
		defer server.Close()
		var bytes float64
		if err := server.runClient("hold", client, &bytes); err != nil {
			return err
		}
		left.add(client, bytes/(1<<20))
		return nil
	})
	return []*measure{left}, err
}
