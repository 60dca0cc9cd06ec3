package input

import (
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
	long := strings.Repeat("x", 5000)
	for name, test := range map[string]struct {
		args   []string
		stdin  string
		unique bool
		want   []Given
	}{
		"nothing":                 {nil, "", false, nil},
		"the command line":        {[]string{"a", "b"}, "c\n", false, []Given{{"a", 0, 0}, {"b", 0, 1}}},
		"standard input":          {[]string{"-"}, "a\nb\n", false, []Given{{"a", 1, 0}, {"b", 2, 0}}},
		"no final line break":     {[]string{"-"}, "a\nb", false, []Given{{"a", 1, 0}, {"b", 2, 0}}},
		"both":                    {[]string{"a", "-", "b"}, "c\n", false, []Given{{"a", 0, 0}, {"c", 1, 1}, {"b", 0, 2}}},
		"comments, empty lines":   {[]string{"-"}, "# a\n\n \t\r\n b \r\n#\n", false, []Given{{"b", 4, 0}}},
		"a byte order mark":       {[]string{"-"}, "\ufeffa\n\ufeffb\n", false, []Given{{"a", 1, 0}, {"\ufeffb", 2, 0}}},
		"one before a comment":    {[]string{"-"}, "\ufeff# a\nb\n", false, []Given{{"b", 2, 0}}},
		"twice":                   {[]string{"a", "-"}, "a\nb\n", false, []Given{{"a", 0, 0}, {"a", 1, 1}, {"b", 2, 1}}},
		"twice, unique":           {[]string{"a", "-", "b"}, "a\nb\n", true, []Given{{"a", 0, 0}, {"b", 2, 1}}},
		"a line that is too long": {[]string{"-"}, "a\n" + long + "\nb\n", false, []Given{{"a", 1, 0}, {long[:4096] + "…", 2, 0}, {"b", 3, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewSIDs(test.args, strings.NewReader(test.stdin), test.unique)
			var sids []string
			var got []Given
			for sid := range s.All() {
				if next := s.Next(); next.SID != sid {
					t.Errorf("Next returned %v, want %s", next, sid)
				}
				sids, got = append(sids, sid), append(got, s.Take())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			for i, g := range got {
				if g.SID != sids[i] {
					t.Errorf("the SID %d is %s, and its result is for %s", i, sids[i], g.SID)
				}
			}
			if piped := slices.ContainsFunc(got, func(g Given) bool { return g.Line > 0 }); s.Empty() == piped {
				t.Errorf("Empty is %t after %v", piped, got)
			}
			if s.Err() != nil || s.Next() != (Given{Arg: len(test.args)}) {
				t.Errorf("error %v, next %v", s.Err(), s.Next())
			}
		})
	}
}

func TestSIDs_stopsEarly(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"a", "b", "c"}, {"-"}} {
		s := NewSIDs(args, strings.NewReader("a\nb\nc\n"), false)
		for sid := range s.All() {
			if sid == "b" {
				break
			}
		}
		s.Take()
		if s.Next().SID != "b" {
			t.Errorf("%q: next %v", args, s.Next())
		}
	}
}

func TestSIDs_rest(t *testing.T) {
	t.Parallel()
	for _, unique := range []bool{false, true} {
		s := NewSIDs([]string{"a", "b", "b", "c"}, nil, unique)
		for range s.All() {
			break
		}
		s.Take()
		want := []Given{{SID: "b", Arg: 1}, {SID: "b", Arg: 2}, {SID: "c", Arg: 3}}
		if unique {
			want = slices.Delete(want, 1, 2)
		}
		if got := s.Rest(s.Next()); !slices.Equal(got, want) {
			t.Errorf("unique %t: %v, want %v", unique, got, want)
		}
	}
}

func TestSIDs_nextIsAfterTheLastLine(t *testing.T) {
	t.Parallel()
	s := NewSIDs([]string{"a", "-", "b"}, strings.NewReader("b\n#\nc\n"), true)
	want := []Given{{Line: 0, Arg: 1}, {Line: 2, Arg: 1}, {Line: 4, Arg: 1}}
	for range s.All() {
		s.Take()
		if got := s.Next(); got != want[0] {
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
	} {
		n, known := NewSIDs(test.args, test.stdin, test.unique).Count()
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
	s := NewSIDs([]string{"-", "b"}, io.MultiReader(strings.NewReader("a\n"), iotest.ErrReader(errors.New("broken pipe"))), false)
	var got []string
	for sid := range s.All() {
		got = append(got, sid)
	}
	if err := s.Err(); err == nil || err.Error() != "standard input, line 2: broken pipe" || !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("SIDs %q, error %v", got, err)
	}
}

func TestFlows(t *testing.T) {
	t.Parallel()
	type result struct {
		body string
		line int
		err  string
	}
	for text, want := range map[string][]result{
		"":                      nil,
		" \n":                   nil,
		"{}":                    {{"{}", 1, ""}},
		"{\"a\":1}\n{}\n":       {{`{"a":1}`, 1, ""}, {"{}", 2, ""}},
		"\n[{},\n{\"a\":[1]}]":  {{"{}", 2, ""}, {`{"a":[1]}`, 3, ""}},
		"{\"a\":1,\"a\":2}":     {{`{"a":1,"a":2}`, 1, ""}},
		"{}\n{":                 {{"{}", 1, ""}, {"", 2, "the line is not JSON"}},
		"[{}]]":                 {{"{}", 1, ""}, {"", 1, "the file is not JSON from here on"}},
		"{}]":                   {{"{}", 1, ""}, {"", 1, "the line is not JSON"}},
		"[[{}],\n{}]":           {{"[{}]", 1, ""}, {"{}", 2, ""}},
		"{}\nx\n{}":             {{"{}", 1, ""}, {"", 2, "the line is not JSON"}, {"{}", 3, ""}},
		"\ufeff{}":              {{"{}", 1, ""}},
		"x\n{}":                 {{"", 1, "the line is not JSON"}, {"{}", 2, ""}},
		"{}\n{\"a\": {\n\n{}\n": {{"{}", 1, ""}, {"", 2, "the line is not JSON"}, {"{}", 4, ""}},
		"{\"a\": x\n{\"b\": x":  {{"", 1, "the line is not JSON"}, {"", 2, "the line is not JSON"}},
		"{\n\"a\":1\n}\n{}\nx":  {{"{\n\"a\":1\n}", 1, ""}, {"{}", 4, ""}, {"", 5, "the file is not JSON from here on"}},
		"[{},\n{}\n{}]":         {{"{}", 1, ""}, {"{}", 2, ""}, {"", 3, "the file is not JSON from here on"}},
		"{} {}\n{}{\n{}":        {{"{}", 1, ""}, {"{}", 1, ""}, {"{}", 2, ""}, {"", 2, "the line is not JSON"}, {"{}", 3, ""}},
	} {
		var got []result
		for flow := range Flows([]byte(text)) {
			r := result{string(flow.Body), flow.Line, ""}
			if flow.Err != nil {
				r.err = flow.Err.Error()
			}
			got = append(got, r)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	for range Flows([]byte("{}{}")) {
		break // must not panic
	}
	for range Flows([]byte("{}\n{\n{}")) {
		break
	}
}
