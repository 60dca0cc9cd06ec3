package wire

import (
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	a := NewAuthorization("Basic dXNlcg==", "eightchr", "correct-horse", "seven77")
	for text, want := range map[string]string{
		"":                                  "",
		"a eightchr b":                      "a [redacted] b",
		"correct-horse rest":                "[redacted] rest",
		"(correct-horse)":                   "([redacted])",
		"correct-horse.correct-horse, x":    "[redacted], x",
		"correct":                           "correct",
		"correct-":                          "[redacted]",
		"xcorrect-horsex y":                 "x[redacted] y",
		"correct-horse&x y":                 "[redacted]",
		"seven77":                           "seven77",
		`{"a":"\u0063orrect-horse"} more`:   "[redacted]",
		"%63orrect%2Dhorse":                 "[redacted]",
		"&#99;orrect-horse":                 "[redacted]",
		"%2563orrect-horse":                 "[redacted]",
		"50% of a &lt;tag&gt; and a \\n ~1": "50% of a &lt;tag&gt; and a \\n ~1",
		"correct-%68orse and text":          "[redacted]",
	} {
		if got := a.redact(text); got != want {
			t.Errorf("redact(%q) = %q, want %q", text, got, want)
		}
	}
	if got := (Authorization{}).redact("a &amp; b"); got != "a &amp; b" {
		t.Errorf("without secrets: %q", got)
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"RQ1":                    "RQ1",
		"a  b\nc\x1b[31m~":       "a b c [31m~",
		"\n\x1b":                 "",
		"é\u202e":                "é",
		strings.Repeat("x", 300): strings.Repeat("x", 300),
		strings.Repeat("x", 301): strings.Repeat("x", 300) + "...",
	} {
		if got := OneLine(text); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", text, got, want)
		}
	}
}
