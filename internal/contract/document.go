package contract

import (
	"net/http"
	"regexp"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// Operation is one operation of the document. All of its successes have the same media type and schema.
type Operation struct {
	ID         string
	MediaType  string // of a success
	method     string
	path       *regexp.Regexp // matches the end of a path; the first group is the argument, or empty
	parameters openapi3.Parameters
	identity   string    // property of the response that repeats the path parameter, or ""
	successes  [100]bool // whether each status from 200 to 299 is a success
	schema     *openapi3.Schema
}

// FetchFlexFlow returns the operation that fetches one flow.
func FetchFlexFlow() *Operation { return operations()["FetchFlexFlow"] }

// ListFlexFlow returns the operation that lists flows.
func ListFlexFlow() *Operation { return operations()["ListFlexFlow"] }

// Server returns the base URL of the API.
func Server() string { return document().Servers[0].URL }

// document parses what gen embeds, at the first use. A test parses it too, so it is valid.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := load()
	if err != nil {
		panic("flexflow: the embedded document: " + err.Error())
	}
	return doc
})

// load parses the embedded document as JSON and without examples, in less than half the time of gen.GetSpec.
func load() (*openapi3.T, error) {
	data, err := gen.GetSpecJSON()
	if err != nil {
		return nil, err
	}
	var decoded any
	if err := json.Unmarshal(data, &decoded); err != nil {
		return nil, err
	}
	deleteExamples(decoded)
	if data, err = json.Marshal(decoded); err != nil {
		return nil, err
	}
	doc := new(openapi3.T)
	if err := doc.UnmarshalJSON(data); err != nil {
		return nil, err
	}
	return doc, openapi3.NewLoader().ResolveRefsIn(doc, nil)
}

// deleteExamples deletes the examples that stand beside a schema.
func deleteExamples(decoded any) {
	object, _ := decoded.(map[string]any)
	if _, ok := object["schema"]; ok {
		delete(object, "examples")
	}
	for _, value := range object {
		deleteExamples(value)
	}
}

// operations has the operations of the document by operationId.
var operations = sync.OnceValue(func() map[string]*Operation {
	all := map[string]*Operation{}
	for path, item := range document().Paths.Map() {
		for method, op := range item.Operations() {
			all[op.OperationID] = newOperation(method, path, append(item.Parameters, op.Parameters...), op)
		}
	}
	return all
})

func newOperation(method, path string, parameters openapi3.Parameters, op *openapi3.Operation) *Operation {
	argument := regexp.MustCompile(`\\\{.*?\\\}`)
	pattern := argument.ReplaceAllString(regexp.QuoteMeta(path), "([^/]+)") + "()$"
	o := &Operation{ID: op.OperationID, method: method, path: regexp.MustCompile(pattern), parameters: parameters}
	for _, p := range parameters {
		if property, ok := p.Value.Extensions["x-repeated-as"].(string); ok {
			o.identity = property
		}
	}
	for i := range o.successes {
		response := op.Responses.Status(http.StatusOK + i)
		o.successes[i] = response != nil
		if response != nil {
			for mediaType, content := range response.Value.Content {
				o.MediaType, o.schema = mediaType, content.Schema.Value
			}
		}
	}
	return o
}

// Find returns the operation for a method and a path, which may have a prefix, and its path argument; or nil.
func Find(method, path string) (found *Operation, argument string) {
	for _, o := range operations() {
		if match := o.path.FindStringSubmatch(path); match != nil && o.method == method {
			return o, match[1]
		}
	}
	return nil, ""
}

// IsSuccess reports whether the status is a success of the operation in the document.
func (o *Operation) IsSuccess(status int) bool {
	return status >= 200 && status <= 299 && o.successes[status-200]
}

// validation returns the options of every validation, made once.
var validation = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings()),
	}
})
