package program

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"runtime"
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
