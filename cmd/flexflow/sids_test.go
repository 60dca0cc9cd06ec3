package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSIDs(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 100_000)
	for name, test := range map[string]struct {
		args   []string
		stdin  string
		unique bool
		want   []given
	}{
		"nothing":                 {nil, "", false, nil},
		"the command line":        {[]string{"a", "b"}, "c\n", false, []given{{"a", 0, 0}, {"b", 0, 1}}},
		"standard input":          {[]string{"-"}, "a\nb\n", false, []given{{"a", 1, 0}, {"b", 2, 0}}},
		"no final line break":     {[]string{"-"}, "a\nb", false, []given{{"a", 1, 0}, {"b", 2, 0}}},
		"both":                    {[]string{"a", "-", "b"}, "c\n", false, []given{{"a", 0, 0}, {"c", 1, 1}, {"b", 0, 2}}},
		"comments, empty lines":   {[]string{"-"}, "# a\n\n \t\r\n b \r\n#\n", false, []given{{"b", 4, 0}}},
		"a byte order mark":       {[]string{"-"}, "\ufeffa\n\ufeffb\n", false, []given{{"a", 1, 0}, {"\ufeffb", 2, 0}}},
		"one before a comment":    {[]string{"-"}, "\ufeff# a\nb\n", false, []given{{"b", 2, 0}}},
		"twice":                   {[]string{"a", "-"}, "a\nb\n", false, []given{{"a", 0, 0}, {"a", 1, 1}, {"b", 2, 1}}},
		"twice, unique":           {[]string{"a", "-", "b"}, "a\nb\n", true, []given{{"a", 0, 0}, {"b", 2, 1}}},
		"UTF-16, little-endian":   {[]string{"-"}, "\xff\xfea\x00\r\x00\n\x00", false, []given{{"a", 1, 0}}},
		"UTF-16, big-endian":      {[]string{"-"}, "\xfe\xff\x00a\x00\n\x00b", false, []given{{"a", 1, 0}, {"b", 2, 0}}},
		"a line that is too long": {[]string{"-"}, "a\n" + long + "\nb\n", false, []given{{"a", 1, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sids{args: test.args, stdin: strings.NewReader(test.stdin), unique: test.unique}
			var got []given
			for sid := range s.all() {
				if next := s.next(); next.sid != sid {
					t.Errorf("next returned %v, want %s", next, sid)
				}
				got = append(got, s.take())
				if last := got[len(got)-1].sid; last != sid {
					t.Errorf("the result of %s is for %s", sid, last)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if !s.done() || s.next() != (given{arg: len(test.args)}) {
				t.Errorf("done is %t, next %v", s.done(), s.next())
			}
			tooLong := strings.Contains(test.stdin, long)
			if _, _, err := s.result(); tooLong != errors.Is(err, bufio.ErrTooLong) || !tooLong && err != nil {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestSIDs_isEmpty(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args  []string
		stdin io.Reader
		want  bool
	}{
		{[]string{"a"}, strings.NewReader(""), false},
		{[]string{"a", "-"}, strings.NewReader("# b\n"), true},
		{[]string{"a", "-"}, strings.NewReader("b"), false},
		{[]string{"-"}, iotest.ErrReader(io.ErrClosedPipe), false},
		{[]string{"-"}, strings.NewReader("c"), false},
	} {
		s := &sids{args: test.args, stdin: test.stdin, have: map[string]bool{"c": true}}
		for range s.all() {
			s.take()
		}
		if _, got, _ := s.result(); got != test.want {
			t.Errorf("%q: %t, want %t", test.args, got, test.want)
		}
	}
}

func TestSIDs_skipsWhatThereIs(t *testing.T) {
	t.Parallel()
	stdin := strings.NewReader("a\nb\na\nc\n")
	s := &sids{args: []string{"-", "b", "d"}, stdin: stdin, unique: true, have: map[string]bool{"b": true}}
	got := slices.Collect(s.all())
	if want := []string{"a", "c", "d"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if skipped, _, _ := s.result(); skipped != 3 {
		t.Errorf("%d skipped, want 3", skipped)
	}
}

func TestSIDs_place(t *testing.T) {
	t.Parallel()
	s := &sids{args: []string{"a", "-", "b"}}
	for want, g := range map[string]given{
		"argument 1": {}, "line 1": {arg: 1}, "line 7": {sid: "c", line: 7, arg: 1}, "argument 3": {sid: "b", arg: 2},
	} {
		if got := s.place(g); got != want {
			t.Errorf("%v: %s, want %s", g, got, want)
		}
	}
}

func TestSIDs_stopsEarly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"a", "b", "c"}, {"-"}} {
		s := &sids{args: args, stdin: strings.NewReader("a\nb\nc\n")}
		for sid := range s.all() {
			if sid == "b" {
				break
			}
		}
		s.take()
		if s.next().sid != "b" {
			t.Errorf("%q: next %v", args, s.next())
		}
	}
}

func TestSIDs_nextIsAfterTheLastLine(t *testing.T) {
	t.Parallel()
	s := &sids{args: []string{"a", "-", "b"}, stdin: strings.NewReader("b\n#\nc\n"), unique: true}
	want := []given{{line: 0, arg: 1}, {line: 2, arg: 1}, {line: 4, arg: 1}}
	for range s.all() {
		s.take()
		if got := s.next(); got != want[0] {
			t.Errorf("next %v, want %v", got, want[0])
		}
		want = want[1:]
	}
}

func TestSIDs_count(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "sids"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString("# a\nb\nb\nc\n"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args   []string
		stdin  io.Reader
		unique bool
		want   int
		known  bool
	}{
		{[]string{"a", "a"}, nil, false, 2, true},
		{[]string{"a", "a"}, nil, true, 1, true},
		{[]string{"a", "-"}, file, false, 4, true},
		{[]string{"-"}, file, true, 2, true},
		{[]string{"-"}, strings.NewReader("a\n"), false, 0, false},
		{[]string{"h", "-", "a"}, file, true, 3, true},
	} {
		s := &sids{args: test.args, stdin: test.stdin, unique: test.unique, have: map[string]bool{"h": true}}
		n, known := s.count()
		if n != test.want || known != test.known {
			t.Errorf("%q: %d, %t, want %d, %t", test.args, n, known, test.want, test.known)
		}
	}
	if offset, err := file.Seek(0, io.SeekCurrent); offset != 10 || err != nil {
		t.Errorf("the offset is %d, %v", offset, err)
	}
}

func TestSIDs_cannotRead(t *testing.T) {
	t.Parallel()
	stdin := io.MultiReader(strings.NewReader("FO1\n"), iotest.ErrReader(errors.New("broken pipe")))
	s := &sids{args: []string{"-", "b"}, stdin: stdin}
	var got []string
	for sid := range s.all() {
		got = append(got, sid)
	}
	if !slices.Equal(got, []string{"FO1", "b"}) {
		t.Errorf("SIDs %q", got)
	}
	if _, _, err := s.result(); err == nil || err.Error() != "standard input, line 2: broken pipe" {
		t.Errorf("error %v", err)
	}
}
