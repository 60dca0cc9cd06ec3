package contract

import (
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
)

// Response is a response with a success status.
type Response struct {
	Status   int
	Header   http.Header
	Body     []byte
	TooLarge bool // Body is cut off
}

// Read validates a response and decodes its body into a T. It returns all violations. If there are any, the value leaves out what
// does not fit T, and is nil if the body is not a JSON object. resource is the last path argument: a response that names another
// resource is a violation. With validate false, Read only decodes.
//
// The decoder rejects what other decoders read differently: a name that occurs twice, invalid UTF-8, and data after the value. It
// matches names exactly, so the returned value is what was validated.
func Read[T any](o *Operation, r Response, resource string, validate bool) (*T, []Violation) {
	content, _ := o.content(r.Status)
	switch {
	case r.TooLarge:
		return nil, []Violation{{Keyword: "size", Reason: "the body is longer than WithMaxResponseBytes allows"}}
	case len(content) == 0:
		return new(T), nil // the document has no body for it
	case !validate:
		return decode[T](r.Body)
	}
	schema, found := mediaType(content, r.Header)
	var tree any
	if err := json.Unmarshal(r.Body, &tree); err != nil {
		return nil, append(found, jsonViolation(err))
	}
	if schema != nil {
		options := validation()
		if o.writeOnly {
			options = append(slices.Clip(options), openapi3.VisitAsResponse()) // makes kin-openapi sort all property names
		}
		found = append(found, violationsOf(schema.VisitJSON(tree, options...))...)
	}
	value, fits := build[T](tree)
	if found = o.checkIdentity(found, tree, resource); len(found) > 0 {
		slices.SortStableFunc(found, func(a, b Violation) int { return strings.Compare(a.Pointer, b.Pointer) })
		return value, found
	}
	if !fits {
		return decode[T](r.Body)
	}
	return value, nil
}

// Parse validates and decodes a body without status and header, as a success of the operation for any resource.
func Parse[T any](o *Operation, body []byte) (*T, []Violation) {
	status := slices.Min(slices.Collect(maps.Keys(o.success)))
	mediaType, _, _ := strings.Cut(o.Accept, ",")
	return Read[T](o, Response{Status: status, Header: http.Header{"Content-Type": {mediaType}}, Body: body}, "", true)
}

func decode[T any](body []byte) (*T, []Violation) {
	value := new(T)
	if err := json.Unmarshal(body, value); err != nil {
		return nil, []Violation{jsonViolation(err)}
	}
	return value, nil
}

// mediaType returns the schema for the Content-Type of the response.
func mediaType(content openapi3.Content, header http.Header) (*openapi3.Schema, []Violation) {
	broken := func(keyword, reason string) []Violation { return []Violation{{Keyword: keyword, Reason: reason}} }
	if encoding := header.Get("Content-Encoding"); encoding != "" && !strings.EqualFold(encoding, "identity") {
		return nil, broken("content-encoding", "the body is in an encoding that was not requested")
	}
	values := header.Values("Content-Type")
	if len(values) != 1 {
		return nil, broken("content-type", fmt.Sprintf("there must be one Content-Type, there are %d", len(values)))
	}
	media := content[values[0]]
	if media == nil {
		name, params, err := mime.ParseMediaType(values[0])
		if media = content.Get(name); err != nil || media == nil {
			return nil, broken("content-type", "the Content-Type must be "+strings.Join(slices.Sorted(maps.Keys(content)), " or "))
		}
		if charset, ok := params["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
			return nil, broken("content-type", "the charset must be utf-8")
		}
	}
	if media.Schema == nil {
		return nil, nil
	}
	return media.Schema.Value, nil
}

// checkIdentity adds a violation for another resource than the one requested, which a misconfigured cache may send. It ignores
// the case of hexadecimal digits, and a value that already has a violation.
func (o *Operation) checkIdentity(found []Violation, tree any, resource string) []Violation {
	object, _ := tree.(map[string]any)
	got, ok := object[o.identity].(string)
	at := "/" + o.identity
	if !ok || resource == "" || strings.EqualFold(got, resource) || slices.ContainsFunc(found, func(v Violation) bool { return v.Pointer == at }) {
		return found
	}
	return append(found, Violation{at, "identity", "it is another resource than the one requested"})
}
