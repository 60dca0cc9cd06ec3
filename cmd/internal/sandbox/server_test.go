package sandbox

import (
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
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
		"a long header":        {"GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", "HTTP/1.1 431 ", 0},
		"a short header":       {"GET / HTTP/1.0\r\nX: " + strings.Repeat("x", 8<<10) + "\r\n\r\n", "HTTP/1.0 404 ", 0},
	} {
		t.Run(name, func(t *testing.T) {
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
				got, err := io.ReadAll(client)
				if took := time.Since(start); err != nil || took > row.within+time.Second || !strings.HasPrefix(string(got), row.want) || row.want == "" && len(got) > 0 {
					t.Errorf("after %s got %.40q, %v", took, got, err)
				}
				client.Close()
				server.Close()
			})
		})
	}
}

func TestNew_flowsOfAFile(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"JSON": "[{},\n{}]\n", "JSON Lines": "{}\n{}\n", "one": "{}"} {
		file := filepath.Join(t.TempDir(), "flows")
		sid := []string{`{"sid": "FO00000000000000000000000000000001"}`, `{"sid": "FO00000000000000000000000000000002"}`}
		text = strings.Replace(strings.Replace(text, "{}", sid[0], 1), "{}", sid[1], 1)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		server, err := New(Config{Flows: file})
		if err != nil || len(server.Flows) != strings.Count(text, "{") {
			t.Errorf("%s: %v, %v", name, server, err)
		}
	}
}
