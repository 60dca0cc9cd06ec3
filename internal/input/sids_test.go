package input

import (
	"errors"
	"io"
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
		"the command line":        {[]string{"a", "b"}, "c\n", false, []Given{{"a", 0}, {"b", 0}}},
		"standard input":          {[]string{"-"}, "a\nb\n", false, []Given{{"a", 1}, {"b", 2}}},
		"no final line break":     {[]string{"-"}, "a\nb", false, []Given{{"a", 1}, {"b", 2}}},
		"both":                    {[]string{"a", "-", "b"}, "c\n", false, []Given{{"a", 0}, {"c", 1}, {"b", 0}}},
		"comments, empty lines":   {[]string{"-"}, "# a\n\n \t\r\n b \r\n#\n", false, []Given{{"b", 4}}},
		"a byte order mark":       {[]string{"-"}, "\ufeffa\n\ufeffb\n", false, []Given{{"a", 1}, {"\ufeffb", 2}}},
		"one before a comment":    {[]string{"-"}, "\ufeff# a\nb\n", false, []Given{{"b", 2}}},
		"twice":                   {[]string{"a", "-"}, "a\nb\n", false, []Given{{"a", 0}, {"a", 1}, {"b", 2}}},
		"twice, unique":           {[]string{"a", "-", "b"}, "a\nb\n", true, []Given{{"a", 0}, {"b", 2}}},
		"a line that is too long": {[]string{"-"}, "a\n" + long + "\nb\n", false, []Given{{"a", 1}, {long[:4096] + "…", 2}, {"b", 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := NewSIDs(test.args, strings.NewReader(test.stdin), test.unique)
			var sids []string
			var got []Given
			for sid := range s.All() {
				if peeked := s.Peek(); peeked.SID != sid {
					t.Errorf("Peek returned %v, want %s", peeked, sid)
				}
				if s.Done() {
					t.Error("done before the result")
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
			if !s.Done() || s.Err() != nil || s.Peek() != (Given{}) {
				t.Errorf("done %t, error %v, next %v", s.Done(), s.Err(), s.Peek())
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
		if s.Done() || s.Peek().SID != "b" {
			t.Errorf("%q: done %t, next %v", args, s.Done(), s.Peek())
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
		want := []Given{{SID: "b"}, {SID: "b"}, {SID: "c"}}
		if unique {
			want = want[1:]
		}
		if got := s.Rest(); !slices.Equal(got, want) {
			t.Errorf("unique %t: %v, want %v", unique, got, want)
		}
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
		"":                     nil,
		" \n":                  nil,
		"{}":                   {{"{}", 1, ""}},
		"{\"a\":1}\n{}\n":      {{`{"a":1}`, 1, ""}, {"{}", 2, ""}},
		"\n[{},\n{\"a\":[1]}]": {{"{}", 2, ""}, {`{"a":[1]}`, 3, ""}},
		"{\"a\":1,\"a\":2}":    {{`{"a":1,"a":2}`, 1, ""}},
		"{}\n{":                {{"{}", 1, ""}, {"", 2, "the file is not JSON from here on"}},
		"{}\nx\n{}":            {{"{}", 1, ""}, {"", 2, "the file is not JSON from here on"}},
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
}
