// Command flexflow lists and fetches Twilio Flex Flows, and validates each response. See flexflow --help.
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

const rootHelp = `List and fetch Twilio Flex Flows, and validate each response against the OpenAPI contract.
Flex Flows are legacy (Flex UI 1.x): use this to take inventory before you migrate to Flex Conversations.
Flows go to standard output; errors, progress and logs go to standard error.`

// The tables of --help are also sections of each man page: on each line a name and, after two spaces, its meaning.
const exitCodesHelp = `Exit codes (of a batch or a list, the highest that occurred):
  0  every flow was read and is valid
  1  a request failed, or the server had an error
  2  the usage or the configuration is invalid, there was no SID, or a SID is malformed and was not sent
  3  the API refused: HTTP 401, 403, 404, 429 or another 4xx
  4  a response violates the contract, is a redirect, or has another status below 400
  5  it ended early: a deadline, a stop rule, a page that failed, or input or output that failed
  129, 130, 141, 143  ended by SIGHUP, Ctrl-C (SIGINT), a closed pipe (SIGPIPE) or SIGTERM`

const environmentHelp = `Environment variables:
  TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN  the credentials
  TWILIO_API_KEY, TWILIO_API_SECRET      an API key, which takes precedence
  TWILIO_REGION, TWILIO_EDGE             where to send the requests
  HTTPS_PROXY, NO_PROXY, NO_COLOR        a proxy, the hosts to reach without it; no colors`

// The exit codes.
const (
	exitOK exitCode = iota
	exitFailed
	exitUsage
	exitRefused
	exitInvalid
	exitIncomplete
)

// exitCode is the result of a command that has printed its errors. Any other error of a command is about its usage.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() {
	// Package net/http writes there what a server sends unasked, which may be a credential or a value of a flow.
	log.SetOutput(io.Discard)

	root := &cobra.Command{
		Use:           "flexflow",
		Short:         "List and fetch Twilio Flex Flows, and validate each response",
		Long:          rootHelp + "\n\n" + exitCodesHelp + "\n\n" + environmentHelp,
		Version:       fmt.Sprintf("%s (%s, %s/%s)", flexflow.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	addChoice(root, root.PersistentFlags(), &colors, "color", "", "`when` to use colors: ")
	root.PersistentFlags().BoolVarP(&quiet, "quiet", "q", false, "print only errors on standard error")
	root.AddCommand(listCommand(), fetchCommand(), doctorCommand(), validateCommand(), sandboxCommand(), specCommand(),
		manCommand())

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

// codeOf returns the exit code for the result of a fetch or of writing.
func codeOf(err error) exitCode {
	var api *flexflow.APIError
	var file *os.PathError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, flexflow.ErrInvalidSID), errors.Is(err, flexflow.ErrInvalidConfig):
		return exitUsage
	case errors.Is(err, flexflow.ErrInvalidResponse):
		return exitInvalid
	case errors.As(err, &api) && api.StatusCode < 500:
		return exitRefused
	case errors.As(err, &file) && file.Op == "write":
		return exitIncomplete
	}
	return exitFailed
}
