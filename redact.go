package flexflow

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const redacted = "[redacted]"

// fewLetters is how short a secret must be for it to hide nothing, while redacting it would riddle the text.
const fewLetters = 8

// secrets are those that redact looks for.
func secrets(all ...string) []string {
	return slices.DeleteFunc(all, func(secret string) bool { return len(secret) < fewLetters })
}

// redact takes the secrets out of text that the other side sent, for it may repeat what it was sent. A text that holds
// one in the notation of HTML, JSON, URLs or JSON Pointers goes as a whole.
func (a authorization) redact(text string) string {
	for _, secret := range a.secrets {
		text = strings.ReplaceAll(text, secret, redacted)
		if strings.ContainsAny(text, `&\%~`) && holdsEscaped(text, secret) {
			return redacted
		}
	}
	return text
}

// redactBody is redact for a text that may have been cut off in the middle of a secret.
func (a authorization) redactBody(body []byte) []byte {
	text := a.redact(string(body))
	for _, secret := range a.secrets {
		for n := len(secret) - 1; n >= fewLetters; n-- {
			if before, cut := strings.CutSuffix(text, secret[:n]); cut {
				return []byte(before + redacted)
			}
		}
	}
	return []byte(text)
}

func holdsEscaped(text, secret string) bool {
	return strings.Contains(html.UnescapeString(text), secret) ||
		strings.Contains(unescape(text, `(?s)\\(?:u([0-9A-Fa-f]{4})|(.))`), secret) || // JSON, and Go, which quotes a malformed answer
		strings.Contains(unescape(text, `%([0-9A-Fa-f]{2})()`), secret) ||
		strings.Contains(strings.NewReplacer("~1", "/", "~0", "~").Replace(text), secret)
}

// unescape replaces what matches the pattern by the character with the number in the first group, or else by the second.
func unescape(text, pattern string) string {
	escape := regexp.MustCompile(pattern)
	return escape.ReplaceAllStringFunc(text, func(match string) string {
		groups := escape.FindStringSubmatch(match)
		number, err := strconv.ParseUint(groups[1], 16, 16)
		switch {
		case err != nil:
			return groups[2]
		case len(groups[1]) == 2:
			return string([]byte{byte(number)})
		}
		return string(rune(number))
	})
}
