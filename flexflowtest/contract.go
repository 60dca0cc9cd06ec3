package flexflowtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// mediaType is the media type of all normal responses.
const mediaType = "application/json"

// contract is what the fake needs of the document. It does not share the mistakes of package contract.
type contract struct {
	fetch, list *operation
	sid         *openapi3.Schema // of the SID in the path of fetch
	flows       string           // the property of a page that has the flows
	either      *openapi3.Schema // has the attributes of a flow and those of a page
}

type operation struct {
	method      string
	pathPattern *regexp.Regexp // with a group for each parameter
	parameters  openapi3.Parameters
	success     *openapi3.Schema // of a response with status 200
	examples    openapi3.Examples
}

// loadContract parses the embedded document once. It panics if the document lacks what package flexflow also needs.
var loadContract = sync.OnceValue(func() *contract {
	doc, err := gen.GetSpec()
	if err != nil {
		panic("flexflowtest: the embedded contract: " + err.Error())
	}
	return newContract(doc)
})

func newContract(doc *openapi3.T) *contract {
	fetch, list := newOperation(doc, "FetchFlexFlow"), newOperation(doc, "ListFlexFlow")
	names := fetch.pathPattern.SubexpNames()
	sid := fetch.parameters.GetByInAndName("path", names[len(names)-1]) // those before it are of what contains the flow
	c := &contract{fetch: fetch, list: list, sid: sid.Schema.Value, either: openapi3.NewObjectSchema()}
	maps.Copy(c.either.Properties, fetch.success.Properties)
	maps.Copy(c.either.Properties, list.success.Properties)
	for name, property := range list.success.Properties {
		if property.Value.Type.Is("array") {
			c.flows = name
		}
	}
	return c
}

func newOperation(doc *openapi3.T, id string) *operation {
	for path, item := range doc.Paths.Map() {
		for method, found := range item.Operations() {
			if found.OperationID != id {
				continue
			}
			response := cmp.Or(found.Responses.Status(http.StatusOK), found.Responses.Default())
			content := response.Value.Content.Get(mediaType)
			pattern := parameter.ReplaceAllString(regexp.QuoteMeta(path), "(?P<$1>[^/]*)")
			return &operation{
				method:      method,
				pathPattern: regexp.MustCompile("^" + pattern + "$"),
				parameters:  slices.Concat(found.Parameters, item.Parameters), // the first with a name is in force
				success:     content.Schema.Value,
				examples:    content.Examples,
			}
		}
	}
	panic("flexflowtest: the embedded contract has no operation " + id)
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

// options are those of each validation.
var options = []openapi3.SchemaValidationOption{
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

// validate returns nil, or a one-line error that says where and how the value violates the schema.
func validate(schema *openapi3.Schema, value any) error {
	return schema.VisitJSON(value, options...)
}

// decode parses JSON. Its numbers keep every digit.
func decode(data []byte) (tree any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&tree)
	return tree, err
}
