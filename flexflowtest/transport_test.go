package flexflowtest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// inMemory returns a client that reaches the handler without a socket. Its base URL is Twilio's.
func inMemory(t *testing.T, h *flexflowtest.Handler, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		append(opts, flexflow.WithHTTPClient(&http.Client{Transport: h.Transport()}))...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// The bubble ends only if the transport leaves no goroutine behind.
func TestTransport_waitsOnFakeClock(t *testing.T) {
	t.Parallel()
	real := time.Now()
	synctest.Test(t, func(t *testing.T) {
		h := flexflowtest.NewHandler()
		want := flexflowtest.Examples()[0]
		if err := h.Put(want); err != nil {
			t.Fatal(err)
		}
		h.Next().Status(429).RetryAfter(5 * time.Minute).Then().Slow(7 * time.Second)
		got := fetch(t, inMemory(t, h), *want.SID)
		if got.err != nil || *got.flow.SID != *want.SID || got.attempts != 2 || got.took != 5*time.Minute+7*time.Second {
			t.Errorf("got %+v", got)
		}
		requests := h.Requests()
		if len(requests) != 2 || requests[1].Time.Sub(requests[0].Time) != 5*time.Minute {
			t.Errorf("got the requests %+v", requests)
		}
	})
	if took := time.Since(real); took > time.Minute {
		t.Errorf("the test took %s", took)
	}
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
			srv := flexflowtest.NewServer(t)
			srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
			script(srv.Next())
			overSocket := fetch(t, srv.Client(opts...), storedSID).err

			h := flexflowtest.NewHandler()
			h.Put(flexflow.FlexFlow{SID: new(storedSID)})
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
	for _, target := range []string{srv.URL, "http://flex-api.twilio.com", "https://flex-api.dublin.ie1.twilio.com:8443"} {
		client := srv.HTTPClient()
		if target != srv.URL {
			client.Transport = srv.Transport()
		}
		req, err := http.NewRequest("GET", target+"/v1/FlexFlows/"+storedSID, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != 404 || !strings.Contains(string(body), storedSID) || resp.Close || resp.Header.Get("Connection") != "" {
			t.Errorf("%s: got %v %s, %v", target, resp, body, err)
		}
	}
	requests := srv.Requests()
	for _, r := range requests[1:] {
		if first := requests[0]; r.Method != first.Method || r.Path != first.Path || len(r.Header) != len(first.Header) || r.Header.Get("Connection") != "" {
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
		h := flexflowtest.NewHandler()
		h.Put(flexflow.FlexFlow{SID: new(storedSID)})
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
