// Package contract says what api/openapi.yaml allows: which arguments an operation takes and which responses it has. It
// turns a response that is allowed into a Go value.
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

// Operation is one operation of the document. document.gen.go declares a variable for each.
type Operation struct {
	ID, Method, Path string
	Accept           string // the Accept header: the media types of all successes
	parameters       []parameter
	identity         string                   // property of the response that repeats the last path parameter; "" for none
	success          map[int]openapi3.Content // by status; 2 stands for 2XX
	writeOnly        bool                     // a schema of the document is write-only
}

type parameter struct {
	name, in string
	required bool
	mustBe   string // what a value must be, in words
	schema   *openapi3.Schema
}

// checks are the options of every check, made once.
var checks = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings())}
})

// Find returns the operation with the method and a path that the given one ends with, and its path arguments, or nil.
func Find(method, path string) (*Operation, []any) {
	given := strings.Split(path, "/")
operations:
	for _, o := range Operations {
		declared := strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
		if o.Method != method || len(given) < len(declared) {
			continue
		}
		var args []any
		for i, segment := range given[len(given)-len(declared):] {
			if strings.HasPrefix(declared[i], "{") && segment != "" {
				args = append(args, segment)
			} else if declared[i] != segment {
				continue operations
			}
		}
		return o, args
	}
	return nil, nil
}

// IsSuccess says whether the document declares the status as a success of the operation.
func (o *Operation) IsSuccess(status int) bool {
	_, ok := o.content(status)
	return ok
}

func (o *Operation) content(status int) (openapi3.Content, bool) {
	content, ok := o.success[status]
	if !ok {
		content, ok = o.success[status/100]
	}
	return content, ok
}

// CheckArguments validates the path arguments, in the order of the path, and then the struct of the other parameters,
// where the operation has one. The error says what an argument must be and does not repeat it.
func (o *Operation) CheckArguments(args ...any) error {
	var others map[string]any
	for _, p := range o.parameters {
		if p.in == "path" {
			if err := p.check(args[0]); err != nil {
				return errors.New(p.describe(args[0], err))
			}
			args = args[1:]
			continue
		}
		if others == nil {
			encoded, err := json.Marshal(args[0])
			if err == nil {
				err = json.Unmarshal(encoded, &others)
			}
			if err != nil {
				return errors.New("the parameters cannot be encoded as JSON")
			}
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
	if value == "" || value == "." || value == ".." {
		return errors.New("it would lead to another resource")
	}
	if broken := violationsOf(p.schema.VisitJSON(value, checks()...)); len(broken) > 0 {
		return errors.New(broken[0].Reason)
	}
	return nil
}

// describe says what a path argument must be, in the document's words where it has some, and how far it is from that.
func (p parameter) describe(value any, broken error) string {
	text, ok := value.(string)
	if p.mustBe == "" || !ok {
		return broken.Error()
	}
	found := fmt.Sprintf("it has %d characters", utf8.RuneCountInString(text))
	switch {
	case strings.TrimRight(text, "\r\n") != text:
		found = "it ends with a line break"
	case strings.TrimSpace(text) != text:
		found = "it has a space before or after it"
	}
	return fmt.Sprintf("it must be %s (%s)", p.mustBe, found)
}
