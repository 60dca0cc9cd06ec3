// Package differential compares flexflow with an independent validator and decoder, which use the OpenAPI document and
// no code of this project.
package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/flexflow-go/flexflow"
)

// document is api/openapi.yaml, with its schemas converted to JSON Schema draft 4, on which OpenAPI 3.0 is based.
var document = func() map[string]any {
	text, err := os.ReadFile("../api/openapi.yaml")
	var tree any
	if err = errors.Join(err, yaml.Unmarshal(text, &tree)); err != nil {
		panic(err)
	}
	text, err = json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	allowNull(doc.(map[string]any)["components"])
	return doc.(map[string]any)
}()

// allowNull replaces nullable, which JSON Schema does not have, with the type null and the enum value null.
func allowNull(node any) {
	switch node := node.(type) {
	case map[string]any:
		if name, ok := node["type"].(string); ok && node["nullable"] == true {
			node["type"] = []any{name, "null"}
			if values, ok := node["enum"].([]any); ok {
				node["enum"] = append(values, nil)
			}
		}
		for _, child := range node {
			allowNull(child)
		}
	case []any:
		for _, child := range node {
			allowNull(child)
		}
	}
}

// schemaOf compiles a schema of the document.
func schemaOf(name string) *jsonschema.Schema {
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	compiler.AssertFormat()
	for _, format := range formats {
		compiler.RegisterFormat(format)
	}
	if err := compiler.AddResource("openapi.json", document); err != nil {
		panic(err)
	}
	return compiler.MustCompile("openapi.json#/components/schemas/" + name)
}

// propertiesOf returns the properties of a schema of the document.
func propertiesOf(name string) map[string]any {
	return at(document, "components", "schemas", name, "properties").(map[string]any)
}

var flowSchema, properties = schemaOf("FlexFlow"), propertiesOf("FlexFlow")

// at returns the value in a tree at a path of names.
func at(tree any, names ...string) any {
	for _, name := range names {
		object, _ := tree.(map[string]any)
		tree = object[name]
	}
	return tree
}

// FuzzParseFlexFlow checks that both validators accept the same bodies and both decoders return the same values, except
// for the intended differences.
func FuzzParseFlexFlow(f *testing.F) {
	addExamples(f, "/v1/FlexFlows/{Sid}")
	for _, body := range hostile {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		flow, err := flexflow.ParseFlexFlow(body)
		checkFlow(t, body, flow, err)
	})
}

// addExamples adds the examples of the responses at a path.
func addExamples(f *testing.F, path string) {
	response := at(document, "paths", path, "get", "responses", "200")
	for _, example := range at(response, "content", "application/json", "examples").(map[string]any) {
		body, err := json.Marshal(at(example, "value"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}

// checkFlow checks what this library says about the body of a flow against what the other validator says.
func checkFlow(t *testing.T, body []byte, flow *flexflow.FlexFlow, err error) {
	tree, refused := parse(flowSchema, body)
	switch {
	case err == nil && refused == nil:
		if difference := compare(flow, tree); difference != nil {
			t.Errorf("%s: %v", body, difference)
		}
	case err == nil, refused == nil && !known(body, tree, properties):
		t.Errorf("%s: this library says %v, the other %v", body, err, refused)
	}
}

// parse decodes and validates without this library. It returns the tree even if it is invalid.
func parse(schema *jsonschema.Schema, body []byte) (any, error) {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return tree, schema.Validate(tree)
}

// compare compares each attribute of the flow with that of the tree.
func compare(flow *flexflow.FlexFlow, tree any) error {
	encoded, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	got, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		return err
	}
	for name := range got.(map[string]any) {
		if properties[name] == nil {
			return fmt.Errorf("the flow has %s, which the document does not declare", name)
		}
	}
	for name := range properties {
		if got, want := at(got, name), at(tree, name); !same(got, want) {
			return fmt.Errorf("%s is %#v, want %#v", name, got, want)
		}
	}
	return nil
}

// same reports whether two values are equal, with times as instants and numbers as float64. An empty object equals nil,
// because a flow does not encode it.
func same(got, want any) bool {
	switch want := want.(type) {
	case string:
		got, ok := got.(string)
		return ok && (got == want || sameTime(got, want))
	case json.Number:
		got, ok := got.(json.Number)
		a, _ := got.Float64()
		b, err := want.Float64()
		return ok && a == b && err == nil
	case []any:
		got, ok := got.([]any)
		if !ok || len(got) != len(want) {
			return false
		}
		for i := range want {
			if !same(got[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		if got == nil && len(want) == 0 {
			return true
		}
		got, ok := got.(map[string]any)
		if !ok || len(got) != len(want) {
			return false
		}
		for name := range want {
			if value, ok := got[name]; !ok || !same(value, want[name]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(got, want)
}

// sameTime compares two times to nine digits of a fraction of a second. It does not use the parser of package time.
func sameTime(a, b string) bool {
	read := func(text string) (seconds, nanoseconds int64, ok bool) {
		parts := dateTime.FindStringSubmatch(text)
		if parts == nil {
			return 0, 0, false
		}
		number := func(i int) int { n, _ := strconv.Atoi(parts[i]); return n }
		day := time.Date(number(1), time.Month(number(2)), number(3), 0, 0, 0, 0, time.UTC).Unix()
		seconds = day + int64(number(4)*3600+number(5)*60+number(6))
		if parts[8] != "" {
			offset := int64(number(9)*3600 + number(10)*60)
			if parts[8] == "+" {
				offset = -offset
			}
			seconds += offset
		}
		fraction, _ := strconv.ParseInt((parts[7] + "000000000")[:9], 10, 64)
		return seconds, fraction, true
	}
	seconds, nanoseconds, ok := read(a)
	otherSeconds, otherNanoseconds, alike := read(b)
	return ok && alike && seconds == otherSeconds && nanoseconds == otherNanoseconds
}

// duplicate reports whether a name occurs twice in an object.
func duplicate(body []byte) bool {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var value func() bool
	value = func() bool {
		token, err := decoder.Token()
		if err != nil {
			return false
		}
		found, names := false, map[any]bool{}
		for token == json.Delim('{') || token == json.Delim('[') {
			if !decoder.More() {
				decoder.Token()
				break
			}
			if token == json.Delim('{') {
				name, err := decoder.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				found = found || names[name]
				names[name] = true
			}
			found = value() || found
		}
		return found
	}
	return value()
}

// anyOf reports whether any value or name in a tree satisfies is.
func anyOf(tree any, is func(any) bool) bool {
	switch tree := tree.(type) {
	case map[string]any:
		for name, child := range tree {
			if is(name) || anyOf(child, is) {
				return true
			}
		}
	case []any:
		for _, child := range tree {
			if anyOf(child, is) {
				return true
			}
		}
	}
	return is(tree)
}

func tooLarge(value any) bool {
	number, ok := value.(json.Number)
	n, _ := number.Float64()
	return ok && math.IsInf(n, 0)
}
