package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/flexflow-go/flexflow/bench/program"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// lab has what the scenes share: the programs of the clients, and a server on loopback, over TLS and HTTP/1.1.
type lab struct {
	dir         string // of the programs
	body        []byte // of each response: an example of the document with all fourteen attributes
	server      *httptest.Server
	connections atomic.Int64 // opened so far
}

func newLab(dir string) (*lab, error) {
	body, err := json.Marshal(flexflowtest.Examples()[0])
	if err != nil {
		return nil, err
	}
	l := &lab{dir: dir, body: body}
	l.server = httptest.NewUnstartedServer(http.HandlerFunc(l.respond))
	l.server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			l.connections.Add(1)
		}
	}
	// A client that exits leaves unfinished handshakes, which the server would log. Clients report their own errors.
	l.server.Config.ErrorLog = log.New(io.Discard, "", 0)
	l.server.StartTLS()

	// Each program trusts only this server, so its transport needs no change.
	trusted := filepath.Join(dir, "server.pem")
	os.Setenv("SSL_CERT_FILE", trusted)
	os.Setenv("SSL_CERT_DIR", os.DevNull)
	block := &pem.Block{Type: "CERTIFICATE", Bytes: l.server.Certificate().Raw}
	return l, os.WriteFile(trusted, pem.EncodeToMemory(block), 0o600)
}

// respond takes 2 ms for the request that every client should send.
func (l *lab) respond(w http.ResponseWriter, r *http.Request) {
	user, password, _ := r.BasicAuth()
	if r.URL.Path != "/v1/FlexFlows/"+program.SID || user != program.User || password != program.Password {
		http.NotFound(w, r)
		return
	}
	time.Sleep(2 * time.Millisecond)
	maps.Copy(w.Header(), program.Header)
	w.Write(l.body)
}

// measure runs the program of a client, and adds what is seen from outside to the values that it prints.
func (l *lab) measure(c *client, measurement string, lasting time.Duration) (map[string]float64, error) {
	opened := l.connections.Load()
	file := filepath.Join(l.dir, c.program)
	cmd := exec.Command(file, slices.Concat(c.args, []string{"-time", lasting.String(), measurement, l.server.URL})...)
	var failure bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(l.body), &failure
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, &failure)
	}
	var values map[string]float64
	binary, err := os.Stat(file)
	if err = errors.Join(err, json.Unmarshal(out, &values)); err != nil {
		return nil, err
	}
	values["size"] = float64(binary.Size()) / 1e6
	values["new connections"] = float64(l.connections.Load()-opened) / values["fetches"]
	return values, nil
}
