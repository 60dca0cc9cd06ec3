// Command flexflow fetches Twilio Flex Flows and validates each response. See flexflow --help.
package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
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

// The exit codes.
const (
	exitOK = iota
	exitFailed
	exitUsage
	exitRefused
	exitInvalid
)

// exitCode is the result of a command that has printed its errors. Any other error of a command is about its usage.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	// Package net/http writes there what a server sends unasked, which may be a credential or a value of a flow.
	log.SetOutput(io.Discard)

	root := &cobra.Command{
		Use:           "flexflow",
		Short:         "Fetch Twilio Flex Flows and validate each response against the OpenAPI contract",
		Long:          rootHelp,
		Example:       "  flexflow fetch FOa1b2c3d4e5f60718293a4b5c6d7e8f90",
		Version:       fmt.Sprintf("%s (%s, %s/%s)", flexflow.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	addChoice(root, root.PersistentFlags(), &colors, "color", "", "`when` to use colors: ")
	root.AddCommand(fetchCommand(), doctorCommand(), validateCommand(), sandboxCommand(), specCommand(), manCommand())

	cmd, err := root.ExecuteC()
	code, ended := errors.AsType[exitCode](err)
	if err != nil && !ended {
		printError(fmt.Errorf("%w (see %s --help)", err, cmd.CommandPath()))
		code = exitUsage
	}
	os.Exit(int(code))
}

// fail prints an error, if there is one, and returns its exit code.
func fail(err error) exitCode {
	if err != nil {
		printError(err)
	}
	return codeOf(err)
}

// codeOf returns the exit code for the result of a fetch.
func codeOf(err error) exitCode {
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
