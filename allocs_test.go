package flexflow_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// The official client, which checks nothing, allocates 100 times for the same fetch (see bench/README.md). The count is
// exact, so it is pinned here; times are left to the benchmark.
func TestACheckedFetchAllocatesLessThanTheOfficialClient(t *testing.T) {
	const most = 90 // of which the race detector takes some
	body := encode(t, flow())
	header := http.Header{"Content-Type": {"application/json"}}
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: header, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: r}, nil
	})
	client, err := withCredentials(flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		t.Fatal(err)
	}
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations", allocations)
	if allocations > most {
		t.Errorf("%.0f allocations, want at most %d", allocations, most)
	}
}
