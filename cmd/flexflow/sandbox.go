package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/internal/input"
)

// sandbox is the fake API with the examples of the contract in it, on a real listener.
type sandbox struct {
	url      string
	examples []flexflow.FlexFlow
	server   *http.Server
	served   chan error
}

// handler makes the fake that a sandbox serves, and returns its flows. An error is one of usage.
func (f sandboxFlags) handler() (http.Handler, []flexflow.FlexFlow, error) {
	fake := flexflowtest.NewHandler()
	flows, err := f.load()
	for _, flow := range flows {
		if err == nil {
			err = fake.Put(flow)
		}
	}
	if err == nil {
		err = addFaults(fake, f.faults)
	}
	if f.log {
		return logged(fake), flows, err
	}
	return fake, flows, err
}

func startSandbox(addr string, handler http.Handler, flows []flexflow.FlexFlow) (*sandbox, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	host := listener.Addr().(*net.TCPAddr)
	if !host.IP.IsLoopback() {
		fmt.Fprintf(os.Stderr, "flexflow: other machines can reach the sandbox on %s\n", host)
	}
	if host.IP.IsUnspecified() {
		host.IP = net.IPv4(127, 0, 0, 1)
	}
	s := &sandbox{
		url:      "http://" + host.String(),
		examples: flows,
		server:   newServer(handler),
		served:   make(chan error, 1),
	}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

// newServer bounds what a request may take, for other machines may send one.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
}

const sandboxHelp = `Serve a fake Flex API until interrupted, for tests in any language.

It serves the examples of the OpenAPI document, or the flows of --flows and --count. Standard output has only its
address; standard error says how to fetch from it.

A --fault is for the next request for a SID: SID=WORD,WORD... with the words status:503, retry-after:2 (seconds),
slow:2s, violate:/pointer, drop and truncate. A second --fault for that SID is for the request after.`

const sandboxExample = `  flexflow sandbox --addr 127.0.0.1:8080
  flexflow sandbox --flows flows.jsonl --log
  flexflow sandbox --fault FOa1b2c3d4e5f60718293a4b5c6d7e8f90=status:503,retry-after:2`

// sandboxFlags say what a sandbox serves.
type sandboxFlags struct {
	flows  string
	count  int
	faults []string
	log    bool
}

func (c *cli) sandboxCommand() *cobra.Command {
	var addr string
	var f sandboxFlags
	cmd := &cobra.Command{
		Use:     "sandbox",
		Short:   "Serve a fake Flex API until interrupted",
		Long:    sandboxHelp,
		Example: sandboxExample,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, port, err := net.SplitHostPort(addr)
			if err == nil {
				_, err = net.LookupPort("tcp", port)
			}
			if err != nil {
				return fmt.Errorf("--addr: %w", err)
			}
			handler, flows, err := f.handler()
			if err != nil {
				return err
			}
			s, err := startSandbox(addr, handler, flows)
			if err != nil {
				return c.fail(err)
			}
			if _, err := fmt.Println(s.url); err != nil {
				return c.fail(err)
			}
			s.printUsage()
			return c.fail(s.wait(cmd.Context()))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 is a free one")
	flags.StringVar(&f.flows, "flows", "", "`file` with the flows to serve, as JSON or one a line; - is standard input")
	flags.IntVar(&f.count, "count", 0, "serve this `number` of generated flows as well")
	flags.StringArrayVar(&f.faults, "fault", nil, "what the next request for a SID meets: `SID=WORDS`")
	flags.BoolVar(&f.log, "log", false, "print a line for each request on standard error")
	return cmd
}

// wait serves until ctx ends, and lets the requests under way finish.
func (s *sandbox) wait(ctx context.Context) error {
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

func (s *sandbox) printUsage() {
	fmt.Fprintf(os.Stderr, `flexflow: a fake Flex API is served on %s until interrupted. To fetch from it:

  unset TWILIO_API_KEY TWILIO_API_SECRET
  export TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s
`, s.url, flexflowtest.AccountSID, flexflowtest.AuthToken)
	for _, flow := range s.examples[:min(3, len(s.examples))] {
		fmt.Fprintf(os.Stderr, "  flexflow fetch --base-url %s %s\n", s.url, *flow.SID)
	}
}

// load returns the flows that a sandbox serves.
func (f sandboxFlags) load() ([]flexflow.FlexFlow, error) {
	if f.count < 0 || f.count > 1_000_000 {
		return nil, errors.New("--count must be from 0 to 1000000")
	}
	var flows []flexflow.FlexFlow
	if f.flows != "" {
		content, err := input.ReadFile(f.flows)
		if err != nil {
			return nil, fmt.Errorf("--flows: %w", err)
		}
		for stored := range input.Flows(content) {
			flow, err := flexflow.ParseFlexFlow(stored.Body)
			if err = cmp.Or(stored.Err, err); err != nil {
				return nil, fmt.Errorf("--flows: line %d: %w", stored.Line, err)
			}
			flows = append(flows, *flow)
		}
	}
	examples := flexflowtest.Examples()
	for i := range f.count {
		flow := examples[i%len(examples)]
		flow.SID = new(fmt.Sprintf("FO%032x", i+1))
		flow.FriendlyName = new(fmt.Sprintf("Flow %d", i+1))
		flow.URL = new("https://flex-api.twilio.com/v1/FlexFlows/" + *flow.SID)
		flows = append(flows, flow)
	}
	if f.flows == "" && f.count == 0 {
		flows = examples
	}
	return flows, nil
}

// logged prints a line for each request: never a header or a body.
func logged(fake http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := &statusRecorder{ResponseWriter: w}
		defer func() {
			note(fmt.Sprintf("%s %s %s", r.Method, r.URL.EscapedPath(), cmp.Or(recorder.status, "no response")))
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
