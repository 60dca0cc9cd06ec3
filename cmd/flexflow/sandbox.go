package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// sandbox is the fake API with the examples of the contract in it, on a real listener.
type sandbox struct {
	url      string
	examples []flexflow.FlexFlow
	server   *http.Server
	served   chan error
}

func startSandbox(addr string) (*sandbox, error) {
	fake := flexflowtest.NewHandler()
	examples := flexflowtest.Examples()
	for _, flow := range examples {
		if err := fake.Put(flow); err != nil {
			return nil, err
		}
	}
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
		examples: examples,
		server:   &http.Server{Handler: fake, ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10},
		served:   make(chan error, 1),
	}
	go func() { s.served <- s.server.Serve(listener) }()
	return s, nil
}

func (c *cli) sandboxCommand() *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve a fake Flex API with the contract's examples until interrupted",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, port, err := net.SplitHostPort(addr)
			if err == nil {
				_, err = net.LookupPort("tcp", port)
			}
			if err != nil {
				return fmt.Errorf("--addr: %w", err)
			}
			s, err := startSandbox(addr)
			if err != nil {
				return c.fail(err)
			}
			s.printUsage()
			return c.fail(s.wait(cmd.Context()))
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 is a free one")
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
	for _, flow := range s.examples {
		fmt.Fprintf(os.Stderr, "  flexflow fetch --base-url %s %s\n", s.url, *flow.SID)
	}
}
