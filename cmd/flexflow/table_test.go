package main

import (
	"strings"
	"testing"
)

func TestCut(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		text       string
		width      int
		fits, rest string
	}{
		{"", 3, "", ""}, {"ab", 3, "ab", ""}, {"abc", 3, "abc", ""}, {"abcd", 3, "abc", "d"}, {"日本", 3, "日", "本"},
		{"日本", 1, "日", "本"}, // one character at least
	} {
		if fits, rest := cut(row.text, row.width); fits != row.fits || rest != row.rest {
			t.Errorf("%+v: got %q and %q", row, fits, rest)
		}
	}
}

// The header and the first rows are printed with the row that completes a page, and each later row by itself.
func TestTable_add(t *testing.T) {
	t.Parallel()
	rows := &table{fields: []string{"sid"}}
	for i := range pageRows + 2 {
		text, err := rows.add([]byte(`{"sid":"FO1"}`))
		want := map[int]int{pageRows - 1: pageRows + 1, pageRows: 1, pageRows + 1: 1}[i]
		if got := strings.Count(string(text), "\n"); got != want || err != nil {
			t.Errorf("flow %d: %d lines, %v, want %d", i, got, err, want)
		}
	}
}
