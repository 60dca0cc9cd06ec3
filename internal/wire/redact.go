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

// enough is the length in bytes of the shortest secret, and of the shortest beginning of a secret, that is redacted. Anything
// shorter would match ordinary text.
const enough = 8

const (
	marks      = `&\%~` // that escapes of other notations begin with
	delimiters = marks + " \t\r\n\"'<>(),"
)

// Authorization is the credentials of one request, and the secrets in them.
type Authorization struct {
	header  string
	secrets []string
}

// NewAuthorization takes the value of the Authorization header and the secrets to redact.
func NewAuthorization(header string, secrets ...string) Authorization {
	return Authorization{header, slices.DeleteFunc(secrets, func(secret string) bool { return len(secret) < enough })}
}

// redact replaces the secrets in text from a server, which may repeat them completely or in part. It replaces the whole text
// if a secret is escaped in it as in HTML, JSON, URLs or JSON Pointers, or in one of these within another.
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
	if a.holdsEscaped(text, 2) {
		return redacted
	}
	return text
}

// holdsEscaped says whether the text has a secret after it is unescaped, up to depth times.
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

// unescapeJSON also reads the escapes of Go, which net/http uses to quote a malformed response.
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
