package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

const inFlight = 1000

// barrier returns a function that returns at once for the first fetch, and blocks the others until all of them have
// arrived.
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

// heapLeft is the output of one client's process: the growth of its live heap in bytes, with idle connections kept and
// with idle connections closed.
type heapLeft struct{ Kept, Closed float64 }

// hold fetches once, then inFlight times concurrently.
func hold(name, baseURL string) (heapLeft, error) {
	c, err := newClient(name, baseURL, nil)
	if err != nil {
		return heapLeft{}, err
	}
	if err := c.fetch(context.Background()); err != nil {
		return heapLeft{}, err
	}
	c.closeIdle()
	makeGoroutines()
	start, goroutines := liveHeap(), runtime.NumGoroutine()
	var group sync.WaitGroup
	failed := make([]error, inFlight)
	for i := range failed {
		group.Go(func() { failed[i] = c.fetch(context.Background()) })
	}
	group.Wait()
	if err := errors.Join(failed...); err != nil {
		return heapLeft{}, err
	}
	failed = nil
	kept := liveHeap() - start
	c.closeIdle()
	for runtime.NumGoroutine() > goroutines { // goroutines of connections that are closing
		time.Sleep(time.Millisecond)
	}
	return heapLeft{kept, liveHeap() - start}, nil
}

// makeGoroutines starts and ends as many goroutines as the fetches in flight use. The runtime reuses the descriptor of
// a goroutine and never frees it, so the descriptors would otherwise count as memory that the client keeps.
func makeGoroutines() {
	const each = 5 // per fetch: its own, and those that dial, shake hands, read and write
	var group sync.WaitGroup
	end := make(chan struct{})
	for range each * inFlight {
		group.Go(func() { <-end })
	}
	close(end)
	group.Wait()
}

func liveHeap() float64 {
	runtime.GC()
	runtime.GC() // a sync.Pool keeps its contents during the first
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return float64(stats.HeapAlloc)
}

func memory(dir string) ([]*measure, error) {
	scene := fmt.Sprintf("memory, %d in flight", inFlight)
	kept := newMeasure(scene, "live heap left, idle connections kept", "MiB")
	closed := newMeasure(scene, "live heap left, idle connections closed", "MiB", atMost(1, ""))
	err := interleave(5, allClients, func(client string) error {
		server, err := newServer(dir, barrier())
		if err != nil {
			return err
		}
		defer server.Close()
		var left heapLeft
		if err := server.runClient("hold", client, &left); err != nil {
			return err
		}
		kept.add(client, left.Kept/(1<<20))
		closed.add(client, left.Closed/(1<<20))
		return nil
	})
	return []*measure{kept, closed}, err
}
