package secret

import (
	"encoding/base64"
	"strings"
	"testing"
)

func TestRedact(t *testing.T) {
	t.Parallel()
	known := redactorOf("eightchr", "correct-horse", "seven77", "😀-horse-battery", "pass phrase, with words",
		"azaz@[az", "a1b2c3d4e5f6")
	for _, text := range []string{"", "correct", "seven77", "50% of a &lt;tag&gt; and a \\n ~1"} {
		if got := known.Redact(text); got != text {
			t.Errorf("Redact(%q) = %q, want it unchanged", text, got)
		}
	}
	for name, text := range map[string]string{
		"a whole secret":            "a eightchr b",
		"with other white space":    "pass\\tphrase,\u00a0with  words",
		"a beginning":               "correct-",
		"an end":                    "****ct-horse",
		"not only letters":          "AZAZ@[AZ",
		"a form":                    "pass+phrase%2C+with+words.",
		"a surrogate pair":          `\ud83d\ude00-horse\u002dbattery`,
		"beside an escape":          "2 &amp; 😀-horse-battery",
		"in JSON":                   `{"a":"\u0063orrect-horse"} more`,
		"in a URL":                  "%63orrect%2Dhorse",
		"as an entity":              "&#99;orrect-horse",
		"escaped four times":        "%25252563orrect-horse",
		"an escape without meaning": `\correct-horse`,
		"line breaks in JSON":       `pass\nphrase,\r\nwith\twords`,
		"destroyed in an entity":    "&#xa1b2c3d4e5f6;",
		"an entity in JSON":         `\u0026#xa1b2\u0063\u0033d4e5f6;`,
		"destroyed in an escape":    `\ua1b2c3d4e5f6 %61%31%62%32%63%33%64%34`,
	} {
		if got := known.Redact(text); got != redacted {
			t.Errorf("%s: Redact(%q) = %q", name, text, got)
		}
	}
	if got := (Redactor{}).Redact("a &amp; b"); got != "a &amp; b" {
		t.Errorf("without secrets: %q", got)
	}
}

func TestRedactor_And(t *testing.T) {
	t.Parallel()
	none, one, two := Redactor{}, redactorOf("first-secret"), redactorOf("second-secret")
	for _, both := range []Redactor{one.And(two), two.And(one).And(none), none.And(one).And(two)} {
		for _, secret := range []string{"first-secret", "second-secret"} {
			if got := both.Redact(secret); got != redacted {
				t.Errorf("%s is not redacted", got)
			}
		}
		if again := both.And(one).And(two); len(again.secrets) != 2 {
			t.Errorf("%d secrets", len(again.secrets))
		}
	}
}

// Base64 of a text that contains the secret is redacted, whatever is before and after the secret.
func TestRedact_base64(t *testing.T) {
	t.Parallel()
	const secret = "1c9e3f7a5b8d2046>?>?e1f3a7c95d0b8264"
	known := redactorOf(secret)
	for before := range 3 {
		for after := range 3 {
			text := []byte("aaa"[:before] + secret + "zzz"[:after])
			for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
				if got := known.Redact("Basic " + encoding.EncodeToString(text)); got != redacted {
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
