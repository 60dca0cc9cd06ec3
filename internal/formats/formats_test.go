package formats

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
)

// grammar is that of RFC 3986, appendix A, rule by rule. Its groups are the scheme and the host.
var grammar = func() *regexp.Regexp {
	rules := strings.NewReplacer(
		"PATH", `(?:/SEGMENT*)*`,
		"SEGMENT", `(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})`,
		"NAME", `(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})`,
		"USER", `(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})`,
		"LAST", `(?:H16:H16|OCTET\.OCTET\.OCTET\.OCTET)`,
		"OCTET", `(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`,
		"H16", `[0-9A-Fa-f]{1,4}`,
	)
	const (
		address = `(?:(?:H16:){6}LAST|::(?:H16:){5}LAST|(?:H16)?::(?:H16:){4}LAST|` +
			`(?:(?:H16:){0,1}H16)?::(?:H16:){3}LAST|(?:(?:H16:){0,2}H16)?::(?:H16:){2}LAST|` +
			`(?:(?:H16:){0,3}H16)?::H16:LAST|(?:(?:H16:){0,4}H16)?::LAST|` +
			`(?:(?:H16:){0,5}H16)?::H16|(?:(?:H16:){0,6}H16)?::)`
		host      = `(\[(?:` + address + `)\]|NAME*)`
		authority = `(?:USER*@)?` + host + `(?::[0-9]*)?`
		hierarchy = `(?://` + authority + `PATH|/(?:SEGMENT+PATH)?|SEGMENT+PATH|)`
		rest      = `(?:\?(?:SEGMENT|[/?])*)?(?:#(?:SEGMENT|[/?])*)?`
		uri       = `^([A-Za-z][A-Za-z0-9+.-]*):` + hierarchy + rest + `$`
	)
	text := uri
	for range 3 { // a rule has other rules in it
		text = rules.Replace(text)
	}
	return regexp.MustCompile(text)
}()

// matchesGrammar reports whether s is a URI by the grammar, with a host if its scheme is http or https.
func matchesGrammar(s string) bool {
	parts := grammar.FindStringSubmatch(s)
	if parts == nil {
		return false
	}
	scheme := strings.ToLower(parts[1])
	return parts[2] != "" || scheme != "http" && scheme != "https"
}

// The check of a URI agrees with the grammar, for random texts of the characters that mean something in it, the same in
// each run.
func TestStrings_uri(t *testing.T) {
	t.Parallel()
	pieces := []string{
		"http", "https", "a", "urn", "Z9", ":", ":", "/", "//", "://", "?", "#", "@", "[", "]", "[::1]", "[1:2::3.4.5.6]",
		"[v1.a]", "[1:2:3:4:5:6:7:8]", "[1::2::3]", "[::256.0.0.1]", "[12345::]", "[::1.2.3]", "//[::1%25a]", "//[1.2.3.4]",
		"%", "%41", "%4", "%zz", "%4g", ".", "+", "-", "_", "~", "!", "$", "&", "'", "(", ")", "*", ",", ";", "=", "0", "80",
		"^", "|", `"`, "<", "\\", "{", "`", " ", "\n", "\x7f", "é", "\xff", "h", "example.com",
	}
	const texts = 50_000
	random, valid := rand.New(rand.NewPCG(1, 2)), 0
	for range texts {
		var s strings.Builder
		if random.IntN(4) > 0 { // most have a scheme, or few would be valid
			s.WriteString(pieces[random.IntN(5)] + ":")
		}
		for range random.IntN(8) {
			s.WriteString(pieces[random.IntN(len(pieces))])
		}
		got, want := Strings()["uri"].Validate(s.String()) == nil, matchesGrammar(s.String())
		if got != want {
			t.Fatalf("%q is valid: %t, want %t", s.String(), got, want)
		}
		if want {
			valid++
		}
	}
	if valid < texts/100 {
		t.Errorf("only %d of %d texts are valid", valid, texts)
	}
}
