package testserver

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// Reply writes the response to one request, and reports whether to keep the connection.
type Reply func(conn net.Conn, r *http.Request) (keep bool)

// Send returns a Reply that writes text and keeps the connection.
func Send(text ...string) Reply {
	return func(conn net.Conn, _ *http.Request) bool {
		_, err := io.WriteString(conn, strings.Join(text, ""))
		return err == nil
	}
}

// HangUp returns a Reply that writes text and closes the connection.
func HangUp(text ...string) Reply { return then(text, func(net.Conn) {}) }

// Reset returns a Reply that writes text and resets the connection.
func Reset(text ...string) Reply { return then(text, closeWithReset) }

// Stall returns a Reply that writes text and waits until the client closes the connection.
func Stall(text ...string) Reply {
	return then(text, func(conn net.Conn) { io.Copy(io.Discard, conn) })
}

// Endless returns a Reply that writes text, and then more until the client closes the connection.
func Endless(more string, text ...string) Reply { return repeat(0, more, text) }

// Drip returns a Reply that writes text, and then more every 10 ms until the client closes the connection.
func Drip(more string, text ...string) Reply { return repeat(10*time.Millisecond, more, text) }

func repeat(pause time.Duration, more string, text []string) Reply {
	return then(text, func(conn net.Conn) {
		for Send(more)(conn, nil) {
			time.Sleep(pause)
		}
	})
}

// then returns a Reply that writes text, calls end, and closes the connection.
func then(text []string, end func(net.Conn)) Reply {
	return func(conn net.Conn, _ *http.Request) bool {
		Send(text...)(conn, nil)
		end(conn)
		return false
	}
}

func closeWithReset(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		conn = secure.NetConn()
	}
	if socket, ok := conn.(*net.TCPConn); ok {
		socket.SetLinger(0)
	}
	conn.Close()
}

const (
	ContentJSON = "Content-Type: application/json"
	Chunked     = "Transfer-Encoding: Chunked"
)

// Head returns the status line and header of a response.
func Head(status int, header ...string) string {
	first := fmt.Sprintf("HTTP/1.1 %d %s", status, http.StatusText(status))
	return strings.Join(append([]string{first}, header...), "\r\n") + "\r\n\r\n"
}

// Whole returns a response with the correct Content-Length.
func Whole(status int, body string, header ...string) string {
	return Head(status, append(header, fmt.Sprintf("Content-Length: %d", len(body)))...) + body
}

// Chunk returns a chunk of a body; an empty chunk ends the body.
func Chunk(data string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(data), data) }
