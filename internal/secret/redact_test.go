package secret

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	known := redactorOf(
		"eightchr", "correct-horse", "seven77", "😀-horse-battery", "pass phrase, with words", "azaz@[az")
	for _, text := range []string{
		"", "correct", "seven77", "50% of a &lt;tag&gt; and a \\n ~1",
	} {
		if got := known.Redact(text); got != text {
			t.Errorf("Redact(%q) = %q, want it unchanged", text, got)
		}
	}
	for name, text := range map[string]string{
		"a whole secret":            "a eightchr b",
		"with other white space":    "pass\\tphrase,\u00a0with  words",
		"a beginning":               "correct-",
		"a part":                    "****rrect-horse x",
		"parts beside each other":   "correct-hocorrect-ho",
		"inside a word":             "xcorrect-horsex y",
		"upper case":                "CORRECT-HORSE",
		"not only letters":          "AZAZ@[AZ",
		"a form":                    "pass+phrase%2C+with+words.",
		"between HTML quotes":       "&quot;correct-horse&quot;",
		"an escaped letter":         `correct-\u0068orse`,
		"a surrogate pair":          `\ud83d\ude00-horse\u002dbattery`,
		"beside an escape":          "2 &amp; 😀-horse-battery",
		"in JSON":                   `{"a":"\u0063orrect-horse"} more`,
		"in a URL":                  "%63orrect%2Dhorse",
		"as an entity":              "&#99;orrect-horse",
		"escaped twice":             "%2563orrect-horse",
		"escaped four times":        "%25252563orrect-horse",
		"an escape after a part":    "correct-%68orse and text",
		"an escape without meaning": `\correct-horse`,
	} {
		if got := known.Redact(text); got != redacted {
			t.Errorf("%s: Redact(%q) = %q", name, text, got)
		}
	}
	// Unescaping destroys one part and reveals another.
	hex := redactorOf("a1b2c3d4e5f6")
	for _, text := range []string{
		"&#xa1b2c3d4e5f6; %61%31%62%32%63%33%64%34%65%35%66%36", `\ua1b2c3d4e5f6 %61%31%62%32%63%33%64%34`,
	} {
		if got := hex.Redact(text); got != redacted {
			t.Errorf("Redact(%q) = %q", text, got)
		}
	}
	if got := (Redactor{}).Redact("a &amp; b"); got != "a &amp; b" {
		t.Errorf("without secrets: %q", got)
	}
}

func TestRedactor_And(t *testing.T) {
	t.Parallel()
	none, one, two := Redactor{}, redactorOf("first-secret"), redactorOf("second-secret")
	for name, test := range map[string]struct {
		known         Redactor
		first, second bool // whether it knows them
	}{
		"none": {none.And(none), false, false},
		"one":  {one.And(none), true, false},
		"two":  {none.And(two), false, true},
		"both": {one.And(two), true, true},
	} {
		first, second := test.known.Redact("first-secret") == redacted, test.known.Redact("second-secret") == redacted
		if first != test.first || second != test.second {
			t.Errorf("%s: redacts the first %t, the second %t", name, first, second)
		}
	}
}

// Base64 of a text that contains the secret is redacted, whatever is before and after the secret.
func TestRedact_base64(t *testing.T) {
	t.Parallel()
	const secret = "1c9e3f7a5b8d2046>?>?e1f3a7c95d0b8264"
	known := redactorOf(secret)
	for before := range 4 {
		for after := range 4 {
			text := strings.Repeat("a", before) + secret + strings.Repeat("z", after)
			for _, encoding := range []*base64.Encoding{
				base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding,
			} {
				if got := known.Redact("Basic " + encoding.EncodeToString([]byte(text))); got != redacted {
					t.Errorf("base64 of %s: %s", text, got)
				}
			}
		}
	}
}

// A text with the beginning of a secret in it many times costs as much as another text of its length.
func TestRedact_manyTimes(t *testing.T) {
	known := redactorOf("correct-horse-battery-staple")
	text := strings.Repeat("correct- ", 64<<10)
	if allocated := testing.AllocsPerRun(1, func() { known.Redact(text) }); allocated > 200 {
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
