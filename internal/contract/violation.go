package contract

import (
	"errors"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Violation describes where and how a response violates the document. It never contains the value.
type Violation struct{ Pointer, Keyword, Reason string }

// TooLarge is the violation of a body over the limit of WithMaxResponseBytes.
var TooLarge = Violation{Keyword: "size", Reason: "the body is longer than WithMaxResponseBytes allows"}

// violationsOf lists what kin-openapi found, but not in kin-openapi's text, which prints the schema and the value.
func violationsOf(err error) []Violation {
	switch err := err.(type) {
	case nil:
		return nil
	case openapi3.MultiError:
		var found []Violation
		for _, each := range err {
			found = append(found, violationsOf(each)...)
		}
		return found
	case *openapi3.SchemaError:
		if err.SchemaField == "allOf" { // its parts have the errors
			var parts openapi3.MultiError
			errors.As(err.Origin, &parts)
			return violationsOf(parts)
		}
		var at jsontext.Pointer
		for _, token := range err.JSONPointer() {
			at = at.AppendToken(token)
		}
		reason := err.Reason
		if err.SchemaField == "nullable" {
			reason = "it must not be null"
		}
		return []Violation{{string(at), err.SchemaField, reason}}
	default:
		return []Violation{{"", "schema", "the document cannot be applied to it"}}
	}
}

// jsonViolation returns the violation of a malformed body, but not in the decoder's text, which can quote the body.
func jsonViolation(err error) Violation {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &syntax) && errors.Is(err, jsontext.ErrDuplicateName):
		return Violation{string(syntax.JSONPointer), "duplicate", "the name occurs twice in its object"}
	case errors.As(err, &syntax):
		reason := fmt.Sprintf("the body is not one JSON value in UTF-8: byte %d is malformed", syntax.ByteOffset)
		return Violation{string(syntax.JSONPointer), "json", reason}
	case errors.As(err, &semantic):
		return Violation{string(semantic.JSONPointer), "type", "the value does not fit the Go type"}
	}
	return Violation{"", "json", "the body cannot be decoded"}
}
