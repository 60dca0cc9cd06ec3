// Package contract validates arguments and responses against api/openapi.yaml, which package gen embeds, with
// kin-openapi. It makes Go values of valid responses.
package contract

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	stdjson "encoding/json"

	"github.com/flexflow-go/flexflow/internal/tree"
)

// Read validates the body of a success and makes a T of it. It returns all violations. If there are any, the value
// leaves out what does not fit T, and is nil if the body is not one JSON object. resource is the last path argument: a
// response that names another resource is a violation.
//
// The decoder rejects what other decoders read differently: a name that occurs twice, invalid UTF-8, and data after
// the value. It matches names exactly, so the returned value is what was validated.
func Read[T any](o *Operation, status int, header http.Header, body []byte, resource string) (*T, []Violation) {
	if o.success(status).Content == nil {
		return new(T), nil // the document has no body for it
	}
	decoded, found := o.validate(status, header, body, resource)
	if _, isObject := decoded.(map[string]any); !isObject && len(found) > 0 {
		return nil, found
	}
	value := new(T)
	if tree.Set(value, decoded) || tree.Set(value, withExactNumbers(body)) || len(found) > 0 {
		return value, found
	}
	return Decode[T](body) // it says what does not fit
}

// Check validates a response as Read does.
func Check(o *Operation, status int, header http.Header, body []byte, resource string) []Violation {
	if o.success(status).Content == nil {
		return nil
	}
	_, found := o.validate(status, header, body, resource)
	return found
}

// Parse validates a body without status and header as Read does, as a success of the operation for any resource.
func Parse[T any](o *Operation, body []byte) (*T, []Violation) {
	mediaType, _, _ := strings.Cut(o.Accept, ",")
	header := http.Header{"Content-Type": {mediaType}}
	for status := http.StatusOK; ; status++ {
		if o.IsSuccess(status) {
			return Read[T](o, status, header, body, "")
		}
	}
}

// Decode makes a T of a body, and does not validate it.
func Decode[T any](body []byte) (*T, []Violation) {
	value := new(T)
	if err := json.Unmarshal(body, value); err != nil {
		return nil, []Violation{jsonViolation(err)}
	}
	return value, nil
}

// validate decodes the body and returns all violations, sorted by place.
func (o *Operation) validate(status int, header http.Header, body []byte, resource string) (any, []Violation) {
	schema, found := mediaType(o.success(status).Content, header)
	var decoded any
	if err := json.Unmarshal(body, &decoded); err != nil {
		return nil, append(found, jsonViolation(err))
	}
	if schema != nil {
		found = append(found, violationsOf(schema.VisitJSON(decoded, validation()...))...)
	}
	found = o.checkIdentity(found, decoded, resource)
	slices.SortStableFunc(found, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
	return decoded, found
}

// withExactNumbers decodes the body with a json.Number for each number, because a float64 rounds whole numbers above
// 2^53.
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

// mediaType returns the schema for the Content-Type of the response.
func mediaType(content openapi3.Content, header http.Header) (*openapi3.Schema, []Violation) {
	violation := func(keyword, reason string) []Violation { return []Violation{{"", keyword, reason}} }
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, violation("content-encoding", "the body is in an encoding that was not requested")
	}
	values := header.Values("Content-Type")
	if len(values) != 1 {
		return nil, violation("content-type", fmt.Sprintf("there must be one Content-Type, there are %d", len(values)))
	}
	media := content[values[0]]
	if media == nil {
		name, params, err := mime.ParseMediaType(values[0])
		if media = content.Get(name); err != nil || media == nil {
			allowed := strings.Join(slices.Sorted(maps.Keys(content)), " or ")
			return nil, violation("content-type", "the Content-Type must be "+allowed)
		}
		if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
			return nil, violation("content-type", "the charset must be utf-8")
		}
	}
	return media.Schema.Value, nil
}

// checkIdentity adds a violation for another resource than the one requested, which a misconfigured cache may send. It
// ignores the case of hexadecimal digits, and a value that already has a violation.
func (o *Operation) checkIdentity(found []Violation, decoded any, resource string) []Violation {
	object, _ := decoded.(map[string]any)
	got, ok := object[o.identity].(string)
	if !ok || resource == "" || strings.EqualFold(got, resource) {
		return found
	}
	other := Violation{"/" + o.identity, "identity", "it is another resource than the one requested"}
	if slices.ContainsFunc(found, func(v Violation) bool { return v.Pointer == other.Pointer }) {
		return found
	}
	return append(found, other)
}
