package flexflowtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/jsonpointer"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// checks returns the options of each validation.
var checks = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{
		openapi3.VisitAsResponse(),
		openapi3.MultiErrors(),
		openapi3.WithStringFormatValidators(formats.Strings()),
		openapi3.SetSchemaErrorMessageCustomizer(func(err *openapi3.SchemaError) string {
			if path := err.JSONPointer(); len(path) > 0 {
				return "/" + strings.Join(path, "/") + ": " + err.Reason
			}
			return err.Reason
		}),
	}
})

// validate returns nil, or a one-line error that says where and how the value violates the schema.
func validate(schema *openapi3.Schema, value any) error {
	return schema.VisitJSON(value, checks()...)
}

func parsePointer(pointer string) (jsonpointer.Pointer, error) {
	at, err := jsonpointer.New(pointer)
	if err != nil || at.IsEmpty() {
		return at, errors.New("a pointer to an attribute starts with /")
	}
	return at, nil
}

// invalidValue returns a value that the schema does not allow at the pointer: a string if possible, because an API is
// more likely to send one, otherwise one of another type.
func invalidValue(schema *openapi3.Schema, pointer string) (any, error) {
	at, err := parsePointer(pointer)
	if err != nil {
		return nil, err
	}
	for _, token := range at.DecodedTokens() {
		switch property := schema.Properties[token]; {
		case property != nil:
			schema = property.Value
		case schema.Items != nil:
			schema = schema.Items.Value
		default:
			return nil, errors.New("the contract has no attribute there")
		}
	}
	for _, value := range []any{"violation", 1.0, true, []any{}, map[string]any{}} {
		if validate(schema, value) != nil {
			return value, nil
		}
	}
	return nil, errors.New("the contract allows any value there")
}

// decode parses JSON. Its numbers keep every digit.
func decode(data []byte) (tree any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&tree)
	return tree, err
}
