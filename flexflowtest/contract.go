package flexflowtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/gen"
)

// mediaType is the media type of all normal responses.
const mediaType = "application/json"

// contract is the part of the document that the fake needs. It does not use the client's code for the document, so a
// mistake there does not affect the fake.
type contract struct {
	fetch, list *operation
	sid         *openapi3.Schema // of the SID in the path of fetch
	flows       string           // the property of a page that has the flows
	either      *openapi3.Schema // has the attributes of a flow and those of a page
}

type operation struct {
	id, method, path string
	pathPattern      *regexp.Regexp // with a group for each parameter
	parameters       openapi3.Parameters
	responses        *openapi3.Responses
	success          *openapi3.Schema // of a response with status 200
	examples         openapi3.Examples
}

// loadContract parses the embedded document once. It panics if the document does not have the operations, because then
// package flexflow does not work either.
var loadContract = sync.OnceValue(func() *contract {
	doc, malformed := gen.GetSpec()
	c, err := newContract(cmp.Or(doc, &openapi3.T{}))
	if err := cmp.Or(malformed, err); err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	return c
})

func newContract(doc *openapi3.T) (*contract, error) {
	fetch, noFetch := newOperation(doc, "FetchFlexFlow")
	list, noList := newOperation(doc, "ListFlexFlow")
	if err := cmp.Or(noFetch, noList); err != nil {
		return nil, err
	}
	names := fetch.pathPattern.SubexpNames()
	name := names[len(names)-1] // those before it name the resources that contain the flow
	sid := fetch.parameters.GetByInAndName("path", name)
	if sid == nil || sid.Schema == nil {
		return nil, fmt.Errorf("%s has no schema for a path parameter %q", fetch.id, name)
	}
	c := &contract{fetch: fetch, list: list, sid: sid.Schema.Value, either: openapi3.NewObjectSchema()}
	c.either.Properties = maps.Clone(fetch.success.Properties)
	maps.Copy(c.either.Properties, list.success.Properties)
	for name, property := range list.success.Properties {
		if property.Value.Type.Is("array") {
			c.flows = name
		}
	}
	return c, nil
}

func newOperation(doc *openapi3.T, id string) (*operation, error) {
	for path, item := range doc.Paths.Map() {
		for method, found := range item.Operations() {
			if found.OperationID != id {
				continue
			}
			op := &operation{id: id, method: method, path: path, responses: found.Responses}
			op.parameters = slices.Concat(found.Parameters, item.Parameters) // the first with a name is in force
			pattern := parameter.ReplaceAllString(regexp.QuoteMeta(path), "(?P<$1>[^/]*)")
			op.pathPattern = regexp.MustCompile("^" + pattern + "$")
			content, err := op.content(200)
			if err != nil {
				return nil, err
			}
			op.success, op.examples = content.Schema.Value, content.Examples
			return op, nil
		}
	}
	return nil, errors.New("it has no operation " + id)
}

// parameter matches a parameter in a path of the document, with quoted braces.
var parameter = regexp.MustCompile(`\\\{(.*?)\\\}`)

// route returns the operation that serves a path, or nil, and the SID in the path.
func (c *contract) route(path string) (op *operation, sid string) {
	if c.list.pathPattern.MatchString(path) {
		return c.list, ""
	}
	if groups := c.fetch.pathPattern.FindStringSubmatch(path); groups != nil {
		return c.fetch, groups[len(groups)-1]
	}
	return nil, ""
}

// content returns the media type that the contract declares for a response with this status. It has a schema.
func (op *operation) content(status int) (*openapi3.MediaType, error) {
	if response := cmp.Or(op.responses.Status(status), op.responses.Default()); response != nil {
		if content := response.Value.Content.Get(mediaType); content != nil && content.Schema != nil {
			return content, nil
		}
	}
	return nil, fmt.Errorf("%s has no schema for %s with status %d", op.id, mediaType, status)
}

// attributes returns a flow or a page as the API sends it: with every attribute, null if it is not set.
func (op *operation) attributes(value any) (map[string]any, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	tree, err := decode(data)
	addNulls(op.success, tree)
	return tree.(map[string]any), err
}

// addNulls sets the attributes that an object lacks to null, if the schema allows that.
func addNulls(schema *openapi3.Schema, tree any) {
	object, _ := tree.(map[string]any)
	for name, property := range schema.Properties {
		if value, ok := object[name]; ok {
			addNulls(property.Value, value)
		} else if object != nil && validate(property.Value, nil) == nil {
			object[name] = nil
		}
	}
}

// validateBody validates the body of a response with this status.
func (op *operation) validateBody(status int, body []byte) error {
	content, err := op.content(status)
	if err != nil {
		return err
	}
	tree, err := decode(body)
	if err != nil {
		return err
	}
	return validate(content.Schema.Value, tree)
}
