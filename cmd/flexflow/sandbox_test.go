package main

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// conns is a listener of connections in memory.
type conns chan net.Conn

func (c conns) Accept() (net.Conn, error) {
	if conn, ok := <-c; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (conns) Close() error   { return nil }
func (conns) Addr() net.Addr { return &net.TCPAddr{} }

// Other machines may reach a sandbox, so a request must not keep a connection or memory for long.
func TestNewServer_bounds(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		sent, want string
		within     time.Duration
	}{
		"a header without end": {"GET / HTTP/1.1\r\nHost: x\r\n", "", 10 * time.Second},
		"a long header":        {"GET / HTTP/1.0\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", "HTTP/1.1 431 ", 0},
		"a short header":       {"GET / HTTP/1.0\r\nX: " + strings.Repeat("x", 8<<10) + "\r\n\r\n", "HTTP/1.0 404 ", 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			client, conn := net.Pipe()
			listener := make(conns, 1)
			listener <- conn
			close(listener)
			server := newServer(http.NotFoundHandler())
			go server.Serve(listener)
			start := time.Now()
			go io.WriteString(client, row.sent)
			client.SetDeadline(start.Add(time.Hour))
			text, err := io.ReadAll(client)
			if took := time.Since(start); err != nil || took > row.within+time.Second {
				t.Errorf("%s: the connection ended after %s, %v", name, took, err)
			}
			if got := string(text); !strings.HasPrefix(got, row.want) || row.want == "" && got != "" {
				t.Errorf("%s: got %.40q, want %q", name, got, row.want)
			}
			client.Close()
			server.Close()
		})
	}
}
