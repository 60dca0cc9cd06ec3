package main

import (
	"fmt"
	"net"
	"os"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/cmd/internal/output"
	"github.com/flexflow-go/flexflow/cmd/internal/sandbox"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const sandboxHelp = `Serve a fake Flex API until interrupted, for tests in any language.

It serves the examples of the OpenAPI document, or the flows of --flows and --count. It prints only its address on
standard output, and how to fetch from it on standard error.

A --fault changes the response to the next request for a SID: SID=WORD,WORD... with the words status:503,
retry-after:2 (seconds), slow:2s, violate:/pointer, drop and truncate. A second --fault for that SID changes the
response to the request after it.`

const sandboxExample = `  flexflow sandbox --addr 127.0.0.1:8080
  flexflow sandbox --flows flows.jsonl --log
  flexflow sandbox --fault FOa1b2c3d4e5f60718293a4b5c6d7e8f90=status:503,retry-after:2`

func (c *cli) sandboxCommand() *cobra.Command {
	var addr string
	var log bool
	var config sandbox.Config
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
			if log {
				config.Log = output.Note
			}
			server, err := await(cmd.Context(), func() (*sandbox.Server, error) { return sandbox.New(config) })
			if err != nil {
				return err
			}
			if err := server.Listen(addr); err != nil {
				return c.fail(err)
			}
			if _, err := fmt.Println(server.URL); err != nil {
				return c.fail(err)
			}
			printUsage(server)
			return c.fail(server.Wait(cmd.Context()))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:0", "`address` to listen on; port 0 selects a free port")
	flags.StringVar(&config.Flows, "flows", "", "`file` with the flows to serve: one, an array, or one on each line; - is standard input")
	flags.IntVar(&config.Count, "count", 0, "serve this `number` of generated flows as well")
	flags.StringArrayVar(&config.Faults, "fault", nil, "how to change the response to the next request for a SID: `SID=WORDS`")
	flags.BoolVar(&log, "log", false, "print a line for each request on standard error")
	return cmd
}

func printUsage(server *sandbox.Server) {
	if server.Public {
		output.Note("other machines can reach the sandbox on " + server.Addr)
	}
	fmt.Fprintf(os.Stderr, `flexflow: a fake Flex API is served on %s until interrupted. To fetch from it:

  unset TWILIO_API_KEY TWILIO_API_SECRET
  export TWILIO_ACCOUNT_SID=%s TWILIO_AUTH_TOKEN=%s
`, server.URL, flexflowtest.AccountSID, flexflowtest.AuthToken)
	for _, flow := range server.Flows[:min(3, len(server.Flows))] {
		fmt.Fprintf(os.Stderr, "  flexflow fetch --base-url %s %s\n", server.URL, *flow.SID)
	}
}
