package flexflowtest

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/jsonpointer"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// checks returns the options of each validation.
var checks = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	formats := openapi3.WithStringFormatValidators(formats.Strings())
	return []openapi3.SchemaValidationOption{openapi3.VisitAsResponse(), openapi3.MultiErrors(), formats}
})

// validate returns nil, or a one-line error that says where and how the value violates the schema.
func validate(schema *openapi3.Schema, value any) error {
	err := schema.VisitJSON(value, checks()...)
	reasons := map[string]string{} // by pointer; only the first reason for each value
	for _, violation := range flatten(err) {
		pointer, reason := "", violation.Reason
		if path := violation.JSONPointer(); len(path) > 0 {
			pointer = "/" + strings.Join(path, "/")
			reason = pointer + ": " + reason
		}
		reasons[pointer] = cmp.Or(reasons[pointer], reason)
	}
	if len(reasons) == 0 {
		return err
	}
	return errors.New(strings.Join(slices.Sorted(maps.Values(reasons)), "; "))
}

// flatten returns the errors of all depths.
func flatten(err error) []*openapi3.SchemaError {
	var all []*openapi3.SchemaError
	switch err := err.(type) {
	case openapi3.MultiError:
		for _, each := range err {
			all = append(all, flatten(each)...)
		}
	case *openapi3.SchemaError:
		all = append(all, err)
	}
	return all
}

// invalidValue parses the pointer and returns a value that the schema does not allow there: a string if possible,
// because an API is more likely to send one, otherwise one of another type.
func invalidValue(schema *openapi3.Schema, pointer string) (at jsonpointer.Pointer, value any, err error) {
	if at, err = jsonpointer.New(pointer); err != nil || at.IsEmpty() {
		return at, nil, errors.New("a pointer to an attribute starts with /")
	}
	for _, token := range at.DecodedTokens() {
		switch property := schema.Properties[token]; {
		case property != nil:
			schema = property.Value
		case schema.Items != nil:
			schema = schema.Items.Value
		default:
			return at, nil, errors.New("the contract has no attribute there")
		}
	}
	for _, value := range []any{"violation", 1.0, true, []any{}, map[string]any{}} {
		if validate(schema, value) != nil {
			return at, value, nil
		}
	}
	return at, nil, errors.New("the contract allows any value there")
}
