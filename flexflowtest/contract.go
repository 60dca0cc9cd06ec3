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

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
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
	var c *contract
	if err == nil {
		c, err = newContract(doc)
	}
	if err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	return c
})

func newContract(doc *openapi3.T) (*contract, error) {
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if op.OperationID == operationID {
				c := &contract{method: method, path: path, pathPattern: pathPattern(path), responses: op.Responses}
				parameters := slices.Concat(op.Parameters, item.Parameters) // the first with a name is in force
				return c, c.findSchemas(parameters)
			}
		}
	}
	return nil, errors.New("it has no operation " + operationID)
}

// parameter matches a parameter in a path of the document, with quoted braces.
var parameter = regexp.MustCompile(`\\\{.*?\\\}`)

// pathPattern returns an expression for the path, with a group for each parameter.
func pathPattern(path string) *regexp.Regexp {
	return regexp.MustCompile("^" + parameter.ReplaceAllString(regexp.QuoteMeta(path), "([^/]*)") + "$")
}

// findSchemas sets the schemas of the SID and of the flow, and the examples.
func (c *contract) findSchemas(parameters openapi3.Parameters) error {
	begin, end := strings.LastIndex(c.path, "{"), strings.LastIndex(c.path, "}")
	if begin < 0 {
		return fmt.Errorf("the path of %s has no parameter", operationID)
	}
	name := c.path[begin+1 : end] // the last parameter: those before it name the resources that contain the flow
	sid := parameters.GetByInAndName("path", name)
	if sid == nil || sid.Schema == nil {
		return fmt.Errorf("%s has no schema for the path parameter %s", operationID, name)
	}
	success := c.content(200)
	if success == nil || success.Schema == nil {
		return fmt.Errorf("%s has no schema for %s with status 200", operationID, mediaType)
	}
	c.sid, c.flow, c.examples = sid.Schema.Value, success.Schema.Value, success.Examples
	return nil
}

// content returns the media type that the contract declares for a response with this status, or nil.
func (c *contract) content(status int) *openapi3.MediaType {
	response := cmp.Or(c.responses.Status(status), c.responses.Default())
	if response == nil {
		return nil
	}
	return response.Value.Content.Get(mediaType)
}

// sidIn returns the SID in the path of a request, and whether the path is that of the operation.
func (c *contract) sidIn(path string) (sid string, ok bool) {
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
