package flexflow_test

import (
	"fmt"
	"net"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

const soakGoroutines = 64

// soak fetches many flows concurrently. The first request for one in so many of them meets one of the faults.
func soak(t *testing.T, server *rawServer, client *flexflow.Client, retries, oneIn int, faults []fault) {
	faultOf := map[string]fault{} // by SID
	for i, f := range faults {
		faultOf[sidOf(i*oneIn)] = f
	}
	var requested sync.Map // SIDs
	server.Respond(func(conn net.Conn, r *http.Request) bool {
		sid := path.Base(r.URL.Path)
		f, failing := faultOf[sid]
		if _, again := requested.LoadOrStore(sid, true); failing && !again {
			return f.reply(conn, r)
		}
		return replyFlow(conn, r)
	})
	outcomes := func(sid string) []outcome {
		f, failing := faultOf[sid]
		switch {
		case !failing, f.attempts == twice && retries > 0:
			return []outcome{success}
		case strings.HasSuffix(f.name, "before the response"): // net/http may try again
			return []outcome{success, f.want}
		}
		return []outcome{f.want}
	}
	var fetching sync.WaitGroup
	for first := range soakGoroutines {
		fetching.Go(func() {
			for i := first; i < oneIn*len(faults); i += soakGoroutines {
				sid := sidOf(i)
				flow, err := client.FetchFlexFlow(t.Context(), sid)
				matches := func(want outcome) bool { return want.compare(sid, flow, err) == nil }
				if want := outcomes(sid); !slices.ContainsFunc(want, matches) {
					t.Errorf("fetch %d: flow %v and error %v, want one of %+v", i, flow, err, want)
				}
			}
		})
	}
	fetching.Wait()
}

// TestSoak fetches from a server that fails in each way, and then resets all connections at once.
func TestSoak(t *testing.T) {
	faults := slices.Concat(connectionsThatFail(), responsesThatAreNotHTTP(), responsesWithoutEnd())
	faults = slices.DeleteFunc(faults, func(f fault) bool { return f.want == success })
	for i, row := range refusals() {
		given := errorBodies[i%len(errorBodies)]
		response := send(whole(row.status, given.body, "Content-Type: "+given.contentType))
		faults = append(faults, fault{given.name, response, apiError(row.status, row.sentinel), row.attempts, kept})
	}
	for _, retries := range []int{0, 8} {
		t.Run(fmt.Sprint(retries, " retries"), func(t *testing.T) {
			server, transport := startRaw(t, nil), flexflow.DefaultTransport()
			const enough = 256 << 10 // for all responses except those that are too large
			client := newClient(t, server.URL, over(transport), patient,
				flexflow.WithRetries(retries), flexflow.WithMaxResponseBytes(enough))
			soak(t, server, client, retries, 1, resets(server))
			soak(t, server, client, retries, 10, faults)
			client.CloseIdleConnections()
			server.Drain()
		})
	}
}

// resets returns a fault for each goroutine. When all have received a request, the server resets all connections. None
// may have been in use before, because then net/http tries again.
func resets(server *rawServer) []fault {
	var received sync.WaitGroup
	received.Add(soakGoroutines)
	wasReset := make(chan struct{})
	go func() {
		received.Wait()
		server.Reset()
		close(wasReset)
	}()
	resetAfter := func(text string) fault {
		return fault{"", func(conn net.Conn, r *http.Request) bool {
			send(text)(conn, r)
			received.Done()
			<-wasReset
			return false
		}, transportError(syscall.ECONNRESET), twice, dropped}
	}
	both := []fault{resetAfter(""), resetAfter(head(200, jsonType, "Content-Length: 500"))}
	return slices.Repeat(both, soakGoroutines/2)
}

// TestSoak_slowServer fetches from a server that does not respond in time.
func TestSoak_slowServer(t *testing.T) {
	for _, retries := range []int{0, 8} {
		synctest.Test(t, func(t *testing.T) {
			server, transport := testserver.StartWithoutSockets(t, nil)
			timeout := flexflow.WithTimeout(shortTimeout)
			client := newClient(t, server.URL, flexflow.WithRetries(retries), timeout, over(transport))
			soak(t, server, client, retries, 10, slowServers())
		})
	}
}
