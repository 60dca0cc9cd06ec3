package check

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// followed lists the fields that the client follows, for each kind of node. After a colon stands the kind of the nodes
// in a field: {} means a map of them, [] a list. The client would ignore any other field, so none is allowed.
var followed = map[string]string{
	"document":   "openapi info servers:[]server security tags paths:{}path components:components",
	"server":     "url description",
	"components": "securitySchemes:{}scheme schemas:{}schema parameters:{}parameter responses:{}response",
	"scheme":     "type scheme description",
	"path":       "summary description parameters:[]parameter get:operation",
	"operation":  "operationId summary description deprecated tags parameters:[]parameter responses:{}response",
	"parameter":  "name in required description deprecated example schema:argument x-must-be x-repeated-as",
	"argument": "type format enum default minLength maxLength pattern minimum maximum exclusiveMinimum " +
		"exclusiveMaximum multipleOf items:schema minItems maxItems uniqueItems",
	"response": "description content:{}media",
	"media":    "schema:schema example examples",
	"schema": "type format enum nullable description title example deprecated x-deprecated-reason x-go-name x-personal " +
		"minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf " +
		"properties:{}property required minProperties maxProperties additionalProperties:schema " +
		"items:schema minItems maxItems uniqueItems allOf:[]schema oneOf:[]schema anyOf:[]schema not:schema",
}

// walk is the state of a walk over a document.
type walk struct {
	doc      map[string]any
	code     string // of the root package
	problems []string
}

// problemsOf returns a line for each part of the document that the client does not follow. It begins with the place.
func problemsOf(doc map[string]any, code string) []string {
	w := &walk{doc: doc, code: code}
	w.node("document", nil, doc)
	return w.problems
}

func (w *walk) report(at []string, problem string) {
	if problem != "" {
		w.problems = append(w.problems, printable(strings.Join(append(at, problem), ": ")))
	}
}

// node checks one node and all below it.
func (w *walk) node(kind string, at []string, value any) {
	node := object(value)
	if node == nil { // additionalProperties may be true; kin-openapi refuses what else is no object
		return
	}
	if kind == "property" {
		w.report(at, w.property(at, node))
		kind = "schema"
	}
	if ref, ok := node["$ref"].(string); ok && kind != "path" {
		w.report(at, reference(ref, node))
		return
	}
	if rule, ok := rules[kind]; ok {
		w.report(at, rule(w, at, node))
	}
	kinds := map[string]string{}
	for field := range strings.FieldsSeq(followed[kind]) {
		name, below, _ := strings.Cut(field, ":")
		kinds[name] = below
	}
	for _, name := range slices.Sorted(maps.Keys(node)) {
		below, ok := kinds[name]
		if !ok {
			w.report(at, name+": the client does not follow it: remove it; internal/check/walk.go lists what it follows")
		}
		w.field(below, append(slices.Clip(at), name), node[name])
	}
}

// field checks the nodes of a field.
func (w *walk) field(kind string, at []string, value any) {
	below := func(token, each any) { w.node(kind[2:], append(slices.Clip(at), fmt.Sprint(token)), each) }
	switch {
	case strings.HasPrefix(kind, "{}"):
		for _, name := range slices.Sorted(maps.Keys(object(value))) {
			below(name, object(value)[name])
		}
	case strings.HasPrefix(kind, "[]"):
		for i, each := range list(value) {
			below(cmp.Or(object(each)["name"], any(i)), each)
		}
	case kind != "":
		w.node(kind, at, value)
	}
}

// reference checks a node that refers to another.
func reference(ref string, node map[string]any) string {
	if !regexp.MustCompile(`^#/components/\w+/[\w.-]+$`).MatchString(ref) {
		return fmt.Sprintf("$ref: %s has no name of its own: move what it refers to into components", ref)
	}
	for _, beside := range slices.Sorted(maps.Keys(node)) {
		if beside != "$ref" && beside != "description" {
			return fmt.Sprintf("%s: beside a $ref it is ignored: write it in %s", beside, ref)
		}
	}
	return ""
}

// resolve follows a reference to a component. reference refuses other references, and kin-openapi those to nothing.
func (w *walk) resolve(value any) map[string]any {
	node := object(value)
	for range 16 { // a reference may refer to itself
		ref, ok := node["$ref"].(string)
		if !ok {
			break
		}
		kind, name, _ := strings.Cut(strings.TrimPrefix(ref, "#/components/"), "/")
		node = object(object(object(w.doc["components"])[kind])[name])
	}
	return node
}

func object(value any) map[string]any {
	node, _ := value.(map[string]any)
	return node
}

func list(value any) []any {
	nodes, _ := value.([]any)
	return nodes
}

// printable replaces line breaks and control characters in text from a document.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
