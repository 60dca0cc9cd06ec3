package flexflow_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// TestFetchFlexFlow_allocations limits the allocations of a fetch. The official client, which does not validate, makes
// 100 for the same fetch (see bench/README.md). Unlike the time, the number of allocations is the same in each run.
func TestFetchFlexFlow_allocations(t *testing.T) {
	const most = 90 // the race detector causes some of them
	body := encode(t, fullFlow())
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

// allFaults lists the faults of a server.
func allFaults() []fault {
	faults := slices.Concat(connectionsThatFail(), responsesThatAreNotHTTP(), slowServers(), responsesWithoutEnd(), responsesWithStatus200())
	for _, row := range refusals {
		for _, given := range errorBodies {
			response := send(whole(row.status, given.body, "Content-Type: "+given.contentType))
			faults = append(faults, fault{name: fmt.Sprint(row.status, " with ", given.name), reply: response, want: apiError(row.status, row.sentinel), attempts: row.attempts})
		}
	}
	return slices.DeleteFunc(faults, func(f fault) bool { return f.want == success })
}

// TestSoak fetches many flows concurrently from a server that fails the first request for one in ten of them, and
// resets all connections halfway.
func TestSoak(t *testing.T) {
	for name, soak := range map[string]soak{
		"without retries": {fetches: 1_000, retries: 0},
		"with retries":    {fetches: 10_000, retries: 8},
	} {
		t.Run(name, soak.run)
	}
}

type soak struct{ fetches, retries int }

func TestClient_concurrent(t *testing.T) {
	s := startRaw(t, replyFlow)
	client := newClient(t, s.URL)
	start := make(chan struct{})
	var fetching sync.WaitGroup
	for i := range 1000 {
		fetching.Go(func() {
			<-start
			for j := range 2 {
				sid := fmt.Sprintf("FO%032x", 2*i+j)
				flow, err := client.FetchFlexFlow(t.Context(), sid)
				if mismatch := success.compare(sid, flow, err); mismatch != nil {
					t.Error(mismatch)
				}
			}
		})
	}
	close(start)
	fetching.Wait()
	client.CloseIdleConnections()
	s.Drain()
}
