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
	"github.com/flexflow-go/flexflow/internal/contract"
)

const sandboxHelp = `Serve a fake Flex API until interrupted, for tests in any language.

It serves the examples of the OpenAPI document, or the flows of --flows, as they are, and of --count. It prints only its
address on standard output, and how to fetch from it on standard error.

A --fault changes the response to the next request for a SID: SID=WORD,WORD... with the words status:503,
retry-after:2 (seconds), slow:2s, violate:/pointer, drop and truncate. A second --fault for that SID changes the
response to the request after it.`

const sandboxExample = `  flexflow sandbox --addr 127.0.0.1:8080
  flexflow sandbox --flows flows.jsonl --log
  flexflow sandbox --fault FOa1b2c3d4e5f60718293a4b5c6d7e8f90=status:503,retry-after:2`

// sandbox is the fake API of package flexflowtest on a socket.
type sandbox struct {
	addr   string
	file   string
	count  uint
	faults []string
	log    bool

	sids []string // of its flows
}

func sandboxCommand() *cobra.Command {
	s := &sandbox{}
	cmd := &cobra.Command{
		Use:     "sandbox",
		Short:   "Serve a fake Flex API until interrupted",
		Long:    sandboxHelp,
		Example: sandboxExample,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return s.run() },
	}
	flags := cmd.Flags()
	flags.StringVar(&s.addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 selects a free port")
	flags.StringVar(&s.file, "flows", "",
		"`file` with the flows to serve: flows, arrays, or pages of a list; - is standard input")
	flags.UintVar(&s.count, "count", 0, "serve this `number` of generated flows as well")
	flags.StringArrayVar(&s.faults, "fault", nil, "how to change the response to the next request for a SID: `SID=WORDS`")
	flags.BoolVar(&s.log, "log", false, "print a line for each request on standard error")
	return cmd
}

// run serves until the process is interrupted. Its error is an exitCode, or about the usage.
func (s *sandbox) run() error {
	fake, err := s.fake()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	ctx := untilSignal()
	if err := printAddress(*listener.Addr().(*net.TCPAddr), s.sids); err != nil {
		return fail(err)
	}
	server := newServer(fake)
	if s.log {
		server.Handler = logged(fake, note)
	}
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fail(err)
	}
	return nil
}

// fake returns the fake API with its flows and faults.
func (s *sandbox) fake() (*flexflowtest.Handler, error) {
	if s.count > 1_000_000 {
		return nil, errors.New("--count must be from 0 to 1000000")
	}
	fake := flexflowtest.NewHandler()
	examples := flexflowtest.Examples()
	var flows []flexflow.FlexFlow
	if s.file != "" {
		if err := s.putFile(fake); err != nil {
			return nil, fmt.Errorf("--flows: %w", err)
		}
	} else if s.count == 0 {
		flows = examples
	}
	for i := range int(s.count) {
		flow := examples[i%len(examples)]
		flow.SID = new(fmt.Sprintf("FO%032x", i+1))
		flow.FriendlyName = new(fmt.Sprintf("Flow %d", i+1))
		flow.URL = new("https://flex-api.twilio.com/v1/FlexFlows/" + *flow.SID)
		flows = append(flows, flow)
	}
	for _, flow := range flows {
		if err := fake.Put(flow); err != nil {
			return nil, err
		}
		s.sids = append(s.sids, *flow.SID)
	}
	for _, fault := range s.faults {
		if err := addFault(fake, fault); err != nil {
			return nil, fmt.Errorf("--fault %s: %w", fault, err)
		}
	}
	return fake, nil
}

// putFile stores the flows of the file as they are.
func (s *sandbox) putFile(fake *flexflowtest.Handler) error {
	file, err := openFile(s.file)
	if err != nil {
		return err
	}
	defer file.Close()
	for stored := range storedFlows(file) {
		err := stored.err
		if err == nil {
			err = fake.PutJSON(stored.body)
		}
		if err != nil {
			return fmt.Errorf("line %d: %s", stored.line, message(err))
		}
		s.sids = append(s.sids, contract.SIDOf(stored.body))
	}
	return nil
}

// printAddress prints the address on standard output, and how to fetch from it on standard error.
func printAddress(addr net.TCPAddr, sids []string) error {
	if !addr.IP.IsLoopback() {
		note("other machines can reach the sandbox on " + addr.String())
	}
	if addr.IP.IsUnspecified() {
		addr.IP = net.IPv4(127, 0, 0, 1)
	}
	url := "http://" + addr.String()
	if _, err := fmt.Println(url); err != nil {
		return err
	}
	if quiet {
		return nil
	}
	fmt.Fprintf(os.Stderr, `flexflow: a fake Flex API is served on %s until interrupted. To fetch from it:

  unset TWILIO_API_KEY TWILIO_API_SECRET
  export TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s
`, url, flexflowtest.AccountSID, flexflowtest.AuthToken)
	for _, sid := range sids[:min(3, len(sids))] {
		fmt.Fprintf(os.Stderr, "  flexflow fetch --base-url %s %s\n", url, sid)
	}
	return nil
}

// newServer limits the time and the size of a request header, because other machines may send requests.
func newServer(handler http.Handler) *http.Server {
	return &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10}
}

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
