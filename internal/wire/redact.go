package wire

import (
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

const redacted = "[redacted]"

// enough is how many bytes a secret, or the beginning of one, must have to be redacted. Fewer would match ordinary text.
const enough = 8

const (
	marks      = `&\%~` // that escapes of other notations begin with
	delimiters = marks + " \t\r\n\"'<>(),"
)

// Authorization is the credentials of one request, and the secrets in them.
type Authorization struct {
	header     string
	secrets    []string
	beginnings []string // of the secrets, unescaped
}

// NewAuthorization takes the value of the Authorization header and the secrets to redact.
func NewAuthorization(header string, secrets ...string) Authorization {
	a := Authorization{header: header}
	for _, secret := range secrets {
		if len(secret) >= enough {
			unescaped := unescape(secret)
			a.secrets = append(a.secrets, secret)
			a.beginnings = append(a.beginnings, unescaped[:min(enough, len(unescaped))])
		}
	}
	return a
}

// redact replaces the secrets in text from a server, which may repeat them completely or cut short. It replaces the whole text
// if a secret is escaped in it.
func (a Authorization) redact(text string) string {
	for _, secret := range a.secrets {
		for from := 0; ; from += len(redacted) {
			at := strings.Index(text[from:], secret[:enough])
			if at < 0 {
				break
			}
			from += at
			rest, end := text[from:], 0
			for end < len(rest) && (end < len(secret) && rest[end] == secret[end] || strings.IndexByte(delimiters, rest[end]) < 0) {
				end++ // to the end of the secret and of the word around it
			}
			if end < len(rest) && strings.IndexByte(marks, rest[end]) >= 0 {
				return redacted // the rest of the secret may be escaped
			}
			text = text[:from] + redacted + rest[end:]
		}
	}
	unescaped := unescape(text)
	if slices.ContainsFunc(a.beginnings, func(beginning string) bool { return strings.Contains(unescaped, beginning) }) {
		return redacted
	}
	return text
}

var escape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)\\u[0-9A-Fa-f]{4}|\\.|%[0-9A-Fa-f]{2}|~[01]`)
})

// unescape decodes the escapes of HTML, JSON, Go, URLs and JSON Pointers, also those within each other.
func unescape(text string) string {
	for range 4 { // a bound, because each escape of a long text could be within the one before
		if !strings.ContainsAny(text, marks) {
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
			case len(match) == len(`\u0000`):
				code, _ := strconv.ParseUint(match[2:], 16, 16)
				return string(rune(code))
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
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return text // the usual case: a request ID
	}
	// Of all printable characters, only the ASCII space is a space.
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}
