package wire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	const secret = `s3cr3t+/=<&">'\~é-of-the-test`
	inJSON := func(text string) string {
		encoded, _ := json.Marshal(text)
		return string(encoded)
	}
	escaped := func(format string) string {
		var b strings.Builder
		for _, c := range []byte(secret) {
			fmt.Fprintf(&b, format, c)
		}
		return b.String()
	}
	auth := NewAuthorization("Basic x", secret, base64.StdEncoding.EncodeToString([]byte(secret)), base64.URLEncoding.EncodeToString([]byte(secret)))
	for name, text := range map[string]string{
		"as it is":                   secret,
		"within a sentence":          "not authorized: " + secret + ".",
		"twice":                      secret + " and " + secret,
		"cut to 12 characters":       secret[:12],
		"cut to 8 characters":        "x " + secret[:8] + " x",
		"HTML":                       html.EscapeString(secret),
		"HTML within JSON":           inJSON("<p>" + html.EscapeString(secret)),
		"JSON":                       inJSON(secret),
		"JSON within JSON":           inJSON(inJSON(secret)),
		"JSON within HTML":           html.EscapeString(inJSON(secret)),
		"a query":                    "?t=" + url.QueryEscape(secret),
		"a path":                     "/x/" + url.PathEscape(secret),
		"lower-case percent escapes": escaped("%%%02x"),
		"upper-case percent escapes": escaped("%%%02X"),
		"JSON in a URL":              url.QueryEscape(inJSON(secret)),
		"a JSON Pointer":             "/x/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(secret),
		"base64":                     base64.StdEncoding.EncodeToString([]byte(secret)),
		"base64 without padding":     base64.RawStdEncoding.EncodeToString([]byte(secret)),
		"base64url":                  base64.URLEncoding.EncodeToString([]byte(secret)),
		"base64url without padding":  base64.RawURLEncoding.EncodeToString([]byte(secret)),
	} {
		got := auth.redact(text)
		if !strings.Contains(got, redacted) {
			t.Errorf("%s: %s is not redacted", name, text)
		}
		for i := 0; i+enough <= len(secret); i++ {
			if strings.Contains(got, secret[i:i+enough]) {
				t.Errorf("%s: %s is left in %s", name, secret[i:i+enough], got)
			}
		}
	}
	for _, text := range []string{"", "nothing", secret[:7], secret[1:], `{"a":"b\n\u00e9 100% &amp; ~1"}`, "%zz %", `\`} {
		if got := auth.redact(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := auth.redact("a " + secret + " b"); got != "a "+redacted+" b" {
		t.Errorf("got %q", got)
	}
	if got := NewAuthorization("x", "short").redact("short"); got != "short" {
		t.Errorf("a short secret riddles the text: %q", got)
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain": "plain", "": "", "a\r\nb\tc": "a b c", "\x1b[31mred": "[31mred", "\u202eevil": "evil", "é\u2028x": "é x", " a  b ": "a b",
		strings.Repeat("x", 300): strings.Repeat("x", 300), strings.Repeat("x", 301): strings.Repeat("x", 300) + "...",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
