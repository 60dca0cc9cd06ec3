package program

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"time"
)

// responder is a RoundTripper that responds at once with its bytes. All responses share a header, so almost only the
// client is measured.
type responder []byte

func (body responder) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK,
		Header: Header, ContentLength: int64(len(body)),
		Body:    io.NopCloser(bytes.NewReader(body)),
		Request: req,
	}, nil
}

// PageSize is how many flows a page has, the most that the API allows.
const PageSize = 1000

// pageOf returns a page with copies of a flow.
func pageOf(flow []byte) []byte {
	flows := bytes.Join(slices.Repeat([][]byte{flow}, PageSize), []byte(","))
	return fmt.Appendf(nil, `{"flex_flows":[%s],"meta":{"page_size":%d,"next_page_url":null}}`, flows, PageSize)
}

// CheckPage returns an error unless a client listed all flows of the page.
func CheckPage(flows int) error {
	if flows != PageSize {
		return fmt.Errorf("listed %d flows of %d", flows, PageSize)
	}
	return nil
}

// inMemory measures what a fetch costs without a network. The first one, which may prepare the others, does not count.
func inMemory(fetch Fetch) map[string]float64 {
	ctx := context.Background()
	Check(fetch(ctx))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start, startCPU, fetches := time.Now(), cpuTime(), uint64(0)
	for ; fetches == 0 || time.Since(start) < *lasting; fetches++ {
		Check(fetch(ctx))
	}
	took := cpuTime() - startCPU
	runtime.ReadMemStats(&after)
	return map[string]float64{
		"fetches":     float64(fetches),
		"CPU time":    float64(took) / float64(fetches),
		"memory":      float64((after.TotalAlloc - before.TotalAlloc) / fetches),
		"allocations": float64((after.Mallocs - before.Mallocs) / fetches),
	}
}

// loopback measures fetches in 64 goroutines, at least one in each.
func loopback(fetch Fetch) map[string]float64 {
	var group sync.WaitGroup
	var took [64][]float64 // milliseconds
	start := time.Now()
	for i := range took {
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
