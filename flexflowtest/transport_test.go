package flexflowtest_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

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
			srv := newServer(t)
			err := func(client *flexflow.Client) error {
				script(srv.Next())
				ctx := t.Context()
				if name == "slow" {
					ctx = canceledAfter(srv.Handler, len(srv.Requests())+1)
				}
				_, err := client.FetchFlexFlow(ctx, storedSID)
				return err
			}
			overSocket := err(srv.Client(flexflow.WithRetries(0)))
			inMemory := err(inMemory(t, srv.Handler, flexflow.WithRetries(0)))
			if overSocket == nil || inMemory == nil {
				t.Fatalf("got %v over a socket and %v over the transport", overSocket, inMemory)
			}
			requests := srv.Requests()
			same := strings.NewReplacer(srv.URL, "https://flex-api.twilio.com", requests[0].ID, requests[1].ID)
			if want := same.Replace(overSocket.Error()); inMemory.Error() != want {
				t.Errorf("got  %v\nwant %s", inMemory, want)
			}
			awaitIdle(t, srv.Handler)
		})
	}
}

// The request and the response are the same as over a socket. Any scheme and host reach the fake, and its links lead
// there.
func TestTransport_sameExchange(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(unknownSID)})
	fake := &http.Client{Transport: srv.Transport()}
	for base, client := range map[string]*http.Client{
		srv.URL:                           srv.HTTPClient(),
		"https://flex-api.twilio.com":     fake,
		"http://flex-api.twilio.com:8080": fake,
	} {
		resp, err := client.Do(newRequest(t, "GET", base+listPath+"?PageSize=1"))
		if err != nil {
			t.Fatal(err)
		}
		var first gen.FlexFlowPage
		err = errors.Join(json.NewDecoder(resp.Body).Decode(&first), resp.Body.Close())
		if err != nil || resp.StatusCode != 200 || resp.Close || resp.Header.Get("Connection") != "" {
			t.Fatalf("%s: got %v: %v", base, resp, err)
		}
		start := base + listPath + "?PageSize=1&Page="
		if *first.Meta.URL != start+"0" || *first.Meta.NextPageURL != start+"1&PageToken=PA1" {
			t.Errorf("got %s with the next page %s", *first.Meta.URL, *first.Meta.NextPageURL)
		}
	}
	for _, r := range srv.Requests() {
		if !maps.EqualFunc(r.Header, srv.Requests()[0].Header, slices.Equal) || r.Header.Get("Connection") != "" {
			t.Errorf("got a request with the header %v", r.Header)
		}
	}
}

// A canceled request ends without a response, also if it has a body.
func TestTransport_canceled(t *testing.T) {
	t.Parallel()
	for _, body := range []string{"", strings.Repeat("x", 1<<20)} {
		synctest.Test(t, func(t *testing.T) {
			h := flexflowtest.NewHandler()
			h.Next().Slow(time.Hour)
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			req, err := http.NewRequestWithContext(ctx, "GET", "http://fake", strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, err = h.Transport().RoundTrip(req)
			if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != time.Minute {
				t.Errorf("got %v after %s", err, took)
			}
			synctest.Wait()
			if got := get(t, h, "/").Header().Get("Twilio-Concurrent-Requests"); got != "1" {
				t.Errorf("the response continues: %s requests", got)
			}
		})
	}
}

func TestTransport_concurrentUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, 1)
		h.Next().Slow(time.Second).Times(50).Then().Slow(time.Second).Status(503).Times(50)
		client := inMemory(t, h, flexflow.WithRetries(0))
		start := time.Now()
		var failures atomic.Int64
		var group sync.WaitGroup
		for range 100 {
			group.Go(func() {
				if err := h.Put(flexflow.FlexFlow{SID: new(storedSID)}); err != nil {
					t.Error(err)
				}
				if got := fetch(t, client, storedSID); !fetched(got) {
					failures.Add(1)
				}
				h.Requests()
			})
		}
		group.Wait()
		if took := time.Since(start); took != time.Second || failures.Load() != 50 || len(h.Requests()) != 100 {
			t.Errorf("%d requests took %s, and %d failed", len(h.Requests()), took, failures.Load())
		}
	})
}
