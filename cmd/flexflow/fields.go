package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/gen"
)

// rowFields are what a table of many flows shows without --fields.
const rowFields = "sid,friendly_name,channel_type,integration_type,enabled,date_updated"

// attributes returns the attributes of a flow in the contract, and their names.
func attributes() (openapi3.Schemas, []string) {
	spec, _ := gen.GetSpec() // the document is part of the program
	properties := spec.Components.Schemas["FlexFlow"].Value.Properties
	return properties, slices.Sorted(maps.Keys(properties))
}

// checkFields returns an error if the contract lacks a field. An object has every field, such as integration.flow_sid.
func checkFields(fields []string) error {
	properties, names := attributes()
	for _, field := range fields {
		name, _, inside := strings.Cut(field, ".")
		if property := properties[name]; property == nil || inside && !property.Value.Type.Is("object") {
			return fmt.Errorf("--fields: a flow has no %q, only %s", field, strings.Join(names, ", "))
		}
	}
	return nil
}

// completeFields completes the last of several fields.
func completeFields(_ *cobra.Command, _ []string, given string) ([]string, cobra.ShellCompDirective) {
	before := given[:strings.LastIndex(given, ",")+1]
	_, names := attributes()
	for i, name := range names {
		names[i] = before + name
	}
	return names, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// valuesOf returns the values of the fields of a flow: strings without quotes, other JSON in compact form, and none for
// null and for what is absent. If they are shown, it replaces control characters.
func valuesOf(body []byte, fields []string, none string, shown bool) (values []string, err error) {
	var flow map[string]json.RawMessage
	err = json.Unmarshal(body, &flow)
	for _, field := range fields {
		value, text := valueAt(flow, field), none
		if len(value) > 0 && string(value) != "null" && json.Unmarshal(value, &text) != nil {
			var compact bytes.Buffer
			json.Compact(&compact, value)
			text = compact.String()
		}
		if shown {
			text = printable(text)
		}
		values = append(values, text)
	}
	return values, err
}

// valueAt returns the value of a field such as integration.flow_sid, or nil if there is none.
func valueAt(object map[string]json.RawMessage, field string) json.RawMessage {
	name, rest, inside := strings.Cut(field, ".")
	if value, ok := object[field]; ok || !inside {
		return value
	}
	var inner map[string]json.RawMessage
	json.Unmarshal(object[name], &inner)
	return valueAt(inner, rest)
}
