package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

const (
	goroutines = 64
	serverTime = 2 * time.Millisecond
	loadTime   = 2 * time.Second // of each client in each round
)

// server responds on loopback, over TLS and HTTP/1.1.
type server struct {
	*httptest.Server
	trust       []string     // the environment of a process that trusts only this server
	connections atomic.Int64 // opened so far
}

// newServer starts a server that calls wait before each response. Each client runs in its own process with its default
// transport; the environment names the certificate to trust.
func newServer(dir string, wait func()) (*server, error) {
	body, err := body()
	if err != nil {
		return nil, err
	}
	s := &server{Server: httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		wait()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Twilio-Request-Id", "RQ0123456789abcdef0123456789abcdef")
		w.Write(body)
	}))}
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // an exiting client leaves unfinished handshakes; clients report their own errors
	s.StartTLS()
	file := filepath.Join(dir, "server.pem")
	s.trust = append(os.Environ(), "SSL_CERT_FILE="+file, "SSL_CERT_DIR="+os.DevNull)
	block := &pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}
	return s, os.WriteFile(file, pem.EncodeToMemory(block), 0o600)
}

// runClient runs this program again, as one client of the server, and decodes its output.
func (s *server) runClient(part, client string, result any) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, asClient, part, client, s.URL)
	cmd.Env, cmd.Stderr = s.trust, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return err
	}
	return json.Unmarshal(out, result)
}

// loadResult is the output of one client's process.
type loadResult struct {
	Fetches  int
	Seconds  float64
	P50, P99 time.Duration
}

// load fetches from the server in all goroutines for the given time, at least once in each.
func load(name, baseURL string, lasting time.Duration) (loadResult, error) {
	c, err := newClient(name, baseURL, nil)
	if err != nil {
		return loadResult{}, err
	}
	var (
		group  sync.WaitGroup
		took   [goroutines][]time.Duration
		failed [goroutines]error
		start  = time.Now()
	)
	for i := range goroutines {
		group.Go(func() {
			for len(took[i]) == 0 || time.Since(start) < lasting && failed[i] == nil {
				begin := time.Now()
				failed[i] = c.fetch(context.Background())
				took[i] = append(took[i], time.Since(begin))
			}
		})
	}
	group.Wait()
	elapsed := time.Since(start)
	for _, err := range failed {
		if err != nil {
			return loadResult{}, err
		}
	}
	all := slices.Concat(took[:]...)
	slices.Sort(all)
	return loadResult{len(all), elapsed.Seconds(), all[len(all)/2], all[len(all)*99/100]}, nil
}

func loopback(dir string) ([]*measure, error) {
	scene := fmt.Sprintf("loopback TLS, %d goroutines", goroutines)
	throughput := newMeasure(scene, "throughput", "fetches/s", atLeast(10, twilioGo), atLeast(0.95, keptAlive))
	opened := newMeasure(scene, "new connections", "per fetch", atMost(0.02, ""))
	p50 := newMeasure(scene, "p50", "ms")
	p99 := newMeasure(scene, "p99", "ms")
	server, err := newServer(dir, func() { time.Sleep(serverTime) })
	if err != nil {
		return nil, err
	}
	defer server.Close()
	err = interleave(11, allClients, func(client string) error {
		var result loadResult
		before := server.connections.Load()
		if err := server.runClient("load", client, &result); err != nil {
			return err
		}
		throughput.add(client, float64(result.Fetches)/result.Seconds)
		opened.add(client, float64(server.connections.Load()-before)/float64(result.Fetches))
		p50.add(client, milliseconds(result.P50))
		p99.add(client, milliseconds(result.P99))
		return nil
	})
	return []*measure{throughput, opened, p50, p99}, err
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
