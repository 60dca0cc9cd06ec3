package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// newFake starts a server that responds like the servers of the scenes, but over plain HTTP and with the status that
// next returns. It fails the test unless each request is the one that every client should send.
func newFake(t *testing.T, next func() int) *httptest.Server {
	body, err := body()
	if err != nil {
		t.Fatal(err)
	}
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		gotUser, gotPassword, _ := r.BasicAuth()
		if r.Method != http.MethodGet || r.URL.Path != "/v1/FlexFlows/"+sid || gotUser != user || gotPassword != password {
			t.Errorf("got %s %s with user %q", r.Method, r.URL.Path, gotUser)
		}
		status := next()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		w.Write(body)
	}))
	t.Cleanup(fake.Close)
	return fake
}

func found() int   { return http.StatusOK }
func missing() int { return http.StatusNotFound }

func TestNewClient_request(t *testing.T) {
	for _, name := range allClients {
		t.Run(name, func(t *testing.T) {
			for _, next := range []func() int{found, missing} {
				c, err := newClient(name, newFake(t, next).URL, nil)
				if err != nil {
					t.Fatal(err)
				}
				defer c.closeIdle()
				if err := c.fetch(t.Context()); (err == nil) != (next() == http.StatusOK) {
					t.Errorf("%d: %v", next(), err)
				}
			}
		})
	}
}

func TestResponder(t *testing.T) {
	transport, err := newResponder()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range allClients {
		c, err := newClient(name, "https://flex-api.twilio.com", transport)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.fetch(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestLoad(t *testing.T) {
	for _, name := range allClients {
		result, err := load(name, newFake(t, found).URL, time.Millisecond)
		if err != nil || result.Fetches < goroutines || result.P50 > result.P99 {
			t.Errorf("%s: %+v, %v", name, result, err)
		}
	}
	if _, err := load(handWritten, newFake(t, missing).URL, time.Millisecond); err == nil {
		t.Error("failed fetches were counted")
	}
}

func TestHold(t *testing.T) {
	wait := barrier()
	left, err := hold(handWritten, newFake(t, func() int { wait(); return http.StatusOK }).URL)
	if err != nil || left == (heapLeft{}) {
		t.Errorf("got %+v, %v", left, err)
	}
	var fetches atomic.Int64
	onlyTheFirst := func() int {
		if fetches.Add(1) == 1 {
			return http.StatusOK
		}
		return http.StatusNotFound
	}
	if _, err := hold(handWritten, newFake(t, onlyTheFirst).URL); err == nil {
		t.Error("failed fetches were counted")
	}
}

func TestCold_programs(t *testing.T) {
	dir, fake := t.TempDir(), newFake(t, found)
	if _, err := goCommand(".", nil, "build", "-o", dir, "./cold/..."); err != nil {
		t.Fatal(err)
	}
	for client, program := range programs {
		out, err := exec.Command(filepath.Join(dir, program), fake.URL, user, password, sid).CombinedOutput()
		if err != nil || string(out) != "Web chat to Studio\n" {
			t.Errorf("%s: %s, %v", client, out, err)
		}
		out, err = exec.Command(filepath.Join(dir, "launch"), filepath.Join(dir, program), fake.URL, user, password, sid).Output()
		var cpu time.Duration
		var kibibytes int
		if _, scanErr := fmt.Sscan(string(out), &cpu, &kibibytes); err != nil || scanErr != nil || kibibytes < 1<<10 {
			t.Errorf("%s launched: %q, %v", client, out, err)
		}
		err = exec.Command(filepath.Join(dir, "launch"), filepath.Join(dir, program), newFake(t, missing).URL, user, password, sid).Run()
		if err == nil {
			t.Errorf("%s launched: the fetch failed and launch reported success", client)
		}
	}
}

func TestInterleave_rotatesClients(t *testing.T) {
	var order []string
	err := interleave(3, []string{"a", "b", "c"}, func(client string) error {
		order = append(order, client)
		return nil
	})
	if got := strings.Join(order, ""); err != nil || got != "abcbcacab" {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestRun_unknownName(t *testing.T) {
	if _, err := newClient("curl", "https://flex-api.twilio.com", nil); err == nil {
		t.Error("newClient accepted the unknown client curl")
	}
	for _, args := range [][]string{{"everything"}, {asClient, "nap", enforce, "https://127.0.0.1"}} {
		if err := run(args); err == nil {
			t.Errorf("run accepted %v", args)
		}
	}
}
