package output

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf16"

	"github.com/fatih/color"
	"golang.org/x/term"
)

// IsTerminal reports whether stream is a terminal.
func IsTerminal(stream *os.File) bool { return term.IsTerminal(int(stream.Fd())) }

// Paint returns a function that colors text for a stream, or returns it unchanged. when is always, never or auto; auto colors
// text on a terminal, unless NO_COLOR is set or TERM is dumb.
func Paint(when string, stream *os.File, attribute color.Attribute) func(...any) string {
	painter := color.New(attribute)
	if when == "always" || when == "auto" && IsTerminal(stream) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" {
		painter.EnableColor()
	} else {
		painter.DisableColor()
	}
	return painter.SprintFunc()
}

// Printable replaces the control characters in text, because they could change what a terminal shows.
func Printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// PrintableJSON escapes the control characters in JSON text. The meaning of the JSON stays the same.
func PrintableJSON(text []byte) []byte {
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
