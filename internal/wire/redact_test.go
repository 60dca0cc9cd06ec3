package wire

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	a := newAuthorization("Basic dXNlcg==", "eightchr", "correct-horse", "seven77", "😀-horse-battery", "pass phrase, with words", "azaz@[az")
	for text, want := range map[string]string{
		"":                                  "",
		"a eightchr b":                      "a [redacted] b",
		"correct-horse rest":                "[redacted] rest",
		"(correct-horse)":                   "([redacted])",
		"correct-horse.correct-horse, x":    "[redacted].[redacted], x",
		"correct-hocorrect-ho":              "[redacted]",
		"correct":                           "correct",
		"correct-":                          "[redacted]",
		"xcorrect-horsex y":                 "x[redacted]x y",
		"correct-horse&x y":                 "[redacted]&x y",
		"****rrect-horse x":                 "****[redacted] x",
		"CORRECT-HORSE":                     "[redacted]",
		"AZAZ@[AZ":                          "[redacted]",
		"pass+phrase%2C+with+words.":        "[redacted]",
		"&quot;correct-horse&quot;":         "&quot;[redacted]&quot;",
		`correct-\u0068orse`:                "[redacted]",
		`\ud83d\ude00-horse\u002dbattery`:   "[redacted]",
		"2 &amp; 😀-horse-battery":           "2 &amp; [redacted]",
		"seven77":                           "seven77",
		`{"a":"\u0063orrect-horse"} more`:   "[redacted]",
		"%63orrect%2Dhorse":                 "[redacted]",
		"&#99;orrect-horse":                 "[redacted]",
		"%2563orrect-horse":                 "[redacted]",
		"%25252563orrect-horse":             "[redacted]",
		"50% of a &lt;tag&gt; and a \\n ~1": "50% of a &lt;tag&gt; and a \\n ~1",
		"correct-%68orse and text":          "[redacted]",
	} {
		if got := a.redact(text); got != want {
			t.Errorf("redact(%q) = %q, want %q", text, got, want)
		}
	}
	// Unescaping destroys one part and reveals another.
	hex := newAuthorization("", "a1b2c3d4e5f6")
	for _, text := range []string{"&#xa1b2c3d4e5f6; %61%31%62%32%63%33%64%34%65%35%66%36", `\ua1b2c3d4e5f6 %61%31%62%32%63%33%64%34`} {
		if got := hex.redact(text); got != "[redacted]" {
			t.Errorf("redact(%q) = %q", text, got)
		}
	}
	if got := (Authorization{}).redact("a &amp; b"); got != "a &amp; b" {
		t.Errorf("without secrets: %q", got)
	}
}

// Base64 of a text that contains the secret is redacted, whatever is before and after the secret.
func TestRedact_base64(t *testing.T) {
	t.Parallel()
	const secret = "1c9e3f7a5b8d2046>?>?e1f3a7c95d0b8264"
	a := newAuthorization("", secret)
	for before := range 4 {
		for after := range 4 {
			text := strings.Repeat("a", before) + secret + strings.Repeat("z", after)
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
				encoded := encoding.EncodeToString([]byte(text))
				rest := strings.Replace(a.redact("Basic "+encoded+"."), redacted, "", 1)
				if len(rest) > len("Basic .")+12 || !strings.HasPrefix(rest, "Basic ") {
					t.Errorf("base64 of %s: %s is left", text, rest)
				}
			}
		}
	}
}

// A text with the beginning of a secret in it many times costs as much as another text of its length.
func TestRedact_manyTimes(t *testing.T) {
	a := newAuthorization("", "correct-horse-battery-staple")
	text := strings.Repeat("correct- ", 64<<10)
	if allocated := testing.AllocsPerRun(1, func() { a.redact(text) }); allocated > 200 {
		t.Errorf("%v allocations", allocated)
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RQ1":                              "RQ1",
		"a  b\nc\x1b[31m~":                 "a b c [31m~",
		"\n\x1b":                           "",
		"é\u202e":                          "é",
		strings.Repeat("x", 300):           strings.Repeat("x", 300),
		strings.Repeat("x", 301):           strings.Repeat("x", 300) + "...",
		strings.Repeat("x\xff", 150) + "y": strings.Repeat("x ", 150) + "...",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", text, got, want)
		}
	}
}
