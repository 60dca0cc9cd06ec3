package secret

import (
	"encoding/base64"
	"encoding/hex"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"
)

const redacted = "[redacted]"

// partLength is the length of a part in bytes. Shorter parts would match ordinary text.
const partLength = 8

// Redactor redacts texts that repeat a part of a secret. The zero value knows no secret.
type Redactor struct {
	secrets []string
	parts   func() map[string]bool // made for the first text, because most requests redact none
}

func redactorOf(secrets ...string) Redactor {
	return Redactor{secrets, sync.OnceValue(func() map[string]bool { return partsOf(secrets) })}
}

// partsOf returns each part of each secret, also as it is written in base64, in a URL, or without its escapes.
func partsOf(secrets []string) map[string]bool {
	parts := map[string]bool{}
	for _, secret := range secrets {
		if len(secret) < partLength {
			continue
		}
		plain := unescape(secret)
		inQuery := strings.ReplaceAll(secret, " ", "+")
		for _, form := range append(inBase64(secret), secret, plain, withSpaces(plain), inQuery) {
			form = lower(form)
			for at := range len(form) - partLength + 1 {
				parts[form[at:at+partLength]] = true
			}
		}
	}
	return parts
}

// And returns a redactor for the secrets of both.
func (r Redactor) And(other Redactor) Redactor {
	isKnown := func(secret string) bool { return slices.Contains(r.secrets, secret) }
	if added := slices.DeleteFunc(slices.Clone(other.secrets), isKnown); len(added) > 0 {
		return redactorOf(slices.Concat(r.secrets, added)...)
	}
	return r
}

// Redact returns the text, or [redacted] if it repeats a part of a secret, also escaped or in other case or spacing.
func (r Redactor) Redact(text string) string {
	form := text
	for range 5 { // a limit, because a server can nest escapes as deep as the text is long
		if r.isIn(form) || r.isIn(withSpaces(form)) {
			return redacted
		}
		unescaped := unescape(form)
		if unescaped == form {
			break
		}
		form = unescaped
	}
	return text
}

func (r Redactor) isIn(text string) bool {
	if r.parts == nil || len(text) < partLength {
		return false
	}
	parts, text := r.parts(), lower(text)
	for at := range len(text) - partLength + 1 {
		if parts[text[at:at+partLength]] {
			return true
		}
	}
	return false
}

// lower changes only ASCII letters.
func lower(text string) string {
	bytes := []byte(text)
	for i, b := range bytes {
		if 'A' <= b && b <= 'Z' {
			bytes[i] = b + 'a' - 'A'
		}
	}
	return string(bytes)
}

// inBase64 returns the forms of the secret inside base64. There are three in each alphabet, because 3 bytes become 4
// characters, and 0, 1 or 2 bytes before the secret shift it. They leave out characters that depend on other bytes too.
func inBase64(secret string) (forms []string) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift, skip := range []int{0, 2, 3} {
			encoded := encoding.EncodeToString([]byte(strings.Repeat(" ", shift) + secret))
			if (shift+len(secret))%3 != 0 {
				encoded = encoded[:len(encoded)-1]
			}
			forms = append(forms, encoded[skip:])
		}
	}
	return forms
}

var escape = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)(\\u[0-9A-Fa-f]{4})+|\\.|%[0-9A-Fa-f]{2}|~[01]`)
})

// unescape decodes the escapes of HTML, JSON, Go, URLs and JSON Pointers once.
func unescape(text string) string {
	if !strings.ContainsAny(text, `&\%~`) {
		return text
	}
	return escape().ReplaceAllStringFunc(html.UnescapeString(text), unescapeOne)
}

func unescapeOne(match string) string {
	switch {
	case match == "~0":
		return "~"
	case match == "~1":
		return "/"
	case strings.Contains(`\n\r\t\f`, match):
		return " "
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
}

// OneLine makes a line of text from a server. Control characters and line breaks become spaces, and long text is cut.
func OneLine(text string) string {
	const limit = 300
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], " ") + "..."
	}
	if !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return text // the usual case: a request ID
	}
	return withSpaces(text)
}

// withSpaces puts one space in place of all white space and control characters that stand together.
func withSpaces(text string) string {
	// Of all printable characters, only the ASCII space is a space.
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || !unicode.IsPrint(r) })
	return strings.Join(words, " ")
}
