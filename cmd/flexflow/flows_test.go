package main

import (
	"slices"
	"testing"
)

func TestStoredFlows(t *testing.T) {
	t.Parallel()
	type result struct {
		body string
		line int
		err  string
	}
	const line, rest = "the line is not JSON", "the file is not JSON from here on"
	for text, want := range map[string][]result{
		"":                      nil,
		" \n":                   nil,
		"{}":                    {{"{}", 1, ""}},
		"{\"a\":1}\n{}\n":       {{`{"a":1}`, 1, ""}, {"{}", 2, ""}},
		"\n[{},\n{\"a\":[1]}]":  {{"{}", 2, ""}, {`{"a":[1]}`, 3, ""}},
		"{\"a\":1,\"a\":2}":     {{`{"a":1,"a":2}`, 1, ""}},
		"{}\n{":                 {{"{}", 1, ""}, {"", 2, rest}},
		"[{}]]":                 {{"{}", 1, ""}, {"", 1, rest}},
		"{}]":                   {{"{}", 1, ""}, {"", 1, rest}},
		"[[{}],\n{}]":           {{"[{}]", 1, ""}, {"{}", 2, ""}},
		"{}\nx\n{}":             {{"{}", 1, ""}, {"", 2, line}, {"{}", 3, ""}},
		"\ufeff{}":              {{"{}", 1, ""}},
		"x\n{}":                 {{"", 1, line}, {"{}", 2, ""}},
		"x\n\n  {}\n{}":         {{"", 1, line}, {"{}", 4, ""}},
		"{}\n{\"a\": {\n\n{}\n": {{"{}", 1, ""}, {"", 2, line}, {"{}", 4, ""}},
		"{\"a\": x\n{\"b\": x":  {{"", 1, line}, {"", 2, rest}},
		"{\n\"a\":1\n}\n{}\nx":  {{"{\n\"a\":1\n}", 1, ""}, {"{}", 4, ""}, {"", 5, rest}},
		"{\n\"a\": {\"b\": x}}": {{"", 2, rest}},
		"[{},\n{}\n{}]":         {{"{}", 1, ""}, {"{}", 2, ""}, {"", 3, rest}},
		"[{}\n{},\n{}]":         {{"{}", 1, ""}, {"", 2, rest}},
		"{} {}\n{}{\n{}":        {{"{}", 1, ""}, {"{}", 1, ""}, {"{}", 2, ""}, {"", 2, line}, {"{}", 3, ""}},
	} {
		var got []result
		for flow := range storedFlows([]byte(text)) {
			r := result{string(flow.body), flow.line, ""}
			if flow.err != nil {
				r.err = flow.err.Error()
			}
			got = append(got, r)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
	for range storedFlows([]byte("{}{}")) {
		break // must not panic
	}
	for range storedFlows([]byte("{}\n{\n{}")) {
		break
	}
}
