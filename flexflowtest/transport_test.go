package flexflowtest_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The bubble ends only if the transport leaves no goroutine behind.
func TestTransport_waitsOnFakeClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t)
		h.Next().Status(429).RetryAfter(time.Minute).Then().Slow(7 * time.Second)
		got := fetch(t, inMemory(t, h), storedSID)
		if got.err != nil || *got.flow.SID != storedSID || got.attempts != 2 || got.took != time.Minute+7*time.Second {
			t.Errorf("got %+v", got)
		}
		requests := h.Requests()
		if len(requests) != 2 || requests[1].Time.Sub(requests[0].Time) != time.Minute {
			t.Errorf("got the requests %+v", requests)
		}
	})
}

// A fault causes the same error over the transport as over a socket, except for the address.
func TestTransport_sameErrors(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(*flexflowtest.Script){
		"drop":     func(s *flexflowtest.Script) { s.Drop() },
		"truncate": func(s *flexflowtest.Script) { s.Truncate() },
		"slow":     func(s *flexflowtest.Script) { s.Slow(time.Hour) },
		"status":   func(s *flexflowtest.Script) { s.Status(500) },
		"violate":  func(s *flexflowtest.Script) { s.Violate("/sid") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opts := []flexflow.Option{flexflow.WithRetries(0), flexflow.WithTimeout(time.Second)}
			srv := newServer(t)
			script(srv.Next())
			overSocket := fetch(t, srv.Client(opts...), storedSID).err

			h := newHandler(t)
			script(h.Next())
			var inBubble error
			synctest.Test(t, func(t *testing.T) { inBubble = fetch(t, inMemory(t, h, opts...), storedSID).err })
			if overSocket == nil || inBubble == nil {
				t.Fatalf("got %v over a socket and %v over the transport", overSocket, inBubble)
			}
			want := strings.ReplaceAll(overSocket.Error(), srv.URL, "https://flex-api.twilio.com")
			if inBubble.Error() != want {
				t.Errorf("got  %v\nwant %s", inBubble, want)
			}
		})
	}
}

// The request and the response are the same as over a socket, and any scheme and host reach the fake.
func TestTransport_sameExchange(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	for _, target := range []string{
		srv.URL, "http://flex-api.twilio.com", "https://flex-api.dublin.ie1.twilio.com:8443",
	} {
		client := srv.HTTPClient()
		if target != srv.URL {
			client.Transport = srv.Transport()
		}
		resp, body := do(t, client, newRequest(t, "GET", target+flowPath+storedSID))
		closes := resp.Close || resp.Header.Get("Connection") != ""
		if resp.StatusCode != 404 || !strings.Contains(string(body), storedSID) || closes {
			t.Errorf("%s: got %v %s", target, resp, body)
		}
	}
	requests := srv.Requests()
	first := requests[0]
	for _, r := range requests[1:] {
		same := r.Method == first.Method && r.Path == first.Path && len(r.Header) == len(first.Header)
		if !same || r.Header.Get("Connection") != "" {
			t.Errorf("got %+v over the transport and %+v over a socket", r, first)
		}
	}
}

func TestTransport_canceled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := flexflowtest.NewHandler()
		h.Next().Slow(time.Hour)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		start := time.Now()
		_, err := inMemory(t, h, flexflow.WithTimeout(time.Hour)).FetchFlexFlow(ctx, storedSID)
		if took := time.Since(start); !errors.Is(err, context.Canceled) || took != time.Minute {
			t.Errorf("got %v after %s", err, took)
		}
	})
}

func TestTransport_concurrentUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t)
		h.Next().Slow(time.Second).Times(100)
		client := inMemory(t, h)
		start := time.Now()
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if _, err := client.FetchFlexFlow(t.Context(), storedSID); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took := time.Since(start); took != time.Second {
			t.Errorf("the requests took %s", took)
		}
	})
}
