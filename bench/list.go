package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/twilio/twilio-go"
	twilioclient "github.com/twilio/twilio-go/client"
	flexapi "github.com/twilio/twilio-go/rest/flex/v1"

	"github.com/flexflow-go/flexflow"
)

// pageSize is the number of flows in a page, the most that the API allows.
const pageSize = 1000

func init() { scenes = append(scenes, scene{"list", list}) }

// list compares lists of one page without a network: flexflow checks each flow, twilio-go none.
func list(string) ([]*measure, error) {
	listers, err := newListers()
	if err != nil {
		return nil, err
	}
	const scene = "list of 1,000"
	speed := newMeasure(scene, "time", "ns/op", atMost(0.85, twilioGo))
	heap := newMeasure(scene, "memory", "B/op", atMost(1, twilioGo))
	allocs := newMeasure(scene, "allocations", "allocs/op", atMost(1, twilioGo))
	err = interleave(41, []string{enforce, twilioGo}, func(client string) error {
		result := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n, err := listers[client](); n != pageSize || err != nil {
					b.Fatal(n, err)
				}
			}
		})
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

// newListers returns a function for each client that lists all flows and counts them.
func newListers() (map[string]func() (int, error), error) {
	transport, err := newResponder()
	if err != nil {
		return nil, err
	}
	flows := bytes.Join(slices.Repeat([][]byte{transport.body}, pageSize), []byte(","))
	transport.body = fmt.Appendf(nil, `{"flex_flows":[%s],"meta":{"page_size":%d,"next_page_url":null}}`, flows, pageSize)
	httpClient := &http.Client{Transport: transport}
	checked, err := flexflow.New(flexflow.AuthToken(user, password), flexflow.WithHTTPClient(httpClient))
	unchecked := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &twilioclient.Client{
		Credentials: twilioclient.NewCredentials(user, password), HTTPClient: httpClient,
	}})
	return map[string]func() (int, error){
		enforce: func() (n int, err error) {
			params := &flexflow.ListFlexFlowParams{PageSize: new(pageSize)}
			for f := range checked.ListFlexFlows(context.Background(), params) {
				err = errors.Join(err, f.Err)
				n++
			}
			return n, err
		},
		twilioGo: func() (int, error) {
			flows, err := unchecked.FlexV1.ListFlexFlow(new(flexapi.ListFlexFlowParams).SetPageSize(pageSize))
			return len(flows), err
		},
	}, err
}
