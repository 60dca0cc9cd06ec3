package flexflowtest

import (
	"context"
	"net"
	"net/http"
)

// Transport returns a transport that sends every request, with any scheme and host, to the fake over an in-memory
// connection instead of a socket. It works inside a bubble of package testing/synctest, where waits for a retry or a
// slow response take no real time. Do not call [NewServer] inside a bubble, because it listens on a socket.
//
// Both ends use HTTP/1.1 of package net/http, so [Script.Drop] and [Script.Truncate] cause the same errors as over a
// network. Each request has its own connection, which closes when the response body is closed.
func (h *Handler) Transport() http.RoundTripper {
	dial := func(scheme string) func(context.Context, string, string) (net.Conn, error) {
		serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			r.URL.Scheme = scheme // there is no TLS that would tell it
			h.ServeHTTP(w, r)
		})
		return func(context.Context, string, string) (net.Conn, error) {
			client, server := net.Pipe()
			listener := make(pipeListener, 1)
			listener <- server
			close(listener)
			go (&http.Server{Handler: serve}).Serve(listener) // returns once it has accepted the connection
			return client, nil
		}
	}
	// An idle connection would keep goroutines in the bubble.
	return &http.Transport{DialContext: dial("http"), DialTLSContext: dial("https"), MaxIdleConnsPerHost: -1}
}

// pipeListener is a closed channel with one connection, as a net.Listener.
type pipeListener chan net.Conn

func (l pipeListener) Accept() (net.Conn, error) {
	if conn, ok := <-l; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}

func (pipeListener) Close() error   { return nil }
func (pipeListener) Addr() net.Addr { return nil }
