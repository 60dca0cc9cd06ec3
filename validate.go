package flexflow

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// decode checks an answer against the contract and returns it as T, with every way in which it breaks the contract. The
// value is nil where none can be had.
//
// The decoder refuses what two decoders may read differently (a name that comes twice, invalid UTF-8, data after the
// value) and matches names to the letter, so that what is returned is what was checked.
func decode[T any](op *operation, mode Mode, args []string, ans answer) (*T, []Violation) {
	switch {
	case ans.oversize:
		return nil, []Violation{{Keyword: "size", Reason: "the body is over the limit of the client"}}
	case len(op.success[ans.StatusCode].Content) == 0:
		return new(T), nil // the contract gives this status no body
	case mode == Off:
		return decodeTyped[T](ans.Body, nil)
	}
	schema, found := mediaType(op.success[ans.StatusCode], ans.Header)
	var tree any
	if err := json.Unmarshal(ans.Body, &tree); err != nil {
		return nil, append(found, jsonViolation(err))
	}
	if schema != nil {
		found = append(found, violationsOf(schema.VisitJSON(tree, op.options...))...)
		found = append(found, caseVariants(schema, schema, tree)...)
	}
	if len(found) == 0 {
		found = op.checkIdentity(tree, resource(args))
	}
	slices.SortStableFunc(found, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
	if mode == Report && tree != nil { // null is no flow, though Go would decode it
		return decodeTyped[T](ans.Body, tree, found...)
	}
	if len(found) > 0 {
		return nil, found
	}
	if value, ok := build[T](tree); ok {
		return value, nil
	}
	return decodeTyped[T](ans.Body, nil)
}

// decodeTyped decodes body into T and adds what cannot be decoded to found. With a tree, which is the body as decoded
// before, a value that has no place in T is left out instead.
func decodeTyped[T any](body []byte, tree any, found ...Violation) (*T, []Violation) {
	for {
		value := new(T)
		err := json.Unmarshal(body, value)
		if err == nil {
			return value, found
		}
		broken := jsonViolation(err)
		if len(found) == 0 {
			found = []Violation{broken}
		}
		if !remove(tree, jsontext.Pointer(broken.Pointer)) {
			return nil, found
		}
		if body, err = json.Marshal(tree); err != nil {
			return nil, found
		}
	}
}

// remove takes the value at the pointer out of the tree, and says whether it was there.
func remove(tree any, at jsontext.Pointer) bool {
	for token := range at.Parent().Tokens() {
		switch node := tree.(type) {
		case map[string]any:
			tree = node[token]
		case []any:
			i, _ := strconv.Atoi(token)
			tree = node[i]
		}
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return false
	}
	_, ok = object[at.LastToken()]
	delete(object, at.LastToken())
	return ok
}

// mediaType finds the schema that the contract has for an answer's media type.
func mediaType(response *openapi3.Response, header http.Header) (*openapi3.Schema, []Violation) {
	broken := func(reason string) []Violation { return []Violation{{Keyword: "content-type", Reason: reason}} }
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, []Violation{{Keyword: "content-encoding", Reason: "the body is in an encoding that was not asked for"}}
	}
	values := header.Values("Content-Type")
	if len(values) != 1 {
		return nil, broken(fmt.Sprintf("there must be one Content-Type, there are %d", len(values)))
	}
	media := response.Content[values[0]]
	if media == nil {
		name, params, err := mime.ParseMediaType(values[0])
		if media = response.Content.Get(name); err != nil || media == nil {
			declared := slices.Sorted(maps.Keys(response.Content))
			return nil, broken("the Content-Type must be " + strings.Join(declared, " or "))
		}
		if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
			return nil, broken("the charset must be utf-8")
		}
	}
	if media.Schema == nil {
		return nil, nil
	}
	return media.Schema.Value, nil
}

// checkIdentity refuses another resource than the one asked for, as a confused cache may send it: a property with the
// name of the path's last parameter must repeat it. Of a SID, the letters A to F may come in either case.
func (o *operation) checkIdentity(tree any, sid string) []Violation {
	object, _ := tree.(map[string]any)
	name := o.identity
	if got, ok := object[name].(string); ok && !strings.EqualFold(got, sid) {
		return []Violation{{Pointer: "/" + name, Keyword: "identity", Reason: "it is another resource than the one asked for"}}
	}
	return nil
}

