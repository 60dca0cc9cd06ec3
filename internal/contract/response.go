// Package contract validates arguments and responses against api/openapi.yaml, which package gen embeds, with
// kin-openapi. It makes Go values of valid responses.
package contract

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	stdjson "encoding/json"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/flexflow-go/flexflow/internal/tree"
)

// Read validates a success, and returns its body as a T and all violations. If there are violations, the value has
// only what fits T, and it is nil if the body is not a JSON object. The argument is that of the path: another resource
// is a violation.
//
// Other decoders could read a body differently if it has a name that occurs twice, invalid UTF-8, or data after the
// value. So these are violations. Names match only exactly, so that the returned value is the one that was validated.
func Read[T any](o *Operation, header http.Header, body []byte, argument string) (*T, []Violation) {
	decoded, found := o.validate(header, body, argument)
	return valueOf[T](decoded, body, found)
}

// ReadUnvalidated decodes a body, and checks only that it is the resource of the argument, if there is one.
func ReadUnvalidated[T any](o *Operation, body []byte, argument string) (*T, []Violation) {
	var decoded any
	if err := json.Unmarshal(body, &decoded); err != nil {
		return nil, []Violation{jsonViolation(err)}
	}
	return valueOf[T](decoded, body, o.checkIdentity(decoded, argument))
}

// Check validates a success as [Read] does, and makes no value. In a page, it also validates each flow.
func Check(o *Operation, header http.Header, body []byte, argument string) []Violation {
	if o == ListFlexFlow() {
		return checkPage(header, body)
	}
	_, found := o.validate(header, body, argument)
	return found
}

// Parse validates a body as Read does, but without a header, and accepts every resource.
func Parse[T any](o *Operation, body []byte) (*T, []Violation) {
	decoded, found := checkBody(o.schema, body)
	return valueOf[T](decoded, body, found)
}

// valueOf returns the decoded body as a T, and the violations found. If it does not fit T, valueOf decodes the body
// again with exact numbers. If that does not fit either, or is null, and nothing else is wrong, that is a violation.
func valueOf[T any](decoded any, body []byte, found []Violation) (*T, []Violation) {
	if _, isObject := decoded.(map[string]any); !isObject && len(found) > 0 {
		return nil, found
	}
	value := new(T)
	fits := decoded != nil && (tree.Set(value, decoded) || tree.Set(value, withExactNumbers(body)))
	if fits || len(found) > 0 {
		return value, found
	}
	return decode[T](body) // its error says what does not fit
}

// decode decodes a body into a T, and returns a violation if it is null or does not fit.
func decode[T any](body []byte) (*T, []Violation) {
	var value *T
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, []Violation{jsonViolation(err)}
	}
	if value == nil {
		return nil, []Violation{{"", "nullable", "it must not be null"}}
	}
	return value, nil
}

// withExactNumbers decodes the body with a json.Number for each number: a float64 rounds whole numbers above 2^53.
func withExactNumbers(body []byte) (decoded any) {
	number := func(in *jsontext.Decoder, v *any) error {
		if in.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		text, err := in.ReadValue()
		*v = stdjson.Number(text)
		return err
	}
	json.Unmarshal(body, &decoded, json.WithUnmarshalers(json.UnmarshalFromFunc(number)))
	return decoded
}

// validate decodes the body and returns all violations, sorted by place.
func (o *Operation) validate(header http.Header, body []byte, argument string) (any, []Violation) {
	decoded, found := checkBody(o.schema, body)
	found = slices.Concat(o.checkHeader(header), found, o.checkIdentity(decoded, argument))
	slices.SortStableFunc(found, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
	return decoded, found
}

// checkBody decodes the body and validates it.
func checkBody(schema *openapi3.Schema, body []byte) (decoded any, found []Violation) {
	if err := json.Unmarshal(body, &decoded); err != nil {
		return nil, []Violation{jsonViolation(err)}
	}
	found = violationsOf(schema.VisitJSON(decoded, validation()...))
	if object, _ := decoded.(map[string]any); len(found) == 0 && isForeign(schema, object) {
		found = append(found, Violation{"", "properties", "it has attributes, but none of the contract"})
	}
	return decoded, found
}

// isForeign reports whether the object has properties, but none of the schema. A schema that requires nothing accepts
// such an object, but it is something else, such as an error with status 200.
func isForeign(schema *openapi3.Schema, object map[string]any) bool {
	for name := range object {
		if schema.Properties[name] != nil {
			return false
		}
	}
	return len(object) > 0 && len(schema.Properties) > 0
}

// checkHeader returns the violation of the header, if any.
func (o *Operation) checkHeader(header http.Header) []Violation {
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return []Violation{{"", "content-encoding", "the body is in an encoding that was not requested"}}
	}
	reason := ""
	values := header.Values("Content-Type")
	switch {
	case len(values) != 1:
		reason = fmt.Sprintf("there must be one Content-Type, there are %d", len(values))
	case values[0] != o.MediaType:
		name, params, err := mime.ParseMediaType(values[0])
		charset, hasCharset := params["charset"]
		if err != nil || name != o.MediaType {
			reason = "the Content-Type must be " + o.MediaType
		} else if hasCharset && !strings.EqualFold(charset, "utf-8") {
			reason = "the charset must be utf-8"
		}
	}
	if reason != "" {
		return []Violation{{"", "content-type", reason}}
	}
	return nil
}

// Identity is the keyword of a violation for another resource than the one requested.
const Identity = "identity"

// checkIdentity returns a violation if the response is another resource than the one requested, which a misconfigured
// cache may send. It ignores the case of letters, as in the hexadecimal digits of a SID.
func (o *Operation) checkIdentity(decoded any, argument string) []Violation {
	object, _ := decoded.(map[string]any)
	got, ok := object[o.identity].(string)
	if !ok || argument == "" || strings.EqualFold(got, argument) {
		return nil
	}
	return []Violation{{"/" + o.identity, Identity, "it is another resource than the one requested"}}
}
