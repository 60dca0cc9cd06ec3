package main

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// cli is what all commands share.
type cli struct {
	color choice // when to use colours
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// paint returns a function that colours text for a stream, if the stream is to have colours.
func (c *cli) paint(stream *os.File, attribute color.Attribute) func(...any) string {
	wanted := c.color.value == "always" ||
		c.color.value == "auto" && isTerminal(stream) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	painter := color.New(attribute)
	if wanted {
		painter.EnableColor()
	} else {
		painter.DisableColor()
	}
	return painter.SprintFunc()
}

// printError writes one line to standard error.
func (c *cli) printError(err error) {
	text := strings.TrimPrefix(err.Error(), "flexflow: ")
	text = strings.Replace(text, "FetchFlexFlow ", "", 1)                  // the command has no operations
	text = strings.ReplaceAll(text, "flexflow: ", "")                      // of an error within another
	text = strings.ReplaceAll(text, "WithInsecureHTTP", "--insecure-http") // the option as this program calls it
	fmt.Fprintln(os.Stderr, c.paint(os.Stderr, color.FgRed)("flexflow:"), printable(strings.Join(strings.Fields(text), " ")))
}

// note writes one line to standard error that is no error.
func note(text string) { fmt.Fprintln(os.Stderr, "flexflow: "+printable(text)) }

// printable makes text from outside fit for a terminal: what is no visible character or space could steer it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// printableJSON does the same to JSON text and keeps its meaning.
func printableJSON(text []byte) []byte {
	safe := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if r == '\n' || unicode.IsGraphic(r) {
			safe = append(safe, string(r)...)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			safe = fmt.Appendf(safe, `\u%04x`, unit)
		}
	}
	return safe
}
