package maintain

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// parts maps each kind of node to the kinds of its fields. A prefix {} means a map of nodes, and [] a list.
var parts = map[string]map[string]string{
	"document":   {"paths": "{}path", "components": "components"},
	"components": {"schemas": "{}named", "parameters": "{}parameter", "responses": "{}response"},
	"path":       {"parameters": "[]parameter", "get": "operation"},
	"operation":  {"parameters": "[]parameter", "responses": "{}response"},
	"parameter":  {"schema": "schema"},
	"response":   {"content": "{}media"},
	"media":      {"schema": "schema"},
	"schema": {"properties": "{}property", "items": "element", "additionalProperties": "element", "not": "schema",
		"allOf": "[]schema", "oneOf": "[]schema", "anyOf": "[]schema"},
}

// rule checks the nodes of one kind. check returns the problem and what to do about it, or "".
type rule struct {
	kind  string
	check func(c *checking, name string, node map[string]any) string
}

// rules reject what the client does not support.
var rules = slices.Concat(documentRules, operationRules, schemaRules)

// checking is the state of a walk over a document.
type checking struct {
	facade
	doc    map[string]any
	path   string // current path
	shared []any  // parameters of the current path
	found  []string
}

// problemsOf returns a line for each part of the document that the client does not support. The line begins with its place.
func (f facade) problemsOf(doc map[string]any) []string {
	c := &checking{facade: f, doc: doc}
	c.walk("document", "", "", doc)
	return c.found
}

func (c *checking) walk(kind, name, at string, value any) {
	node := object(value)
	if node == nil { // additionalProperties may be true
		return
	}
	report := func(problem string) {
		if problem != "" {
			c.found = append(c.found, printable(strings.TrimPrefix(at+": "+problem, ": ")))
		}
	}
	if ref, ok := node["$ref"].(string); ok && kind != "path" {
		report(badReference(ref, node))
		if kind == "property" {
			c.check(kind, name, node, report)
		}
		return
	}
	if kind == "path" {
		c.path, c.shared = name, list(node["parameters"])
	}
	c.check(kind, name, node, report)
	if kind == "named" || kind == "property" || kind == "element" {
		kind = "schema"
		c.check(kind, name, node, report)
	}
	for _, field := range slices.Sorted(maps.Keys(parts[kind])) {
		below := strings.TrimPrefix(at+"/"+field, "/")
		if kind == "path" || kind == "operation" {
			below = at + " " + field
		}
		switch part := parts[kind][field]; {
		case part == "{}path":
			for _, path := range slices.Sorted(maps.Keys(object(node[field]))) {
				c.walk("path", path, path, object(node[field])[path])
			}
		case part == "operation":
			c.walk(part, field, strings.ToUpper(field)+" "+at, node[field])
		case strings.HasPrefix(part, "{}"):
			for _, name := range slices.Sorted(maps.Keys(object(node[field]))) {
				c.walk(part[2:], name, below+"/"+name, object(node[field])[name])
			}
		case strings.HasPrefix(part, "[]"):
			for i, each := range list(node[field]) {
				token := fmt.Sprint(i)
				if name, ok := object(each)["name"].(string); ok {
					token = name
				}
				c.walk(part[2:], token, below+"/"+token, each)
			}
		default:
			c.walk(part, field, below, node[field])
		}
	}
}

func (c *checking) check(kind, name string, node map[string]any, report func(string)) {
	for _, rule := range rules {
		if rule.kind == kind {
			report(rule.check(c, name, node))
		}
	}
}

func badReference(ref string, node map[string]any) string {
	if !regexp.MustCompile(`^#/components/[^/]+/[^/]+$`).MatchString(ref) {
		return fmt.Sprintf("$ref: %s has no name of its own: move what it refers to into components", ref)
	}
	for _, beside := range slices.Sorted(maps.Keys(node)) {
		if beside != "$ref" && beside != "description" && beside != "summary" && !strings.HasPrefix(beside, "x-") {
			return fmt.Sprintf("%s: beside a $ref it is ignored: write it in %s", beside, ref)
		}
	}
	return ""
}

func absent(field, why string) func(*checking, string, map[string]any) string {
	return func(_ *checking, _ string, node map[string]any) string {
		if _, ok := node[field]; ok {
			return fmt.Sprintf("%s: %s: remove it", field, why)
		}
		return ""
	}
}

// goName returns the letters and digits of a name in lower case. The generator gives two names with an equal goName the same name
// in Go.
func goName(name string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	return cmp.Or(kept, name)
}

// sameInGo returns a problem if two things have the same name in Go, or "". The keys of names describe the things.
func sameInGo(what string, names map[string]string) string {
	seen := map[string]string{}
	for _, each := range slices.Sorted(maps.Keys(names)) {
		name := goName(names[each])
		if other, ok := seen[name]; ok {
			return fmt.Sprintf("%s: %s and %s have one name in Go, which ignores case and punctuation: rename one", what, other, each)
		}
		seen[name] = each
	}
	return ""
}
