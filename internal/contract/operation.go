// Package contract validates arguments and responses against api/openapi.yaml with kin-openapi, and builds Go values from
// valid responses.
package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// Operation is one operation of the document; document.gen.go has a variable for each.
type Operation struct {
	ID, Method, Path string
	Accept           string // the Accept header: the media types of all successful responses
	parameters       []parameter
	identity         string                   // property of the response that repeats the last path parameter, or ""
	success          map[int]openapi3.Content // by status; 2 stands for 2XX
	writeOnly        bool                     // the document has a writeOnly property
}

type parameter struct {
	name, in string
	required bool
	mustBe   string // description of a valid value
	schema   *openapi3.Schema
}

// validation returns the options of every validation, made once.
var validation = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings())}
})

// Find returns the operation for a method and a path, which may have a prefix, and the last path argument; or nil.
func Find(method, path string) (found *Operation, resource string) {
	given := strings.Split(path, "/")
operations:
	for _, o := range Operations {
		declared := strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
		if o.Method != method || len(given) < len(declared) {
			continue
		}
		for i, segment := range given[len(given)-len(declared):] {
			if strings.HasPrefix(declared[i], "{") && segment != "" {
				resource = segment
			} else if declared[i] != segment {
				continue operations
			}
		}
		return o, resource
	}
	return nil, ""
}

// IsSuccess reports whether the status is a success of the operation in the document.
func (o *Operation) IsSuccess(status int) bool {
	_, ok := o.content(status)
	return ok
}

func (o *Operation) content(status int) (openapi3.Content, bool) {
	if status < 100 || status > 999 { // over HTTP/2, it can be any number
		return nil, false
	}
	content, ok := o.success[status]
	if !ok {
		content, ok = o.success[status/100]
	}
	return content, ok
}

// CheckArguments validates the path arguments, in the order of the path, and then the struct of the other parameters, if the
// operation has one. The error describes a valid argument, and does not contain the given one.
func (o *Operation) CheckArguments(args ...any) error {
	for i, p := range o.parameters {
		if p.in == "path" {
			if err := p.check(args[i]); err != nil {
				return errors.New(p.describe(args[i], err))
			}
			continue
		}
		var others map[string]any
		if encoded, err := json.Marshal(args[len(args)-1]); err != nil || json.Unmarshal(encoded, &others) != nil {
			return errors.New("the parameters cannot be encoded as JSON")
		}
		value, given := others[p.name]
		if !given && p.required {
			return fmt.Errorf("the parameter %s is required", p.name)
		}
		if given {
			if err := p.check(value); err != nil {
				return fmt.Errorf("the parameter %s: %w", p.name, err)
			}
		}
	}
	return nil
}

func (p parameter) check(value any) error {
	if p.in == "path" && (value == "" || value == "." || value == "..") {
		return errors.New("it would lead to another resource")
	}
	if broken := violationsOf(p.schema.VisitJSON(value, validation()...)); len(broken) > 0 {
		return errors.New(broken[0].Reason)
	}
	return nil
}

// describe says what a path argument must be, in the words of the document if it has any, and what is wrong with it.
func (p parameter) describe(value any, broken error) string {
	text, ok := value.(string)
	if p.mustBe == "" || !ok {
		return broken.Error()
	}
	length := utf8.RuneCountInString(text)
	found := fmt.Sprintf("it has %d characters", length)
	switch {
	case p.schema.MaxLength != nil && uint64(length) == *p.schema.MaxLength:
		found = "it has the right length, but an invalid character"
	case strings.TrimRight(text, "\r\n") != text:
		found = "it ends with a line break"
	case strings.TrimSpace(text) != text:
		found = "it has a space before or after it"
	}
	return fmt.Sprintf("it must be %s (%s)", p.mustBe, found)
}
