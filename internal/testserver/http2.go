package testserver

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"testing"
)

// HTTP/2 frame types and flags (RFC 9113, section 6).
const (
	data, headers, settings, goAway = 0x0, 0x1, 0x4, 0x7

	ack        = 0x1
	endStream  = 0x1
	endHeaders = 0x4
)

// StartHTTP2 starts a server that sends these frames after the request of each connection, and then no more.
func StartHTTP2(t testing.TB, authority *Authority, frames string) *Server {
	t.Helper()
	config := authority.Server(t)
	config.NextProtos = []string{"h2"}
	return start(t, "https", config, func(_ *Server, conn net.Conn) { serveHTTP2(conn, frames) })
}

// StartHTTP2WithoutSockets is StartHTTP2 for a synctest bubble, without TLS. It returns a transport to the server.
func StartHTTP2WithoutSockets(t testing.TB, frames string) (*Server, *http.Transport) {
	t.Helper()
	s, transport := startWithoutSockets(t, func(_ *Server, conn net.Conn) { serveHTTP2(conn, frames) })
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetUnencryptedHTTP2(true)
	return s, transport
}

// serveHTTP2 reads in another goroutine than it writes, because a client may not read while it writes.
func serveHTTP2(conn net.Conn, frames string) {
	received := make(chan [9]byte, 1000) // headers of frames
	go func() {
		defer close(received)
		in := bufio.NewReader(conn)
		in.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
		for header := [9]byte{}; ; {
			if _, err := io.ReadFull(in, header[:]); err != nil {
				return
			}
			in.Discard(int(header[0])<<16 | int(header[1])<<8 | int(header[2]))
			received <- header
		}
	}()
	io.WriteString(conn, frame(settings, 0, 0, ""))
	for header := range received {
		switch {
		case header[3] == settings && header[4] != ack:
			io.WriteString(conn, frame(settings, ack, 0, ""))
		case header[3] == headers:
			io.WriteString(conn, frames)
			if secure, ok := conn.(*tls.Conn); ok {
				secure.CloseWrite() // then reads on, because closing with unread bytes would reset the connection
			}
		}
	}
}

// HTTP2Headers returns the frame with the header of the first response. Its fields are names and values in turn.
func HTTP2Headers(fields ...string) string { return frame(headers, endHeaders, 1, literal(fields)) }

// HTTP2Body returns a frame with a part of the body of the first response.
func HTTP2Body(body string) string { return frame(data, 0, 1, body) }

// HTTP2End returns the frame that ends the first response.
func HTTP2End() string { return frame(data, endStream, 1, "") }

// HTTP2Trailer returns the frame with a trailer that ends the first response.
func HTTP2Trailer(fields ...string) string {
	return frame(headers, endHeaders|endStream, 1, literal(fields))
}

// HTTP2GoAway returns the frame that ends a connection with an internal error, and text for its cause.
func HTTP2GoAway(text string) string {
	return frame(goAway, 0, 0, "\x00\x00\x00\x01\x00\x00\x00\x02"+text)
}

func frame(kind, flags byte, stream uint32, payload string) string {
	n := len(payload)
	header := []byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags}
	return string(binary.BigEndian.AppendUint32(header, stream)) + payload
}

// literal encodes pairs of names and values without compression (RFC 7541, section 6.2.2).
func literal(fields []string) (encoded string) {
	for i, field := range fields {
		if i%2 == 0 {
			encoded += "\x00"
		}
		encoded += string([]byte{byte(len(field))}) + field
	}
	return encoded
}
