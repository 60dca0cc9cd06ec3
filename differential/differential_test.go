// Package differential compares flexflow with an independent validator and decoder, which use the OpenAPI document and
// no code of this project.
package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/flexflow-go/flexflow"
)

// document is api/openapi.yaml, with its schemas converted to JSON Schema draft 4, on which OpenAPI 3.0 is based.
var document = func() map[string]any {
	var tree any
	if err := yaml.Unmarshal(must(os.ReadFile("../api/openapi.yaml")), &tree); err != nil {
		panic(err)
	}
	doc := must(jsonschema.UnmarshalJSON(bytes.NewReader(must(json.Marshal(tree))))).(map[string]any)
	allowNull(doc["components"])
	return doc
}()

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

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
	for name, format := range formats {
		compiler.RegisterFormat(&jsonschema.Format{Name: name, Validate: func(value any) error {
			if text, ok := value.(string); ok && !format.accepts(text) {
				return errors.New("the grammar of the RFC does not allow it")
			}
			return nil
		}})
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
		f.Add(must(json.Marshal(at(example, "value"))))
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
	case err == nil, refused == nil && !known(part{body, tree, properties}):
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

// compare compares the attributes of the flow with those of the tree. A flow does not encode an empty object.
func compare(flow *flexflow.FlexFlow, tree any) error {
	encoded, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	got, want := must(jsonschema.UnmarshalJSON(bytes.NewReader(encoded))).(map[string]any), tree.(map[string]any)
	maps.DeleteFunc(got, func(_ string, value any) bool { return value == nil })
	maps.DeleteFunc(want, func(name string, value any) bool {
		return value == nil || reflect.DeepEqual(value, map[string]any{}) || properties[name] == nil
	})
	if !reflect.DeepEqual(plain(got), plain(want)) {
		return fmt.Errorf("got %v, want %v", got, want)
	}
	return nil
}

// plain replaces each time in a tree with its instant, and each number with a float64.
func plain(tree any) any {
	switch value := tree.(type) {
	case string:
		if when, ok := instantOf(value); ok {
			return when
		}
	case json.Number:
		return must(value.Float64())
	case []any:
		for i, child := range value {
			value[i] = plain(child)
		}
	case map[string]any:
		for name, child := range value {
			value[name] = plain(child)
		}
	}
	return tree
}
