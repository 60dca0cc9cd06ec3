package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// colors says when to use colors: the flag --color.
var colors = choice{"auto", []string{"auto", "always", "never"}}

// quiet says that only errors go to standard error: the flag --quiet.
var quiet bool

// words replaces names of the library with those of the command. It removes nothing: a server could make a text so that
// its rest is a secret.
var words = strings.NewReplacer(
	"WithInsecureHTTP", "--insecure-http", "WithMaxResponseBytes allows", "the limit", "WithEdge", "--edge",
	"ListFlexFlow: the parameter PageSize", "--page-size",
	"give the credentials to New only", "give the credentials in the environment only",
)

// prefix matches what the library writes before what happened.
var prefix = regexp.MustCompile(`^(flexflow(?:test)?: )?(incomplete: )?((Fetch|List)FlexFlow:? )?`)

// message returns the text of an error on one line, in the words of the command.
func message(err error) string {
	text := prefix.ReplaceAllString(err.Error(), "")
	return printable(strings.Join(strings.Fields(words.Replace(text)), " "))
}

// printError writes an error to standard error.
func printError(err error) {
	fmt.Fprintln(os.Stderr, paint(os.Stderr, color.FgRed, "flexflow:"), message(err))
}

// note writes one line to standard error that is not an error.
func note(text string) {
	if !quiet {
		fmt.Fprintln(os.Stderr, "flexflow: "+printable(text))
	}
}

// count returns a number with one of two words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// isTerminal reports whether stream is a terminal.
func isTerminal(stream *os.File) bool { return term.IsTerminal(int(stream.Fd())) }

// paint colors text for a stream. The default is to do so on a terminal, unless NO_COLOR is set or TERM is dumb.
func paint(stream *os.File, attribute color.Attribute, text string) string {
	wanted := isTerminal(stream) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	if colors.value == "never" || colors.value == "auto" && !wanted {
		return text
	}
	painter := color.New(attribute)
	painter.EnableColor()
	return painter.Sprint(text)
}

// printable replaces the control characters in text, because they could change what a terminal shows.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// printableJSON escapes the control characters in JSON text. The meaning of the JSON stays the same.
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
