package main

import (
	"bufio"
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestSIDs(t *testing.T) {
	t.Parallel()
	tooLong := "a\n" + strings.Repeat("x", 100_000) + "\nb\n"
	for stdin, row := range map[string]struct {
		unique bool
		want   []given // of the arguments a - b
	}{
		"":                          {false, []given{{"a", 0, 0}, {"b", 0, 2}}},
		"c\nd":                      {false, []given{{"a", 0, 0}, {"c", 1, 1}, {"d", 2, 1}, {"b", 0, 2}}},
		"# c\n\n \t\r\n d \r\n#\n":  {false, []given{{"a", 0, 0}, {"d", 4, 1}, {"b", 0, 2}}},
		"\ufeffc\n\ufeffd\n":        {false, []given{{"a", 0, 0}, {"c", 1, 1}, {"\ufeffd", 2, 1}, {"b", 0, 2}}},
		"\ufeff# c\nd\n":            {false, []given{{"a", 0, 0}, {"d", 2, 1}, {"b", 0, 2}}},
		"a\nc\na\n":                 {false, []given{{"a", 0, 0}, {"a", 1, 1}, {"c", 2, 1}, {"a", 3, 1}, {"b", 0, 2}}},
		"b\na\nc\nc\nh":             {true, []given{{"a", 0, 0}, {"b", 1, 1}, {"c", 3, 1}}},
		"\xff\xfec\x00\r\x00\n\x00": {false, []given{{"a", 0, 0}, {"c", 1, 1}, {"b", 0, 2}}},
		"\xfe\xff\x00c\x00\n\x00d":  {false, []given{{"a", 0, 0}, {"c", 1, 1}, {"d", 2, 1}, {"b", 0, 2}}},
		tooLong:                     {false, []given{{"a", 0, 0}, {"a", 1, 1}, {"b", 0, 2}}},
	} {
		s := &sids{args: []string{"a", "-", "b"}, stdin: strings.NewReader(stdin), unique: row.unique}
		s.have = map[string]bool{"h": true}
		var got []given
		for sid := range s.all() {
			if next := s.next(); next.sid != sid {
				t.Errorf("%.40q: next returned %v, want %s", stdin, next, sid)
			}
			got = append(got, s.take())
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%.40q: got %v, want %v", stdin, got, row.want)
		}
		if !s.done() {
			t.Errorf("%.40q: not done", stdin)
		}
		if _, _, err := s.result(); errors.Is(err, bufio.ErrTooLong) != (stdin == tooLong) {
			t.Errorf("%.40q: error %v", stdin, err)
		}
	}
}

// Where to go on is exact: at the first SID without a result, or after the last line that was read.
func TestSIDs_next(t *testing.T) {
	t.Parallel()
	s := &sids{args: []string{"a", "-", "b"}, stdin: strings.NewReader("b\n#\nc\n"), unique: true}
	places := []string{"line 1", "line 2", "line 4"}
	for range s.all() {
		s.take()
		if got := s.place(s.next()); got != places[0] {
			t.Errorf("got %s, want %s", got, places[0])
		}
		places = places[1:]
	}
	s = &sids{args: []string{"-"}, stdin: strings.NewReader("a\n\nb\nc\n")}
	for sid := range s.all() {
		if sid == "b" {
			break
		}
	}
	s.take()
	if got := s.place(s.next()); got != "line 3" {
		t.Errorf("got %s, want line 3", got)
	}
}
