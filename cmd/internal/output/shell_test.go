package output

import "testing"

func TestQuote(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"azAZ09_-+=:,./@%": "azAZ09_-+=:,./@%", "": "''", "a b": "'a b'", "it's": `'it'\''s'`,
		"`": "'`'", "{": "'{'", "[": "'['", ";": "';'", "\n": "'\n'", "é": "'é'",
	} {
		if got := Quote(word); got != want {
			t.Errorf("Quote(%q) returned %s, want %s", word, got, want)
		}
	}
	if got := Quote("a", "b c"); got != "a 'b c'" {
		t.Errorf("got %s", got)
	}
}
