// Package rawserver is a server on bare sockets for tests. It can break every rule of HTTP.
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

// Server answers on bare sockets, so that it can break every rule of HTTP. It counts what reaches it.
type Server struct {
	URL      string
	Requests atomic.Int64
	Accepted atomic.Int64 // connections

	reply    atomic.Pointer[Reply]
	greeting  Reply // instead of reading requests, when it is set
	tls       *tls.Config
	listener  net.Listener
	accepting sync.WaitGroup
	serving   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // those that are open
}

// Reply writes the answer to one request, and says whether the connection may take another.
type Reply func(conn net.Conn, r *http.Request) (keep bool)

func Start(t testing.TB, answer Reply) *Server { return StartTLS(t, nil, answer) }

func StartTLS(t testing.TB, config *tls.Config, answer Reply) *Server {
	t.Helper()
	s := &Server{tls: config}
	s.Respond(answer)
	s.start(t, "127.0.0.1:0")
	s.URL = "http://" + s.addr()
	if config != nil {
		s.URL = "https://" + s.addr()
	}
	t.Cleanup(s.Stop)
	return s
}

// StartGreeter answers what comes first on a connection, the beginning of a TLS handshake.
func StartGreeter(t testing.TB, greeting Reply) *Server {
	t.Helper()
	s := &Server{greeting: greeting}
	s.start(t, "127.0.0.1:0")
	s.URL = "https://" + s.addr()
	t.Cleanup(s.Stop)
	return s
}

func (s *Server) addr() string { return s.listener.Addr().String() }

// Respond changes the answer to all further requests.
func (s *Server) Respond(answer Reply) { s.reply.Store(&answer) }

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

// Stop refuses new connections and breaks those that are open.
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

// Restart comes back on the same port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	s.start(t, s.addr())
}

// Drained waits until the clients have closed their connections, and returns how many they have not closed.
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
		conn.Read(make([]byte, 64<<10))
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

// The replies that the tables are made of.

// Send writes text and takes the next request.
func Send(text ...string) Reply {
	return func(conn net.Conn, _ *http.Request) bool {
		_, err := io.WriteString(conn, strings.Join(text, ""))
		return err == nil
	}
}

// HangUp writes text and closes the connection.
func HangUp(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool { Send(text...)(conn, r); return false }
}

// Reset writes text and breaks the connection.
func Reset(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		Send(text...)(conn, r)
		closeWithReset(conn)
		return false
	}
}

// Stall writes text and then nothing more until the client gives up.
func Stall(text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		Send(text...)(conn, r)
		io.Copy(io.Discard, conn)
		return false
	}
}

// Endless writes text, and then more without end.
func Endless(more string, text ...string) Reply {
	return func(conn net.Conn, r *http.Request) bool {
		for ok := Send(text...)(conn, r); ok; ok = Send(more)(conn, r) {
		}
		return false
	}
}

// Drip writes text, and then more once every 10 ms.
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
	Chunked  = "Transfer-Encoding: Chunked"
)

// Head is the beginning of an answer, up to its body.
func Head(status int, header ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\n", status, http.StatusText(status), lines(header))
}

// Whole is an answer with a right Content-Length.
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

// Chunk is part of a Chunked body; the empty one ends it.
func Chunk(data string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }
