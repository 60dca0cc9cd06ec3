// Package rawserver provides a test server on raw sockets that can violate HTTP in any way.
package rawserver

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a server on raw sockets. It counts requests and connections.
type Server struct {
	URL      string
	Requests atomic.Int64
	Accepted atomic.Int64 // number of connections

	reply     atomic.Pointer[Reply]
	greeting  Reply // if set, serves each connection instead of requests
	tls       *tls.Config
	listener  net.Listener
	accepting sync.WaitGroup
	serving   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // open connections
}

// Reply writes the response to one request, and reports whether to keep the connection.
type Reply func(conn net.Conn, r *http.Request) (keep bool)

// Start starts a server that stops when the test ends.
func Start(t testing.TB, response Reply) *Server { return StartTLS(t, nil, response) }

// StartTLS starts a server like Start, with TLS unless config is nil.
func StartTLS(t testing.TB, config *tls.Config, response Reply) *Server {
	t.Helper()
	s := &Server{tls: config}
	s.Respond(response)
	s.start(t, "127.0.0.1:0")
	s.URL = "http://" + s.addr()
	if config != nil {
		s.URL = "https://" + s.addr()
	}
	t.Cleanup(s.Stop)
	return s
}

// StartGreeter starts a server that replies to the first bytes on a connection, the beginning of a TLS handshake.
func StartGreeter(t testing.TB, greeting Reply) *Server {
	t.Helper()
	return startConnections(t, nil, func(conn net.Conn, r *http.Request) bool {
		conn.Read(make([]byte, 64<<10))
		return greeting(conn, r)
	})
}

func startConnections(t testing.TB, config *tls.Config, serve Reply) *Server {
	t.Helper()
	s := &Server{tls: config, greeting: serve}
	s.start(t, "127.0.0.1:0")
	s.URL = "https://" + s.addr()
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) addr() string { return s.listener.Addr().String() }

// Respond sets the reply to all later requests.
func (s *Server) Respond(response Reply) { s.reply.Store(&response) }

func (s *Server) start(t testing.TB, addr string) {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s.listener, s.conns = listener, map[net.Conn]bool{}
	s.accepting.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.Accepted.Add(1)
			if s.tls != nil {
				conn = tls.Server(conn, s.tls)
			}
			s.mu.Lock()
			s.conns[conn] = true
			s.mu.Unlock()
			s.serving.Go(func() { s.serve(conn) })
		}
	})
}

// Stop closes the port and resets open connections.
func (s *Server) Stop() {
	s.listener.Close()
	s.accepting.Wait()
	s.mu.Lock()
	for conn := range s.conns {
		closeWithReset(conn)
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// Restart stops the server and starts it again on the same port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	s.start(t, s.addr())
}

// Drained waits up to 5 seconds for clients to close their connections, and returns how many are still open.
func (s *Server) Drained() int {
	closed := make(chan struct{})
	go func() { s.serving.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(5 * time.Second):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *Server) serve(conn net.Conn) {
	defer func() {
		conn.Close()
		s.mu.Lock()
		delete(s.conns, conn)
		s.mu.Unlock()
	}()
	if s.greeting != nil {
		s.greeting(conn, nil)
		return
	}
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

// Send returns a Reply that writes text and keeps the connection.
func Send(text ...string) Reply {
	return func(conn net.Conn, _ *http.Request) bool {
		_, err := io.WriteString(conn, strings.Join(text, ""))
		return err == nil
	}
}

// HangUp returns a Reply that writes text and closes the connection.
func HangUp(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool { Send(text...)(conn, r); return false }
}

// Reset returns a Reply that writes text and resets the connection.
func Reset(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		Send(text...)(conn, r)
		closeWithReset(conn)
		return false
	}
}

// Stall returns a Reply that writes text and waits until the client closes the connection.
func Stall(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		Send(text...)(conn, r)
		io.Copy(io.Discard, conn)
		return false
	}
}

// Endless returns a Reply that writes text, and then more until the client closes the connection.
func Endless(more string, text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		for ok := Send(text...)(conn, r); ok; ok = Send(more)(conn, r) {
		}
		return false
	}
}

// Drip returns a Reply that writes text, and then more every 10 ms until the client closes the connection.
func Drip(more string, text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for ok := Send(text...)(conn, r); ok; ok = Send(more)(conn, r) {
			<-tick.C
		}
		return false
	}
}

func closeWithReset(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

const (
	ContentJSON = "Content-Type: application/json"
	Chunked     = "Transfer-Encoding: Chunked"
)

// Head returns the status line and header of a response.
func Head(status int, header ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\n", status, http.StatusText(status), lines(header))
}

// Whole returns a response with the correct Content-Length.
func Whole(status int, body string, header ...string) string {
	return Head(status, append(header, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
}

func lines(header []string) string {
	var b strings.Builder
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	return b.String()
}

// Chunk returns a chunk of a body; an empty chunk ends the body.
func Chunk(data string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }
