package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/fatih/color"

	"github.com/flexflow-go/flexflow/internal/output"
)

// cli has the state that all commands share.
type cli struct {
	color choice // when to use colors
}

// paint returns a function that colors text for a stream.
func (c *cli) paint(stream *os.File, attribute color.Attribute) func(...any) string {
	return output.Paint(c.color.value, stream, attribute)
}

// words replaces names of the library with those of the command.
var words = strings.NewReplacer(
	"flexflow: ", "", "FetchFlexFlow ", "", "WithInsecureHTTP", "--insecure-http", "WithMaxResponseBytes", "--max-response-bytes",
	"give the credentials to New only", "give the credentials in the environment only",
)

// message returns the text of an error on one line, in the words of the command.
func message(err error) string {
	return output.Printable(strings.Join(strings.Fields(words.Replace(err.Error())), " "))
}

// printError writes one line to standard error.
func (c *cli) printError(err error) {
	fmt.Fprintln(os.Stderr, c.paint(os.Stderr, color.FgRed)("flexflow:"), message(err))
}

// note writes one line to standard error that is not an error.
func note(text string) { fmt.Fprintln(os.Stderr, "flexflow: "+output.Printable(text)) }
