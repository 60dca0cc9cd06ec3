// Command flexflow fetches Twilio Flex Flows from a shell and checks each against the contract: flexflow --help.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
)

// The exit codes.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitRefused
	exitInvalid
)

const rootHelp = `Fetch Twilio Flex Flows and validate each response against the OpenAPI contract.

What was asked for goes to standard output; errors, progress and logs go to standard error.

Exit codes; of several flows the highest counts:
  0  fetched and valid
  1  could not reach the API, trouble on the server's side, or the deadline or a stop rule ended a batch
  2  wrong usage or configuration, or an invalid SID, for which nothing was sent
  3  the API refused: 401, 403, 404, 429 or another 4xx
  4  the response broke the contract, even if --validation=report printed the flow; or a redirect, or another status
     that is neither 200 nor an error
  130, 143  interrupted by Ctrl-C (SIGINT) or by SIGTERM

Flex Flows are legacy: they are for Flex UI 1.x, and Twilio announced that Programmable Chat for Flex reaches its end of
life on June 1, 2026. Use this to take inventory of flows and to migrate them, and Flex Conversations for new work.

Environment:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  the credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      an API key, which takes precedence
  TWILIO_REGION, TWILIO_EDGE             where to send the requests
  HTTPS_PROXY, NO_PROXY, NO_COLOR        a proxy, the hosts to reach without it; no colors unless --color=always`

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		received := <-signals
		signal.Stop(signals) // a second signal ends the program at once
		cancel(signaled{received})
	}()
	log.SetFlags(0)
	log.SetOutput(quietLog{})
	os.Exit(run(ctx, os.Args[1:]))
}

// signaled is the cause of a context that a signal ended.
type signaled struct{ signal os.Signal }

func (s signaled) Error() string { return "interrupted" }

// exitCode is that of a shell for a program that the signal ends.
func (s signaled) exitCode() int {
	if number, ok := s.signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return exitFailed
}

// quietLog is the standard log, to which net/http writes what a server sends that nobody asked for. That may be a
// credential or a value of a flow, so none of it is printed.
type quietLog struct{}

func (quietLog) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte("Unsolicited response")) {
		fmt.Fprintln(os.Stderr, "flexflow: the server sent data that was not requested; it is not shown")
	}
	return len(line), nil
}

// run executes a command line and returns the exit code.
func run(ctx context.Context, args []string) int {
	c := &cli{color: choice{"auto", []string{"auto", "always", "never"}}}
	root := &cobra.Command{
		Use:           "flexflow",
		Short:         "Fetch Twilio Flex Flows and validate each response against the OpenAPI contract",
		Long:          rootHelp,
		Version:       flexflow.Version,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	addChoice(root, root.PersistentFlags(), &c.color, "color", "", "`when` to use colours: ")
	root.Flags().Bool("version", false, "print the version") // without the -v that cobra would give it
	root.AddCommand(c.fetchCommand(), c.validateCommand(), c.sandboxCommand(), c.specCommand(), versionCommand())
	root.SetArgs(args)

	cmd, err := root.ExecuteContextC(ctx)
	var ended exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &ended):
		return int(ended)
	}
	c.printError(fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath()))
	return exitUsage
}

// exitCode ends a command that has printed its errors itself. Every other error of a command is one of its usage.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// fail prints what went wrong and ends the command with the exit code for it.
func (c *cli) fail(err error) error {
	if err == nil {
		return nil
	}
	c.printError(err)
	return exitCode(codeOf(err))
}

// codeOf is the exit code for the outcome of a fetch.
func codeOf(err error) int {
	var api *flexflow.APIError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flexflow.ErrInvalidSID), errors.Is(err, flexflow.ErrInvalidConfig):
		return exitUsage
	case errors.Is(err, flexflow.ErrInvalidResponse):
		return exitInvalid
	case errors.As(err, &api) && api.StatusCode < 500:
		return exitRefused
	}
	return exitFailed
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			fmt.Printf("flexflow %s (%s, %s/%s)\n", flexflow.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		},
	}
}
