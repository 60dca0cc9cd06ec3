package wire

import (
	"encoding/hex"
	"html"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
)

const redacted = "[redacted]"

// enough is how many bytes a part of a secret must have to be redacted. Fewer would match ordinary text.
const enough = 8

// redact replaces all parts of the secrets in text from a server, which may repeat them, cut and in other letter case. If a part
// is escaped, redact replaces the whole text.
func (a Authorization) redact(text string) string {
	found := a.find(text)
	if len(a.find(unescape(text))) > len(found) {
		return redacted
	}
	if len(found) == 0 {
		return text
	}
	var safe strings.Builder
	end := 0
	for _, at := range found {
		if at > end || end == 0 {
			safe.WriteString(text[end:at] + redacted)
		}
		end = at + enough
	}
	safe.WriteString(text[end:])
	if plain := unescape(safe.String()); plain != safe.String() && len(a.find(plain)) > 0 {
		return redacted // unescaping had destroyed as many parts as it revealed
	}
	return safe.String()
}

// find returns where the parts of the secrets are in the text. They may overlap.
func (a Authorization) find(text string) (found []int) {
	if a.parts == nil || len(text) < enough {
		return nil
	}
	parts, text := a.parts(), lower(text)
	for at := range len(text) - enough + 1 {
		if parts[text[at:at+enough]] {
			found = append(found, at)
		}
	}
	return found
}

// lower changes only ASCII letters, so that the text keeps its length.
func lower(text string) string {
	bytes := []byte(text)
	for i, b := range bytes {
		if 'A' <= b && b <= 'Z' {
			bytes[i] = b + 'a' - 'A'
		}
	}
	return string(bytes)
}

var escape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)(\\u[0-9A-Fa-f]{4})+|\\.|%[0-9A-Fa-f]{2}|~[01]`)
})

// unescape decodes the escapes of HTML, JSON, Go, URLs and JSON Pointers, also those within each other.
func unescape(text string) string {
	for range 4 { // a bound, because each escape of a long text could be within the one before
		if !strings.ContainsAny(text, `&\%~`) {
			break
		}
		text = escape().ReplaceAllStringFunc(html.UnescapeString(text), func(match string) string {
			switch {
			case match == "~0":
				return "~"
			case match == "~1":
				return "/"
			case match[0] == '%':
				decoded, _ := hex.DecodeString(match[1:])
				return string(decoded)
			case len(match) >= len(`\u0000`):
				var units []uint16
				for code := range strings.SplitSeq(match[2:], `\u`) {
					unit, _ := strconv.ParseUint(code, 16, 16)
					units = append(units, uint16(unit))
				}
				return string(utf16.Decode(units))
			}
			return match[1:]
		})
	}
	return text
}

// OneLine prepares text from a server for a message or a log: control characters and line breaks become spaces, and long text
// is cut.
func OneLine(text string) string {
	const limit = 300
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], " ") + "..."
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return text // the usual case: a request ID
	}
	// Of all printable characters, only the ASCII space is a space.
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}
