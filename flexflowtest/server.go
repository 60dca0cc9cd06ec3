// Package flexflowtest provides a fake of Twilio's Flex API for the tests of programs that use package flexflow. It is
// to flexflow what net/http/httptest is to net/http.
//
// The fake is a real HTTP server. Its paths, parameters and responses are those of the contract that the client
// validates against, and it rejects flows that violate the contract. It fails on demand, in the ways in which networks
// and servers fail; see [Script].
package flexflowtest

import (
	"bytes"
	"context"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow"
)

// TB is the part of [testing.TB] that a [Server] uses. *testing.T, *testing.B and *testing.F implement it.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
	Cleanup(func())
}

// Server is a [Handler] that serves HTTPS on a loopback address until the test ends. A wrong use fails the test.
type Server struct {
	*Handler
	URL string // the base URL, https://127.0.0.1:port

	server *httptest.Server
}

// NewServer starts a Server without flows, which closes when the test ends. The test fails if a request is still in
// progress then, or if a step of a [Script] was not used.
func NewServer(t TB) *Server {
	h := NewHandler()
	h.t = t
	server := httptest.NewUnstartedServer(h)
	server.Config.ErrorLog = log.New(serverLog{}, "", 0)
	server.StartTLS()
	s := &Server{Handler: h, URL: server.URL, server: server}
	t.Cleanup(s.close)
	return s
}

// serverLog passes what net/http logs to the standard logger, except failed TLS handshakes, which the client reports:
// it rejected the certificate or closed the connection.
type serverLog struct{}

func (serverLog) Write(line []byte) (int, error) {
	if !bytes.HasPrefix(line, []byte("http: TLS handshake error")) {
		log.Print(string(line))
	}
	return len(line), nil
}

// Put stores the flow as [Handler.Put] does, and fails the test if that returns an error.
func (s *Server) Put(flow flexflow.FlexFlow) {
	s.t.Helper()
	if err := s.Handler.Put(flow); err != nil {
		s.t.Fatalf("%v", err)
	}
}

// Client returns a client for the server. Its credentials are those named last by [Handler.AcceptBasic] or
// [Handler.AcceptBearer], by default [AccountSID] and [AuthToken]. The options override the client's own.
func (s *Server) Client(opts ...flexflow.Option) *flexflow.Client {
	s.t.Helper()
	accepted := s.accepted()
	last := accepted[len(accepted)-1]
	creds := flexflow.AuthToken(last.user, last.secret)
	if last.kind == "bearer" {
		creds = flexflow.Bearer(func(context.Context) (string, error) { return last.secret, nil })
	}
	own := []flexflow.Option{flexflow.WithBaseURL(s.URL), flexflow.WithHTTPClient(s.HTTPClient())}
	client, err := flexflow.New(creds, append(own, opts...)...)
	if err != nil {
		s.t.Fatalf("flexflowtest: %v", err)
	}
	return client
}

// HTTPClient returns an HTTP client that trusts the server's certificate. Use it to send other credentials, to wrap its
// transport, or for another API client. Each call returns a new client, which you may change, with the same transport.
func (s *Server) HTTPClient() *http.Client {
	client := *s.server.Client()
	return &client
}

func (s *Server) close() {
	s.t.Helper()
	closed := make(chan struct{})
	go func() {
		s.server.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(2 * time.Second): // a request whose context has ended is over by then
		const message = "%d request(s) in progress at the end of the test: wait for them, or cancel their context"
		s.t.Errorf("flexflowtest: "+message, s.active.Load())
		s.server.CloseClientConnections()
		<-closed
	}
	if s.t.Failed() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.scripts)) {
		if left := len(s.scripts[name]); left > 0 {
			s.t.Errorf("flexflowtest: %d step(s) of the script %s were not used: too few requests came", left, name)
		}
	}
}
