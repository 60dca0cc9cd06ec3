// Package sandbox serves the fake API of package flexflowtest over a socket.
package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// Config says what a Server serves.
type Config struct {
	Flows  string       // file with flows; - is standard input
	Count  int          // flows to generate
	Faults []string     // SID=WORDS, as the help of the command describes them
	Log    func(string) // called with a line for each request; may be nil
}

// Server is the fake API.
type Server struct {
	Flows []flexflow.FlexFlow // the flows that it serves

	// Set by Listen.
	URL    string // base URL for a client on this machine
	Addr   string
	Public bool // other machines can reach it

	server *http.Server
	served chan error
}

// New returns a Server, or an error if the config is invalid.
func New(config Config) (*Server, error) {
	fake := flexflowtest.NewHandler()
	flows, err := config.load()
	for _, flow := range flows {
		if err == nil {
			err = fake.Put(flow)
		}
	}
	if err == nil {
		err = addFaults(fake, config.Faults)
	}
	if err != nil {
		return nil, err
	}
	var handler http.Handler = fake
	if config.Log != nil {
		handler = logged(fake, config.Log)
	}
	return &Server{Flows: flows, server: newServer(handler), served: make(chan error, 1)}, nil
}

// Listen starts to serve on addr.
func (s *Server) Listen(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	host := listener.Addr().(*net.TCPAddr)
	s.Addr, s.Public = host.String(), !host.IP.IsLoopback()
	if host.IP.IsUnspecified() {
		host.IP = net.IPv4(127, 0, 0, 1)
	}
	s.URL = "http://" + host.String()
	go func() { s.served <- s.server.Serve(listener) }()
	return nil
}

// newServer limits the time and the size of a request header, because other machines may send requests.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
}

// Wait serves until ctx ends, and then waits up to 5 seconds for requests in progress.
func (s *Server) Wait(ctx context.Context) error {
	select {
	case err := <-s.served:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.server.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return s.server.Close()
}

// Close closes the server and its connections.
func (s *Server) Close() error { return s.server.Close() }

// logged returns a handler that logs a line for each request, without headers and bodies.
func logged(fake http.Handler, log func(string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &statusRecorder{ResponseWriter: w}
		defer func() {
			log(fmt.Sprintf("%s %s %s", r.Method, r.URL.EscapedPath(), cmp.Or(recorder.status, "no response")))
		}()
		fake.ServeHTTP(recorder, r)
	})
}

type statusRecorder struct {
	http.ResponseWriter
	status string
}

func (r *statusRecorder) WriteHeader(status int) {
	r.status = strconv.Itoa(status)
	r.ResponseWriter.WriteHeader(status)
}

func (r *statusRecorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