// jsonViolation says why a body cannot be decoded. The decoder's own text can quote the body.
func jsonViolation(err error) Violation {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return Violation{string(syntax.JSONPointer), "duplicate", "the name comes twice in its object"}
	case errors.As(err, &syntax):
		return Violation{string(syntax.JSONPointer), "json", fmt.Sprintf("the body is not one JSON value in UTF-8, from byte %d on", syntax.ByteOffset)}
	case errors.As(err, &semantic):
		return Violation{string(semantic.JSONPointer), "type", "the value has no place in the Go type"}
	}
	return Violation{"", "json", "the body cannot be decoded"}
}

// violationsOf flattens what kin-openapi found.
func violationsOf(err error) []Violation {
	switch err := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var found []Violation
		for _, each := range err {
			found = append(found, violationsOf(each)...)
		}
		return dropConsequences(found)
	case *openapi3.SchemaError:
		if err.SchemaField == "allOf" { // what is wrong is in the parts
			var parts openapi3.MultiError
			errors.As(err.Origin, &parts)
			return violationsOf(parts)
		}
		var at jsontext.Pointer
		for _, token := range err.JSONPointer() {
			at = at.AppendToken(token)
		}
		return []Violation{{string(at), err.SchemaField, err.Reason}}
	default:
		return []Violation{{"", "schema", "the contract cannot be applied"}}
	}
}

// dropConsequences leaves out that a string of the wrong length fails its pattern and its format as well.
func dropConsequences(found []Violation) []Violation {
	wrongLength := map[string]bool{}
	for _, v := range found {
		if v.Keyword == "minLength" || v.Keyword == "maxLength" {
			wrongLength[v.Pointer] = true
		}
	}
	return slices.DeleteFunc(found, func(v Violation) bool {
		return wrongLength[v.Pointer] && (v.Keyword == "pattern" || v.Keyword == "format")
	})
}

// caseVariants finds the names in the tree that differ from a declared one by case alone. To the contract they are
// properties that it does not know, but many decoders, encoding/json among them, take them for the declared ones.
//
// The part is schema itself or one of those that it is composed of.
func caseVariants(schema, part *openapi3.Schema, tree any) []Violation {
	var found []Violation
	descend := func(part *openapi3.Schema, name string, child any) {
		for _, v := range caseVariants(part, part, child) {
			v.Pointer = string(jsontext.Pointer("").AppendToken(name)) + v.Pointer
			found = append(found, v)
		}
	}
	switch node := tree.(type) {
	case map[string]any:
		if part.Properties == nil && part.AdditionalProperties.Schema == nil && part.AllOf == nil && part.AnyOf == nil && part.OneOf == nil {
			return nil // it declares no names
		}
		for name, child := range node {
			if property := part.Properties[name]; property != nil {
				descend(property.Value, name, child)
				continue
			}
			if more := part.AdditionalProperties.Schema; more != nil {
				descend(more.Value, name, child)
			}
			if part == schema && variantOf(schema, name) {
				at := string(jsontext.Pointer("").AppendToken(name))
				found = append(found, Violation{at, "case", "the name differs from a declared one by case alone"})
			}
		}
	case []any:
		for i, item := range node {
			if part.Items != nil {
				descend(part.Items.Value, strconv.Itoa(i), item)
			}
		}
	default:
		return nil
	}
	for ref := range partsOf(part) {
		found = append(found, caseVariants(schema, ref.Value, tree)...)
	}
	return found
}

// variantOf says whether name is no property of the schema but is one when case does not count.
func variantOf(schema *openapi3.Schema, name string) bool {
	declared, variant := compare(schema, name)
	return variant && !declared
}

func compare(schema *openapi3.Schema, name string) (declared, variant bool) {
	if schema.Properties[name] != nil {
		return true, false
	}
	for property := range schema.Properties {
		variant = variant || strings.EqualFold(property, name)
	}
	for part := range partsOf(schema) {
		d, v := compare(part.Value, name)
		declared, variant = declared || d, variant || v
	}
	return declared, variant
}

// partsOf are the schemas that one is composed of.
func partsOf(schema *openapi3.Schema) iter.Seq[*openapi3.SchemaRef] {
	return func(yield func(*openapi3.SchemaRef) bool) {
		for _, parts := range []openapi3.SchemaRefs{schema.AllOf, schema.AnyOf, schema.OneOf} {
			for _, part := range parts {
				if !yield(part) {
					return
				}
			}
		}
	}
}
