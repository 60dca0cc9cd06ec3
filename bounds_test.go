package flexflow_test

import (
	"math"
	"runtime"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

func TestBodyIsBounded(t *testing.T) {
	t.Parallel()
	size := len(validFlow(flowSID))
	for _, row := range []struct {
		name string
		opts []flexflow.Option
		size int
		want outcome
	}{
		{"1 MiB by default", nil, 1 << 20, theFlow},
		{"no more by default", nil, 1<<20 + 1, broken("size", "")},
		{"as many bytes as allowed", []flexflow.Option{flexflow.WithMaxResponseBytes(int64(size))}, size, theFlow},
		{"one byte more than allowed", []flexflow.Option{flexflow.WithMaxResponseBytes(int64(size - 1))}, size, broken("size", "")},
		{"one byte", []flexflow.Option{flexflow.WithMaxResponseBytes(1)}, size, broken("size", "")},
		{"no bound", []flexflow.Option{flexflow.WithMaxResponseBytes(math.MaxInt64)}, 2 << 20, theFlow},
	} {
		body := padded(row.size)
		for how, answer := range map[string]reply{
			"with its length": send(whole(200, body, jsonType)),
			"in chunks":       send(head(200, jsonType, chunked), chunk(body), chunk("")),
			"in gzip":         send(whole(200, zip(body), jsonType, gzipped)),
		} {
			t.Run(row.name+" "+how, func(t *testing.T) {
				t.Parallel()
				client := newClient(t, startRaw(t, answer).URL, row.opts...)
				flow, err := client.FetchFlexFlow(t.Context(), flowSID)
				row.want.check(t, flowSID, flow, err)
			})
		}
	}
}

func TestHeaderIsBounded(t *testing.T) {
	t.Parallel()
	const short, long = 48 << 10, 80 << 10
	for name, header := range map[string]func(size int) string{
		"in one line":   func(size int) string { return "Name: " + strings.Repeat("x", size) },
		"in many lines": func(size int) string { return strings.Repeat("Name: value\r\n", size/13) + "Name: value" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, send(whole(200, validFlow(flowSID), jsonType, header(short))))
			client := newClient(t, s.URL, flexflow.WithRetries(0))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			theFlow.check(t, flowSID, flow, err)
			s.respond(send(whole(200, validFlow(flowSID), jsonType, header(long))))
			flow, err = client.FetchFlexFlow(t.Context(), flowSID)
			noAnswer(nil).check(t, flowSID, flow, err)
		})
	}
}

func TestBodyOfAnErrorIsKeptTo64KiB(t *testing.T) {
	t.Parallel()
	const kept = 64 << 10
	long := strings.Repeat("x", 1<<20)
	for name, answer := range map[string]reply{
		"with its length": send(whole(500, long)),
		"in chunks":       send(head(500, chunked), chunk(long), chunk("")),
		"in gzip":         send(whole(500, zip(long), gzipped)),
		"without end":     endless(long, head(500)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var response flexflow.Response
			client := newClient(t, startRaw(t, answer).URL, flexflow.WithRetries(0))
			_, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
			refused := err.(*flexflow.APIError)
			if len(refused.Body) != kept || len(response.Body) != kept || string(refused.Body) != long[:kept] {
				t.Errorf("kept %d bytes in the error and %d in the Response, want %d", len(refused.Body), len(response.Body), kept)
			}
			if len(refused.Message) > 400 {
				t.Errorf("a message of %d bytes", len(refused.Message))
			}
		})
	}
}

// A length that a server announces costs nothing until the bytes are there.
func TestAnnouncedLengthCostsNothing(t *testing.T) {
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000000000")))
	client := newClient(t, s.URL, flexflow.WithRetries(0), flexflow.WithMaxResponseBytes(math.MaxInt64))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := client.FetchFlexFlow(t.Context(), flowSID)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; err == nil || taken > 16<<20 {
		t.Errorf("%d bytes were allocated for a body that never came: %v", taken, err)
	}
}
