package program

import (
	"context"
	"slices"
	"sync"
	"time"
)

const goroutines = 64

// loopback measures fetches in all goroutines, at least one in each.
func loopback(fetch Fetch) map[string]float64 {
	var (
		group sync.WaitGroup
		took  [goroutines][]float64 // milliseconds
		start = time.Now()
	)
	for i := range goroutines {
		group.Go(func() {
			for len(took[i]) == 0 || time.Since(start) < *lasting {
				begin := time.Now()
				Check(fetch(context.Background()))
				took[i] = append(took[i], time.Since(begin).Seconds()*1000)
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start)
	all := slices.Concat(took[:]...)
	slices.Sort(all)
	return map[string]float64{
		"fetches":    float64(len(all)),
		"throughput": float64(len(all)) / elapsed.Seconds(),
		"p99":        all[len(all)*99/100],
	}
}
