package maintain

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/formats"
)

var schemaRules = []rule{
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		format, ok := schema["format"].(string)
		checked := map[string][]string{
			"string":  append(slices.Sorted(maps.Keys(formats.Strings())), "byte"),
			"integer": {"int32", "int64"}, "number": {"double", "float"}, "object": {"uri-map"},
		}[fmt.Sprint(schema["type"])]
		switch {
		case !ok || slices.Contains(checked, format):
			return ""
		case checked == nil:
			return fmt.Sprintf("format: %s is not checked without a type that has formats: remove it or declare the type", format)
		}
		return fmt.Sprintf("format: %s is not checked: use a pattern, or one of %s", format, strings.Join(checked, ", "))
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		if others, ok := schema["additionalProperties"]; ok && others != true && schema["format"] == "uri-map" {
			return "additionalProperties: format uri-map says what they are: remove it"
		}
		return ""
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		branches := slices.Concat(list(schema["oneOf"]), list(schema["anyOf"]))
		if schema["discriminator"] == nil {
			return ""
		}
		if len(branches) == 0 {
			return "discriminator: it selects only among the branches of oneOf and anyOf: remove it"
		}
		var mapped []string
		for _, to := range object(object(schema["discriminator"])["mapping"]) {
			mapped = append(mapped, fmt.Sprint(to))
		}
		for _, branch := range branches {
			ref, ok := object(branch)["$ref"].(string)
			if !ok {
				return "discriminator: it does not select an inline branch: move each branch to components/schemas"
			}
			if !slices.Contains(mapped, ref) {
				return fmt.Sprintf("discriminator: without a mapping any branch passes: map a value to %s", ref)
			}
		}
		return ""
	}},
	{"schema", func(c *checking, _ string, schema map[string]any) string {
		names := map[string]string{}
		for name, property := range propertiesOf(c.doc, schema, 0) {
			names[name] = name
			if chosen, ok := object(property)["x-go-name"].(string); ok {
				names[name] = chosen
			}
		}
		if len(names) == 0 {
			return ""
		}
		// The generator adds these to each struct.
		names["a method Format"], names["a method LogValue"] = "Format", "LogValue"
		if _, ok := schema["additionalProperties"].(map[string]any); ok || schema["additionalProperties"] == true {
			names["AdditionalProperties"], names["a method Get"], names["a method Set"] = "AdditionalProperties", "Get", "Set"
		}
		problem := sameInGo("properties", names)
		return strings.Replace(problem, "rename one", "give one an x-go-name", 1)
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		if slices.Contains(list(schema["enum"]), nil) {
			return "enum: null would become a Go constant: remove it, and write nullable: true"
		}
		if values, ok := schema["enum"].([]any); ok && len(values) == 0 {
			return "enum: it is empty and would not be checked: write the values, or remove it"
		}
		for _, value := range list(schema["enum"]) {
			if fits := (&openapi3.Schema{Type: typesOf(schema)}).VisitJSON(value); fits != nil {
				return fmt.Sprintf("enum: %v is not of type %v: write values of the type", value, schema["type"])
			}
		}
		return ""
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		for _, name := range slices.Sorted(maps.Keys(schema)) {
			if slices.Contains([]string{"x-go-type", "x-go-type-name", "x-go-json-ignore", "x-oapi-codegen-extra-tags", "x-enum-varnames", "x-enumNames"}, name) {
				return name + ": it changes the Go code, but not the validation of responses: remove it"
			}
		}
		return ""
	}},
	{"named", func(c *checking, name string, schema map[string]any) string {
		if taken := c.names[goName(name)]; taken != "" {
			return fmt.Sprintf("package flexflow declares %s itself: rename the schema", taken)
		}
		if goName(name) == "any" {
			return "package contract declares buildAny itself: rename the schema"
		}
		ofGen := []string{"GetSpec", "GetSpecJSON", "GetSwagger", "PathToRawSpec"}
		for _, item := range object(c.doc["paths"]) {
			ofGen = append(ofGen, fmt.Sprintf("New%vRequest", object(object(item)["get"])["operationId"]))
		}
		for _, taken := range ofGen {
			if goName(name) == goName(taken) {
				return fmt.Sprintf("package gen declares %s itself: rename the schema", taken)
			}
		}
		for _, value := range list(schema["enum"]) {
			if taken := c.names[goName(name+fmt.Sprint(value))]; taken != "" {
				return fmt.Sprintf("enum: package flexflow declares %s itself: rename the schema", taken)
			}
		}
		return ""
	}},
	{"property", func(c *checking, _ string, schema map[string]any) string {
		if schema["description"] == nil && resolve(c.doc, schema)["description"] == nil {
			return "there is no description: write one"
		}
		return ""
	}},
	{"named", typed}, {"property", typed}, {"element", typed},
}

// typed refuses a schema without a type, which kin-openapi takes for one that is not null.
func typed(_ *checking, _ string, schema map[string]any) string {
	for _, says := range []string{"$ref", "type", "nullable", "enum", "allOf", "anyOf", "oneOf", "not"} {
		if _, ok := schema[says]; ok {
			return ""
		}
	}
	return "type: there is none, and null is refused anyway: declare a type, or nullable: true"
}

func typesOf(schema map[string]any) *openapi3.Types {
	if kind, ok := schema["type"].(string); ok {
		return &openapi3.Types{kind}
	}
	return nil
}

// propertiesOf returns the properties of a schema, including those in its allOf: the fields of one Go struct.
func propertiesOf(doc map[string]any, schema any, depth int) map[string]any {
	node := resolve(doc, schema)
	all := maps.Clone(object(node["properties"]))
	for _, part := range list(node["allOf"]) {
		if all == nil {
			all = map[string]any{}
		}
		if depth < 16 {
			maps.Copy(all, propertiesOf(doc, part, depth+1))
		}
	}
	return all
}
