package flexflowtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
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

// mediaType is what the fake answers with.
const mediaType = "application/json"

// contract is the embedded document, resolved to what the fake needs of it.
type contract struct {
	method, path   string           // as the document writes them
	prefix, suffix string           // what stands around the SID in the path
	sid            *openapi3.Schema // of the SID in the path
	responses      *openapi3.Responses
	flow           *openapi3.Schema
	examples       openapi3.Examples // of flows
	options        []openapi3.SchemaValidationOption
}

// loadContract parses the embedded document once. It panics when the document has no such operation, for then the
// library that this package belongs to does not work either.
var loadContract = sync.OnceValue(func() *contract {
	doc, err := gen.GetSpec()
	if err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID != operationID {
				continue
			}
			prefix, rest, _ := strings.Cut(path, "{")
			name, suffix, _ := strings.Cut(rest, "}")
			own := op.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
			parameter := cmp.Or(own, item.Parameters.GetByInAndName(openapi3.ParameterInPath, name))
			success := op.Responses.Status(200).Value.Content[mediaType]
			return &contract{
				method: method, path: path, prefix: prefix, suffix: suffix, sid: parameter.Schema.Value,
				responses: op.Responses, flow: success.Schema.Value, examples: success.Examples,
				options: []openapi3.SchemaValidationOption{
					openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings()),
				},
			}
		}
	}
	panic("flexflowtest: the embedded contract has no operation " + operationID)
})

// Examples returns the flows among the contract's examples, those that have a SID, in the order of the examples' names.
// Each call returns flows of its own.
func Examples() []flexflow.FlexFlow {
	examples := loadContract().examples
	var flows []flexflow.FlexFlow
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		data, err := json.Marshal(examples[name].Value.Value)
		var flow flexflow.FlexFlow
		if err := errors.Join(err, json.Unmarshal(data, &flow)); err != nil {
			panic(fmt.Sprintf("flexflowtest: the contract's example %s: %v", name, err))
		}
		if flow.SID != nil {
			flows = append(flows, flow)
		}
	}
	return flows
}

// sidIn returns the SID in a request's path, and whether the path is the operation's.
func (c *contract) sidIn(path string) (string, bool) {
	sid, starts := strings.CutPrefix(path, c.prefix)
	sid, ends := strings.CutSuffix(sid, c.suffix)
	if !starts || !ends {
		return "", false
	}
	return sid, true
}

// encode is the flow as the API sends it: with every attribute, null where it is unset.
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
		if attributes[name] == nil && property.Value.VisitJSON(nil) == nil {
			attributes[name] = json.RawMessage("null")
		}
	}
	if data, err = json.Marshal(attributes); err != nil {
		return nil, err
	}
	return data, c.check(200, data)
}

// check holds the body of an answer against the contract.
func (c *contract) check(status int, body []byte) error {
	response := cmp.Or(c.responses.Status(status), c.responses.Default())
	if response == nil || response.Value.Content[mediaType] == nil {
		return fmt.Errorf("it has no %s for status %d", mediaType, status)
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return err
	}
	return c.breach(response.Value.Content[mediaType].Schema.Value, tree)
}

// breach is one line that says where the value breaks the schema and how, or nil. It does not share the client's check,
// so that a mistake there is not repeated here.
func (c *contract) breach(schema *openapi3.Schema, value any) error {
	err := schema.VisitJSON(value, c.options...)
	reasons := map[string]string{} // by pointer: of one value, the first reason is enough
	for _, broken := range flatten(err) {
		pointer, reason := "", broken.Reason
		if path := broken.JSONPointer(); len(path) > 0 {
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

// breaking parses the pointer and returns with it a value that the contract does not allow there in a flow: a string
// where it can, which then looks like something that an API might send, else a number.
func (c *contract) breaking(pointer string) (at jsonpointer.Pointer, value any, err error) {
	if at, err = jsonpointer.New(pointer); err != nil || at.IsEmpty() {
		return at, nil, errors.New("the pointer to an attribute starts with /")
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
	for _, value := range []any{"violation", 1.0} {
		if c.breach(schema, value) != nil {
			return at, value, nil
		}
	}
	return at, nil, errors.New("the contract allows any value there")
}
