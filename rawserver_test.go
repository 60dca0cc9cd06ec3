package flexflow_test

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

// rawServer answers on bare sockets, so that it can break every rule of HTTP. It counts what reaches it.
type rawServer struct {
	URL      string
	requests atomic.Int64
	accepted atomic.Int64 // connections

	answer    atomic.Pointer[reply]
	greeting  reply // instead of reading requests, when it is set
	tls       *tls.Config
	listener  net.Listener
	accepting sync.WaitGroup
	serving   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // those that are open
}

// reply writes the answer to one request, and says whether the connection may take another.
type reply func(conn net.Conn, r *http.Request) (keep bool)

func startRaw(t testing.TB, answer reply) *rawServer { return startRawTLS(t, nil, answer) }

func startRawTLS(t testing.TB, config *tls.Config, answer reply) *rawServer {
	t.Helper()
	s := &rawServer{tls: config}
	s.respond(answer)
	s.start(t, "127.0.0.1:0")
	s.URL = "http://" + s.addr()
	if config != nil {
		s.URL = "https://" + s.addr()
	}
	t.Cleanup(s.stop)
	return s
}

// startGreeter answers what comes first on a connection, the beginning of a TLS handshake.
func startGreeter(t testing.TB, greeting reply) *rawServer {
	t.Helper()
	s := &rawServer{greeting: greeting}
	s.start(t, "127.0.0.1:0")
	s.URL = "https://" + s.addr()
	t.Cleanup(s.stop)
	return s
}

func (s *rawServer) addr() string { return s.listener.Addr().String() }

// respond changes the answer to all further requests.
func (s *rawServer) respond(answer reply) { s.answer.Store(&answer) }

func (s *rawServer) start(t testing.TB, addr string) {
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
			s.accepted.Add(1)
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

// stop refuses new connections and breaks those that are open.
func (s *rawServer) stop() {
	s.listener.Close()
	s.accepting.Wait()
	s.mu.Lock()
	for conn := range s.conns {
		closeWithReset(conn)
	}
	s.mu.Unlock()
	s.serving.Wait()
}

// restart comes back on the same port.
func (s *rawServer) restart(t testing.TB) {
	t.Helper()
	s.stop()
	s.start(t, s.addr())
}

// drained waits until the clients have closed their connections, and returns how many they have not closed.
func (s *rawServer) drained() int {
	closed := make(chan struct{})
	go func() { s.serving.Wait(); close(closed) }()
	select {
	case <-closed:
	case <-time.After(atOnce):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conns)
}

func (s *rawServer) serve(conn net.Conn) {
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
		s.requests.Add(1)
		if !(*s.answer.Load())(conn, request) {
			return
		}
	}
}

// The replies that the tables are made of.

// send writes text and takes the next request.
func send(text ...string) reply {
	return func(conn net.Conn, _ *http.Request) bool {
		_, err := io.WriteString(conn, strings.Join(text, ""))
		return err == nil
	}
}

// hangUp writes text and closes the connection.
func hangUp(text ...string) reply {
	return func(conn net.Conn, r *http.Request) bool { send(text...)(conn, r); return false }
}

// reset writes text and breaks the connection.
func reset(text ...string) reply {
	return func(conn net.Conn, r *http.Request) bool {
		send(text...)(conn, r)
		closeWithReset(conn)
		return false
	}
}

// stall writes text and then nothing more until the client gives up.
func stall(text ...string) reply {
	return func(conn net.Conn, r *http.Request) bool {
		send(text...)(conn, r)
		io.Copy(io.Discard, conn)
		return false
	}
}

// endless writes text, and then more without end.
func endless(more string, text ...string) reply {
	return func(conn net.Conn, r *http.Request) bool {
		for ok := send(text...)(conn, r); ok; ok = send(more)(conn, r) {
		}
		return false
	}
}

// drip writes text, and then more once every 10 ms.
func drip(more string, text ...string) reply {
	return func(conn net.Conn, r *http.Request) bool {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for ok := send(text...)(conn, r); ok; ok = send(more)(conn, r) {
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
	jsonType = "Content-Type: application/json"
	chunked  = "Transfer-Encoding: chunked"
)

// head is the beginning of an answer, up to its body.
func head(status int, header ...string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%s\r\n", status, http.StatusText(status), lines(header))
}

// whole is an answer with a right Content-Length.
func whole(status int, body string, header ...string) string {
	return head(status, append(header, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
}

func lines(header []string) string {
	var b strings.Builder
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	return b.String()
}

// chunk is part of a chunked body; the empty one ends it.
func chunk(data string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }
