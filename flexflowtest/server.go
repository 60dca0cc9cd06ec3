// Package flexflowtest is a fake of Twilio's Flex API, for the tests of programs that use package flexflow. It is to
// flexflow what net/http/httptest is to net/http.
//
// The fake is a real HTTP server. Its paths, its parameters and its answers are those of the contract that the client
// is checked against, and it takes no flow that breaks it. On request it fails in all the ways in which networks and
// servers fail; see [Script].
//
//	func TestGreeting(t *testing.T) {
//		srv := flexflowtest.NewServer(t)
//		flow := flexflowtest.Examples()[0]
//		srv.Put(flow)
//		srv.On(*flow.SID).Status(429).RetryAfter(0).Then().Succeed()
//
//		got, err := greeting(srv.Client(), *flow.SID) // the code under test
//		...
//	}
package flexflowtest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow"
)

// TB is the part of [testing.TB] that a [Server] uses. A *testing.T, *testing.B and *testing.F satisfy it.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Failed() bool
	Cleanup(func())
}

// Server is a [Handler] that serves HTTPS on a loopback address for the length of a test. What is wrong with the use of
// it fails the test.
type Server struct {
	*Handler
	URL string // the base URL, https://127.0.0.1:port

	server *httptest.Server
}

// patience is how long the end of a test waits for requests that are being answered.
const patience = 2 * time.Second

// NewServer starts a Server that has no flows yet. It is closed when the test ends. The test fails then when a request
// is still being answered, or when a step of a [Script] was never reached.
func NewServer(t TB) *Server {
	h := NewHandler()
	h.t = t
	server := httptest.NewTLSServer(h)
	s := &Server{Handler: h, URL: server.URL, server: server}
	t.Cleanup(s.close)
	return s
}

// Put stores the flow as [Handler.Put] does, and fails the test when it cannot.
func (s *Server) Put(flow flexflow.FlexFlow) {
	s.t.Helper()
	if err := s.Handler.Put(flow); err != nil {
		s.t.Fatalf("%v", err)
	}
}

// Client returns a client of the server, with the right credentials. The options come on top.
func (s *Server) Client(opts ...flexflow.Option) *flexflow.Client {
	s.t.Helper()
	own := []flexflow.Option{flexflow.WithBaseURL(s.URL), flexflow.WithHTTPClient(s.HTTPClient())}
	client, err := flexflow.New(flexflow.AuthToken(AccountSID, AuthToken), append(own, opts...)...)
	if err != nil {
		s.t.Fatalf("flexflowtest: %v", err)
	}
	return client
}

// HTTPClient returns an HTTP client that trusts the server's certificate, for other credentials than the right ones,
// for a transport around its own, or for another API client.
func (s *Server) HTTPClient() *http.Client {
	return s.server.Client()
}

func (s *Server) close() {
	s.t.Helper()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.server.Close()
	}()
	select {
	case <-closed:
	case <-time.After(patience):
		s.t.Errorf("flexflowtest: %d request(s) under way at the end of the test: wait for them, or cancel their context", s.active.Load())
		s.server.CloseClientConnections()
		<-closed
	}
	if s.t.Failed() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(s.scripts)) {
		script := fmt.Sprintf("On(%q)", key)
		if key == nextRequest {
			script = "Next()"
		}
		if left := len(s.scripts[key]); left > 0 {
			s.t.Errorf("flexflowtest: %d step(s) of the script %s were not reached: no request came for them", left, script)
		}
	}
}
