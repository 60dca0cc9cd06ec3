package flexflow_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

// The fault matrix of HTTP/2, where a fault ends a stream and leaves the connection to all others.
func TestFaultsOfHTTP2(t *testing.T) {
	t.Parallel()
	const patience = 400 * time.Millisecond
	authority := newAuthority(t)
	flow := validFlow(flowSID)
	within := 2*patience + atOnce
	flush := func(w http.ResponseWriter, status int, body string, header ...string) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
		w.(http.Flusher).Flush()
	}
	for _, row := range []struct {
		name     string
		answer   http.HandlerFunc
		want     outcome
		attempts int
		within   time.Duration
		reused   bool
	}{
		{"the flow", func(w http.ResponseWriter, r *http.Request) { flush(w, 200, flow) }, theFlow, 1, atOnce, true},
		{"103, then the flow", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(103)
			flush(w, 200, flow)
		}, theFlow, 1, atOnce, true},
		{"reset before the answer", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, noAnswer(nil), 2, atOnce, true},
		{"reset in the body", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow)
			panic(http.ErrAbortHandler)
		}, noAnswer(nil), 2, atOnce, true},
		{"cut off against Content-Length", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow, "Content-Length", "500")
		}, noAnswer(nil), 2, atOnce, true},
		{"no answer", func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, noAnswer(context.DeadlineExceeded), 2, within, true},
		{"no end of the body", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow)
			<-r.Context().Done()
		}, noAnswer(context.DeadlineExceeded), 2, within, true},
		{"a body without end", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, "")
			for spaces := strings.Repeat(" ", 4096); r.Context().Err() == nil; {
				io.WriteString(w, spaces)
			}
		}, broken("size", ""), 1, atOnce, true},
		{"a gzip bomb", func(w http.ResponseWriter, r *http.Request) { flush(w, 200, bomb(), "Content-Encoding", "gzip") }, broken("size", ""), 1, atOnce, true},
		{"a header of 1 MiB", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 200, flow, "Name", strings.Repeat("x", 1<<20))
		}, noAnswer(nil), 2, atOnce, false},
		{"404", func(w http.ResponseWriter, r *http.Request) { flush(w, 404, "{}") }, refusal(404, flexflow.ErrNotFound), 1, atOnce, true},
		{"503, and its body reset", func(w http.ResponseWriter, r *http.Request) {
			flush(w, 503, "{")
			panic(http.ErrAbortHandler)
		}, refusal(503, flexflow.ErrServer), 2, atOnce, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var faulty atomic.Bool
			var accepted atomic.Int64
			faulty.Store(true)
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.ProtoMajor != 2 {
					t.Errorf("the request came over %s", r.Proto)
				}
				if faulty.Load() {
					row.answer(w, r)
					return
				}
				flush(w, 200, flow)
			}))
			s.TLS, s.EnableHTTP2 = authority.server(t), true
			s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
				if state == http.StateNew {
					accepted.Add(1)
				}
			}
			s.StartTLS()
			t.Cleanup(s.Close)

			client := newClient(t, s.URL, authority.trusted(t), flexflow.WithRetries(1))
			if row.within == within {
				client = newClient(t, s.URL, authority.trusted(t), flexflow.WithRetries(1), flexflow.WithTimeout(patience))
			}
			var response flexflow.Response
			start := time.Now()
			got, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
			if took := time.Since(start); took > row.within {
				t.Errorf("took %s, want %s at most", took, row.within)
			}
			row.want.check(t, flowSID, got, err)
			if response.Attempts != row.attempts {
				t.Errorf("%d attempts, want %d", response.Attempts, row.attempts)
			}
			faulty.Store(false)
			before := accepted.Load()
			got, err = client.FetchFlexFlow(t.Context(), flowSID)
			theFlow.check(t, flowSID, got, err)
			if reused := accepted.Load() == before; reused != row.reused {
				t.Errorf("the connection was reused: %t, want %t", reused, row.reused)
			}
		})
	}
}
