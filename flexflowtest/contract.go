package flexflowtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/jsonpointer"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// operationID names the operation of the contract that the fake serves.
const operationID = "FetchFlexFlow"

// mediaType is the media type of all normal responses.
const mediaType = "application/json"

// contract is the part of the document that the fake needs. It does not use the client's code for the document, so a
// mistake there does not affect the fake.
type contract struct {
	method, path string           // as in the document
	pathPattern  *regexp.Regexp   // the last group is the SID
	sid          *openapi3.Schema // schema of the SID in the path
	responses    *openapi3.Responses
	flow         *openapi3.Schema
	examples     openapi3.Examples // examples of flows
}

// loadContract parses the embedded document once. It panics if the document does not have the operation, because then
// package flexflow does not work either.
var loadContract = sync.OnceValue(func() *contract {
	doc, err := gen.GetSpec()
	if err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	c, err := newContract(doc)
	if err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	return c
})

// pathParameter matches a parameter in a path of the document.
var pathParameter = regexp.MustCompile(`\{(.*?)\}`)

func newContract(doc *openapi3.T) (*contract, error) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID != operationID {
				continue
			}
			names := pathParameter.FindAllStringSubmatch(path, -1)
			if len(names) == 0 {
				return nil, fmt.Errorf("the path of %s has no parameter", operationID)
			}
			last := names[len(names)-1][1] // those before it name the resources that contain the flow
			parameter := cmp.Or(op.Parameters.GetByInAndName("path", last), item.Parameters.GetByInAndName("path", last))
			if parameter == nil || parameter.Schema == nil {
				return nil, fmt.Errorf("%s has no schema for the path parameter %s", operationID, last)
			}
			literals := pathParameter.Split(path, -1)
			for i, literal := range literals {
				literals[i] = regexp.QuoteMeta(literal)
			}
			c := &contract{
				method: method, path: path, pathPattern: regexp.MustCompile("^" + strings.Join(literals, "([^/]*)") + "$"),
				sid: parameter.Schema.Value, responses: op.Responses,
			}
			success := c.content(200)
			if success == nil || success.Schema == nil {
				return nil, fmt.Errorf("%s has no schema for %s with status 200", operationID, mediaType)
			}
			c.flow, c.examples = success.Schema.Value, success.Examples
			return c, nil
		}
	}
	return nil, errors.New("it has no operation " + operationID)
}

// content returns the media type that the contract declares for a response with this status, or nil.
func (c *contract) content(status int) *openapi3.MediaType {
	response := cmp.Or(c.responses.Status(status), c.responses.Default())
	if response == nil {
		return nil
	}
	return response.Value.Content.Get(mediaType)
}

// Examples returns the flows in the examples of the contract, except those without a SID, ordered by the names of the
// examples. Each call returns new copies.
func Examples() []flexflow.FlexFlow {
	examples := loadContract().examples
	var flows []flexflow.FlexFlow
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		data, err := json.Marshal(examples[name].Value.Value)
		var flow flexflow.FlexFlow
		if err := errors.Join(err, json.Unmarshal(data, &flow)); err != nil {
			panic(fmt.Sprintf("flexflowtest: the example %s of the contract: %v", name, err))
		}
		if flow.SID != nil {
			flows = append(flows, flow)
		}
	}
	return flows
}

// sidIn returns the SID in the path of a request, and whether the path is that of the operation.
func (c *contract) sidIn(path string) (string, bool) {
	groups := c.pathPattern.FindStringSubmatch(path)
	if groups == nil {
		return "", false
	}
	return groups[len(groups)-1], true
}

// encode returns the flow as the API sends it: with every attribute, null if it is not set. It returns an error if the
// flow violates the contract.
func (c *contract) encode(flow flexflow.FlexFlow) ([]byte, error) {
	data, err := json.Marshal(flow)
	if err != nil {
		return nil, err
	}
	var attributes map[string]json.RawMessage
	if err := json.Unmarshal(data, &attributes); err != nil {
		return nil, err
	}
	for name, property := range c.flow.Properties {
		if attributes[name] == nil && validate(property.Value, nil) == nil {
			attributes[name] = json.RawMessage("null")
		}
	}
	if data, err = json.Marshal(attributes); err != nil {
		return nil, err
	}
	return data, c.validateBody(200, data)
}

// validateBody validates the body of a response with this status.
func (c *contract) validateBody(status int, body []byte) error {
	content := c.content(status)
	if content == nil || content.Schema == nil {
		return fmt.Errorf("it has no schema for %s with status %d", mediaType, status)
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return err
	}
	return validate(content.Schema.Value, tree)
}

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

// invalidValue parses the pointer and returns a value that the contract does not allow there: a string if possible,
// because an API is more likely to send one, otherwise one of another type.
func (c *contract) invalidValue(pointer string) (at jsonpointer.Pointer, value any, err error) {
	if at, err = jsonpointer.New(pointer); err != nil || at.IsEmpty() {
		return at, nil, errors.New("a pointer to an attribute starts with /")
	}
	schema := c.flow
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
