package main

import "testing"

func TestQuote(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"azAZ09_-+=:,./@%": "azAZ09_-+=:,./@%", "": "''", "a b": "'a b'", "it's": `'it'\''s'`,
		"`": "'`'", "{": "'{'", "[": "'['", ";": "';'", "\n": "'\n'", "é": "'é'",
	} {
		if got := quote(word); got != want {
			t.Errorf("quote(%q) returned %s, want %s", word, got, want)
		}
	}
	if got := quote("a", "b c"); got != "a 'b c'" {
		t.Errorf("got %s", got)
	}
}
