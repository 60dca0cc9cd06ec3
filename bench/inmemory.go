package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/flexflow-go/flexflow/gen"
)

// body returns the response body of all servers: the example of a flow with all fourteen attributes from the document.
var body = sync.OnceValues(func() ([]byte, error) {
	doc, err := gen.GetSpec()
	if err != nil {
		return nil, err
	}
	ok := doc.Paths.Find("/v1/FlexFlows/{Sid}").Get.Responses.Status(http.StatusOK).Value
	return json.Marshal(ok.Content["application/json"].Examples["studio"].Value.Value)
})

// responder is a RoundTripper that responds at once. All responses share a header, so the benchmark measures almost
// only the client.
type responder struct {
	header http.Header
	body   []byte
}

func newResponder() (responder, error) {
	body, err := body()
	header := http.Header{
		"Content-Type":      {"application/json"},
		"Twilio-Request-Id": {"RQ0123456789abcdef0123456789abcdef"},
	}
	return responder{header, body}, err
}

func (r responder) RoundTrip(req *http.Request) (*http.Response, error) {
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: r.header, ContentLength: int64(len(r.body)),
		Body:    io.NopCloser(bytes.NewReader(r.body)),
		Request: req,
	}, nil
}

// benchmarkInMemory measures fetches of the named client without a network.
func benchmarkInMemory(b *testing.B, name string) {
	b.ReportAllocs()
	transport, err := newResponder()
	if err != nil {
		b.Fatal(err)
	}
	c, err := newClient(name, "https://flex-api.twilio.com", transport)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	for b.Loop() {
		if err := c.fetch(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

func inMemory(string) ([]*measure, error) {
	const scene = "in memory"
	speed := newMeasure(scene, "time", "ns/op", atMost(0.75, twilioGo), atMost(2, handWritten))
	heap := newMeasure(scene, "memory", "B/op", atMost(1, twilioGo))
	allocs := newMeasure(scene, "allocations", "allocs/op", atMost(1, twilioGo))
	err := interleave(41, inMemoryClients, func(client string) error {
		result := testing.Benchmark(func(b *testing.B) { benchmarkInMemory(b, client) })
		if result.N == 0 {
			return errors.New("the benchmark failed")
		}
		speed.add(client, float64(result.T.Nanoseconds())/float64(result.N))
		heap.add(client, float64(result.AllocedBytesPerOp()))
		allocs.add(client, float64(result.AllocsPerOp()))
		return nil
	})
	return []*measure{speed, heap, allocs}, err
}
