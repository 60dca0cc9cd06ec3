package main

import (
	"fmt"
	"os"

	"github.com/fatih/color"

	"github.com/flexflow-go/flexflow/cmd/internal/output"
)

// cli has the state that all commands share.
type cli struct {
	color choice // when to use colors
}

// paint returns a function that colors text for a stream.
func (c *cli) paint(stream *os.File, attribute color.Attribute) func(...any) string {
	return output.Paint(c.color.value, stream, attribute)
}

// printError writes one line to standard error.
func (c *cli) printError(err error) {
	fmt.Fprintln(os.Stderr, c.paint(os.Stderr, color.FgRed)("flexflow:"), output.Message(err))
}
