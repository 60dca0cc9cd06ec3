package main

import (
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"
)

// A flow that nests deeply is printed without indentation, which could be gigabytes, and with the same value.
func TestPrinter_deepNesting(t *testing.T) {
	t.Parallel()
	nest := func(begin, inner, end string, depth int) string {
		return `{"integration":` + strings.Repeat(begin, depth) + inner + strings.Repeat(end, depth)
	}
	deep := nest("[0,", `"\ud83d\ude00 \u001b \/ <<"`, "]", 9900) + `,"<<":{"a":"x"}}`
	brackets := strings.Repeat("[", 200)
	many := strings.Repeat("[],", 200)
	hundred := nest("[", "", "]", 99) + `,"text":"\"` + brackets + `","many":[` + many + `0]}`
	for _, batch := range []bool{false, true} {
		for _, body := range []string{deep, hundred} {
			p := &printer{format: "json", batch: batch}
			first, err := p.render([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			p.count++
			second, err := p.render([]byte(body))
			if err != nil {
				t.Fatal(err)
			}
			text := string(first) + string(second)
			if body == deep && len(text) > 2*len(body)+20000 {
				t.Errorf("batch %t: %d bytes for a flow of %d", batch, len(text), len(body))
			}
			if indented := strings.Contains(text, "\n  "); body == hundred && !indented {
				t.Errorf("batch %t: a flow of 100 levels is not indented", batch)
			}
			var want any
			if err := json.Unmarshal([]byte(body), &want); err != nil {
				t.Fatal(err)
			}
			if batch {
				text += "\n]\n"
			}
			for _, got := range parse(t, text) {
				if !reflect.DeepEqual(got, want) {
					t.Errorf("batch %t: the value changed", batch)
				}
			}
		}
	}
}

// parse returns the values in a text, without the array of a batch.
func parse(t *testing.T, text string) (values []any) {
	t.Helper()
	decode := json.NewDecoder(strings.NewReader(text)).Decode
	for {
		var value any
		err := decode(&value)
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if list, ok := value.([]any); ok {
			values = append(values, list...)
		} else {
			values = append(values, value)
		}
	}
	if len(values) != 2 {
		t.Fatalf("%d values, want 2", len(values))
	}
	return values
}
