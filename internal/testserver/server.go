// Package testserver provides a test server on raw sockets that can violate TLS, HTTP/1.1 and HTTP/2 in any way.
package testserver

import (
	"bufio"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
)

// Server is a server on loopback that stops when its test ends. It counts requests and connections.
type Server struct {
	URL      string
	Requests atomic.Int64
	Accepted atomic.Int64 // number of connections

	reply   atomic.Pointer[Reply]
	conns   sync.Map // open connections
	serving sync.WaitGroup
}

// Start starts a server of HTTP/1.1 without TLS.
func Start(t testing.TB, reply Reply) *Server {
	t.Helper()
	s := start(t, "http", nil, (*Server).serve)
	s.Respond(reply)
	return s
}

// StartTLS starts a server of HTTP/1.1 with TLS.
func StartTLS(t testing.TB, config *tls.Config, reply Reply) *Server {
	t.Helper()
	s := start(t, "https", config, (*Server).serve)
	s.Respond(reply)
	return s
}

// StartGreeter starts a server that replies to the first bytes on a connection, the beginning of a TLS handshake.
func StartGreeter(t testing.TB, greeting Reply) *Server {
	t.Helper()
	return start(t, "https", nil, func(_ *Server, conn net.Conn) {
		conn.Read(make([]byte, 64<<10))
		greeting(conn, nil)
	})
}

// StartWithoutSockets starts a server for a synctest bubble, and returns a transport to it.
func StartWithoutSockets(t testing.TB, reply Reply) (*Server, *http.Transport) {
	t.Helper()
	s, transport := startWithoutSockets(t, (*Server).serve)
	s.Respond(reply)
	return s, transport
}

// startWithoutSockets starts a server that serves each connection with the function.
func startWithoutSockets(t testing.TB, serve func(*Server, net.Conn)) (*Server, *http.Transport) {
	t.Helper()
	s := &Server{URL: "http://localhost"}
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		s.accept(server, serve)
		return client, nil
	}}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		s.Reset()
		s.Drain()
	})
	return s, transport
}

// start starts a server that serves each connection with the function.
func start(t testing.TB, scheme string, config *tls.Config, serve func(*Server, net.Conn)) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{URL: scheme + "://" + listener.Addr().String()}
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	var accepting sync.WaitGroup
	accepting.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.accept(conn, serve)
		}
	})
	t.Cleanup(func() {
		listener.Close()
		accepting.Wait()
		s.Reset()
		s.Drain()
	})
	return s
}

func (s *Server) accept(conn net.Conn, serve func(*Server, net.Conn)) {
	s.Accepted.Add(1)
	s.conns.Store(conn, nil)
	s.serving.Go(func() {
		defer s.conns.Delete(conn)
		defer conn.Close()
		serve(s, conn)
	})
}

func (s *Server) serve(conn net.Conn) {
	for r := bufio.NewReader(conn); ; {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		s.Requests.Add(1)
		if !(*s.reply.Load())(conn, request) {
			return
		}
	}
}

// Respond sets the reply to all later requests.
func (s *Server) Respond(reply Reply) { s.reply.Store(&reply) }

// Reset resets all open connections.
func (s *Server) Reset() {
	for conn := range s.conns.Range {
		closeWithReset(conn.(net.Conn))
	}
}

// Drain waits until the clients have closed all connections.
func (s *Server) Drain() { s.serving.Wait() }
