package output

import (
	"encoding/json"
	"io"
	"reflect"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A flow that nests deeply is printed without indentation, which could be gigabytes, and with the same value.
func TestRender_deepNesting(t *testing.T) {
	t.Parallel()
	deep := `{"integration":` + strings.Repeat("[0,", 9900) + `"\ud83d\ude00 \u001b \/ <<"` + strings.Repeat("]", 9900) + `,"<<":{"a":"x"}}`
	hundred := `{"integration":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `,"text":"\"` + strings.Repeat("[", 200) + `","many":[` + strings.Repeat("[],", 200) + `0]}`
	for _, format := range []string{"json", "yaml"} {
		for _, batch := range []bool{false, true} {
			for _, body := range []string{deep, hundred} {
				p := &Printer{format: format, batch: batch}
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
					t.Errorf("%s, batch %t: %d bytes for a flow of %d", format, batch, len(text), len(body))
				}
				if indented := strings.Contains(text, "\n  "); body == hundred && !indented {
					t.Errorf("%s, batch %t: a flow of 100 levels is not indented", format, batch)
				}
				var want any
				if err := json.Unmarshal([]byte(body), &want); err != nil {
					t.Fatal(err)
				}
				if format == "json" && batch {
					text += "\n]\n"
				}
				for _, got := range parse(t, format, text) {
					if !reflect.DeepEqual(got, want) {
						t.Errorf("%s, batch %t: the value changed", format, batch)
					}
				}
			}
		}
	}
}

// parse returns the values in a text, without the array of a batch. Numbers are float64.
func parse(t *testing.T, format, text string) (values []any) {
	t.Helper()
	decode := json.NewDecoder(strings.NewReader(text)).Decode
	if format == "yaml" {
		decode = yaml.NewDecoder(strings.NewReader(text)).Decode
	}
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
	for i := range values {
		values[i] = floats(values[i])
	}
	return values
}

// floats replaces each int with a float64.
func floats(value any) any {
	switch v := value.(type) {
	case int:
		return float64(v)
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = floats(v[name])
		}
	}
	return value
}
