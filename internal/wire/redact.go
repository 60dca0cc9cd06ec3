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

// enough is the length of the shortest secret that is redacted, and of the shortest beginning of one. Redacting less would
// hide nothing and riddle the text.
const enough = 8

const (
	marks      = `&\%~` // of what is written in another notation
	delimiters = marks + " \t\r\n\"'<>(),"
)

// Authorization is what one request carries, and what must not be repeated to anybody.
type Authorization struct {
	header  string
	secrets []string
}

// NewAuthorization takes the value of the Authorization header, and the secrets that redaction looks for.
func NewAuthorization(header string, secrets ...string) Authorization {
	return Authorization{header, slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) < enough })}
}

// redact replaces the secrets in text from outside, which may repeat what it was sent, whole or cut short. A text that
// holds one in the notation of HTML, JSON, URLs or JSON Pointers, or in one within another, is replaced as a whole.
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
				end++ // to the end of the secret, and of the word that it is in
			}
			if end < len(rest) && strings.IndexByte(marks, rest[end]) >= 0 {
				return redacted // the rest of it may be in another notation
			}
			text = text[:from] + redacted + rest[end:]
		}
	}
	if a.holdsEscaped(text, 2) {
		return redacted
	}
	return text
}

// holdsEscaped says whether a secret shows once the text is decoded, up to so many times.
func (a Authorization) holdsEscaped(text string, times int) bool {
	if times == 0 || len(a.secrets) == 0 || !strings.ContainsAny(text, marks) {
		return false
	}
	for _, decode := range []func(string) string{html.UnescapeString, unescapeJSON, unescapeURL, unescapePointer} {
		decoded := decode(text)
		if decoded == text {
			continue
		}
		for _, secret := range a.secrets {
			if strings.Contains(decoded, secret[:enough]) {
				return true
			}
		}
		if a.holdsEscaped(decoded, times-1) {
			return true
		}
	}
	return false
}

var (
	unescapePointer = strings.NewReplacer("~1", "/", "~0", "~").Replace
	jsonEscape      = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)\\(u[0-9A-Fa-f]{4}|.)`) })
	urlEscape       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`%[0-9A-Fa-f]{2}`) })
)

// unescapeJSON reads the escapes of Go as well, which quotes a malformed response.
func unescapeJSON(text string) string {
	return jsonEscape().ReplaceAllStringFunc(text, func(match string) string {
		if code, err := strconv.ParseUint(match[2:], 16, 16); err == nil {
			return string(rune(code))
		}
		return match[1:]
	})
}

func unescapeURL(text string) string {
	return urlEscape().ReplaceAllStringFunc(text, func(match string) string {
		decoded, _ := hex.DecodeString(match[1:])
		return string(decoded)
	})
}

// OneLine makes text from outside fit to stand in a message or a log: whatever could break the line or steer a terminal
// becomes a space, and a long text is cut.
func OneLine(text string) string {
	const limit = 300
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "..."
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return text // as nearly every request ID is
	}
	// Of all printable characters, the space of ASCII alone is a space.
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}
