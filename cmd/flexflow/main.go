// Command flexflow fetches Twilio Flex Flows and validates each response. See flexflow --help.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
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
Flex Flows are legacy (Flex UI 1.x): use this for inventory and migration, and Flex Conversations for new work.
Flows go to standard output; errors, progress and logs go to standard error.

Exit codes (of a batch, the highest that occurred, or 1 at the deadline):
  0  every flow was fetched and is valid
  1  the request failed, the server had an error, or a deadline or a stop rule ended the batch
  2  the usage or the configuration is invalid, or a SID is malformed and was not sent
  3  the API refused: HTTP 401, 403, 404, 429 or another 4xx
  4  the response violates the contract, is a redirect, or has another status below 400
  130, 143  interrupted by Ctrl-C (SIGINT) or by SIGTERM

Environment:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  the credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      an API key, which takes precedence
  TWILIO_REGION, TWILIO_EDGE             where to send the requests
  HTTPS_PROXY, NO_PROXY, NO_COLOR        a proxy, the hosts to reach without it; no colors`

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		received := <-signals
		signal.Stop(signals) // a second signal ends the program at once
		cancel(signaled{received})
	}()
	log.SetOutput(io.Discard) // net/http writes there what a server sends unasked: it may be a credential or a value of a flow
	os.Exit(run(ctx))
}

// signaled is the cause of a context that was canceled by a signal.
type signaled struct{ signal os.Signal }

func (s signaled) Error() string { return "interrupted" }

// exitCode returns the exit code that a shell reports for a program that the signal ended.
func (s signaled) exitCode() int {
	if number, ok := s.signal.(syscall.Signal); ok {
		return 128 + int(number)
	}
	return exitFailed
}

// await returns the result of a function that may wait for a file, or the signal that came first.
func await[T any](ctx context.Context, wait func() (T, error)) (none T, err error) {
	var value T
	done := make(chan struct{})
	go func() {
		defer close(done)
		value, err = wait()
	}()
	select {
	case <-done:
		return value, err
	case <-ctx.Done():
		return none, context.Cause(ctx)
	}
}

// run executes the command line and returns the exit code.
func run(ctx context.Context) int {
	c := &cli{color: choice{"auto", []string{"auto", "always", "never"}}}
	root := &cobra.Command{
		Use:           "flexflow",
		Short:         "Fetch Twilio Flex Flows and validate each response against the OpenAPI contract",
		Long:          rootHelp,
		Example:       "  flexflow fetch FOa1b2c3d4e5f60718293a4b5c6d7e8f90",
		Version:       fmt.Sprintf("%s (%s, %s/%s)", flexflow.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	addChoice(root, root.PersistentFlags(), &c.color, "color", "", "`when` to use colors: ")
	root.AddCommand(c.fetchCommand(), c.doctorCommand(), c.validateCommand(), c.sandboxCommand(), c.specCommand(), c.manCommand())

	cmd, err := root.ExecuteContextC(ctx)
	var end exitCode
	var interrupted signaled
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &end):
		return int(end)
	case errors.As(err, &interrupted):
		c.printError(err)
		return interrupted.exitCode()
	}
	c.printError(fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath()))
	return exitUsage
}

// exitCode is the error of a command that has printed its errors. Any other error of a command is about its usage.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// ended returns the error of a command that ends with an exit code, or nil.
func ended(code int) error {
	if code == exitOK {
		return nil
	}
	return exitCode(code)
}

// fail prints an error and returns its exit code.
func (c *cli) fail(err error) error {
	if err == nil {
		return nil
	}
	c.printError(err)
	return exitCode(codeOf(err))
}

// codeOf returns the exit code for the result of a fetch.
func codeOf(err error) int {
	var api *flexflow.APIError
	var interrupted signaled
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &interrupted):
		return interrupted.exitCode()
	case errors.Is(err, flexflow.ErrInvalidSID), errors.Is(err, flexflow.ErrInvalidConfig):
		return exitUsage
	case errors.Is(err, flexflow.ErrInvalidResponse):
		return exitInvalid
	case errors.As(err, &api) && api.StatusCode < 500:
		return exitRefused
	}
	return exitFailed
}
