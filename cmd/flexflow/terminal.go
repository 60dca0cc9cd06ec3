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
	color choice // when to use colors
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// paint returns a function that colors text for a stream, if the stream is to have colors.
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

// words are the library's names for what the command has other names for, or none.
var words = strings.NewReplacer(
	"flexflow: ", "", "FetchFlexFlow ", "", "WithInsecureHTTP", "--insecure-http", "WithMaxResponseBytes", "--max-response-bytes",
)

// message is the text of an error on one line, in the words of the command.
func message(err error) string {
	return printable(strings.Join(strings.Fields(words.Replace(err.Error())), " "))
}

// printError writes one line to standard error.
func (c *cli) printError(err error) {
	fmt.Fprintln(os.Stderr, c.paint(os.Stderr, color.FgRed)("flexflow:"), message(err))
}

// note writes one line to standard error that is not an error.
func note(text string) { fmt.Fprintln(os.Stderr, "flexflow: "+printable(text)) }

// printable replaces the control characters in text from outside, which could change what a terminal shows.
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
