package contract

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// Operation is one operation of the document.
type Operation struct {
	ID, Method, Path string
	Accept           string // the Accept header: the media types of all successful responses

	parameters []*openapi3.Parameter   // those of the path in its order, then the others
	identity   string                  // property of the response that repeats the last path parameter, or ""
	successes  [100]*openapi3.Response // by status - 200; nil for a status that is not a success
}

// FetchFlexFlow returns the operation that fetches one flow.
func FetchFlexFlow() *Operation { return operations()["FetchFlexFlow"] }

// Server returns the base URL of the API.
func Server() string { return document().Servers[0].URL }

// document parses what gen embeds, at the first use. A test parses it too, so it is valid.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := gen.GetSpec()
	if err != nil {
		panic("flexflow: the embedded document: " + err.Error())
	}
	return doc
})

// operations has the operations of the document by operationId.
var operations = sync.OnceValue(func() map[string]*Operation {
	all := map[string]*Operation{}
	for path, item := range document().Paths.Map() {
		for method, op := range item.Operations() {
			all[op.OperationID] = newOperation(method, path, item.Parameters, op)
		}
	}
	return all
})

func newOperation(method, path string, shared openapi3.Parameters, op *openapi3.Operation) *Operation {
	o := &Operation{ID: op.OperationID, Method: method, Path: path}
	accept := map[string]bool{}
	for i := range o.successes {
		if response := op.Responses.Status(200 + i); response != nil {
			o.successes[i] = response.Value
			for mediaType := range response.Value.Content {
				accept[mediaType] = true
			}
		}
	}
	o.Accept = strings.Join(slices.Sorted(maps.Keys(accept)), ", ")
	for _, ref := range slices.Concat(shared, op.Parameters) {
		o.parameters = append(o.parameters, ref.Value)
		if property, ok := ref.Value.Extensions["x-repeated-as"].(string); ok {
			o.identity = property
		}
	}
	place := func(p *openapi3.Parameter) int { return strings.Index(path+"{"+p.Name+"}", "{"+p.Name+"}") }
	slices.SortStableFunc(o.parameters, func(a, b *openapi3.Parameter) int { return cmp.Compare(place(a), place(b)) })
	return o
}

// Find returns the operation for a method and a path, which may have a prefix, and the last path argument; or nil.
func Find(method, path string) (found *Operation, resource string) {
	given := strings.Split(path, "/")
	for _, o := range operations() {
		declared := strings.Split(strings.TrimPrefix(o.Path, "/"), "/")
		if o.Method != method || len(given) < len(declared) {
			continue
		}
		if resource, ok := match(declared, given[len(given)-len(declared):]); ok {
			return o, resource
		}
	}
	return nil, ""
}

// match reports whether each segment is the declared one, or the argument of a declared parameter. It returns the last
// argument.
func match(declared, segments []string) (argument string, ok bool) {
	for i, segment := range segments {
		switch {
		case strings.HasPrefix(declared[i], "{") && segment != "":
			argument = segment
		case declared[i] != segment:
			return "", false
		}
	}
	return argument, true
}

// IsSuccess reports whether the status is a success of the operation in the document.
func (o *Operation) IsSuccess(status int) bool { return o.success(status) != nil }

func (o *Operation) success(status int) *openapi3.Response {
	if status < 200 || status > 299 {
		return nil
	}
	return o.successes[status-200]
}

// validation returns the options of every validation, made once.
var validation = sync.OnceValue(func() []openapi3.SchemaValidationOption {
	return []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings()),
	}
})
