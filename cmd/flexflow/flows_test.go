package main

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
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
		"{\"a\":1}\n{}\n":       {{`{"a":1}`, 1, ""}, {"{}", 2, ""}},
		"\n[{},\n{\"a\":[1]}]":  {{"{}", 2, ""}, {`{"a":[1]}`, 3, ""}},
		"{\"a\":1,\"a\":2}":     {{`{"a":1,"a":2}`, 1, ""}},
		"{}\n{":                 {{"{}", 1, ""}, {"", 2, rest}},
		"{}]":                   {{"{}", 1, ""}, {"", 1, rest}},
		"[[{}],\n{}]":           {{"[{}]", 1, ""}, {"{}", 2, ""}},
		"{}\nx\n{}":             {{"{}", 1, ""}, {"", 2, line}, {"{}", 3, ""}},
		"\ufeff{}":              {{"{}", 1, ""}},
		"x\n\n  {}\n{}":         {{"", 1, line}, {"{}", 4, ""}},
		"{}\n{\"a\": {\n\n{}\n": {{"{}", 1, ""}, {"", 2, line}, {"{}", 4, ""}},
		"{\"a\": x\n{\"b\": x":  {{"", 1, line}, {"", 2, rest}},
		"{\n\"a\":1\n}\n{}\nx":  {{`{"a":1}`, 1, ""}, {"{}", 4, ""}, {"", 5, rest}},
		"[{}\n{},\n{}]":         {{"{}", 1, ""}, {"", 2, rest}},
		"{\"flex_flows\":[{},\n{}],\"meta\":{\"a\":{}}}\n{}": {{"{}", 1, ""}, {"{}", 2, ""}, {"{}", 3, ""}},
		"\xff\xfe{\x00}\x00\n\x00{\x00}\x00":                 {{"{}", 1, ""}, {"{}", 2, ""}},
		"{\"meta\":{\n},\"flex_flows\":[]} {}":               {{"{}", 2, ""}},
		"[{\"flex_flows\":[{}]},\n{\"flex_flows\":[{}]},{}]": {{"{}", 1, ""}, {"{}", 2, ""}, {"{}", 2, ""}},
		"{\"flex_flows\":[[{}],{\"flex_flows\":[]}]}":        {{"[{}]", 1, ""}, {"{\"flex_flows\":[]}", 1, ""}},
		"{\"flex_flows\":1,\"a\":1}":                         {{"{\"flex_flows\":1,\"a\":1}", 1, ""}},
		"{\"flex_flows\":[]x}\n{}":                           {{"", 1, rest}},
		"{\"a\":1} x\n\n{}":                                  {{"{\"a\":1}", 1, ""}, {"", 1, line}, {"{}", 3, ""}},
		"{\"flex_flows\":[\n{\"a\":\n1}]}":                   {{"{\"a\":\n1}", 2, ""}},
		"{\"a\":[1,\n{\"b\":2}\n":                            {{"", 1, line}, {`{"b":2}`, 2, ""}},
		"{} {}\n{}{\n{}": {
			{"{}", 1, ""}, {"{}", 1, ""}, {"{}", 2, ""}, {"", 2, line}, {"{}", 3, ""},
		},
	} {
		for _, file := range []io.Reader{strings.NewReader(text), iotest.OneByteReader(strings.NewReader(text))} {
			var got []result
			for flow := range storedFlows(file) {
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
	}
	for range storedFlows(strings.NewReader("{}{}")) {
		break // must not panic
	}
	for range storedFlows(strings.NewReader("{}\n{\n{}")) {
		break
	}
}
