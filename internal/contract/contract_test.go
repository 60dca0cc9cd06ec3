package contract

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/tree"
)

// The document has no schemas of these kinds, but a future one may.
func TestRead_schemasOfEveryKind(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{
		"openapi": "3.0.3",
		"servers": [{"url": "https://example.com"}],
		"components": {"schemas": {
			"Tree": {"type": "object", "properties": {
				"name": {"type": "string", "maxLength": 3},
				"leaf": {"type": "string"},
				"left": {"$ref": "#/components/schemas/Alias"},
				"more": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
				"both": {"allOf": [
					{"$ref": "#/components/schemas/Named"},
					{"type": "object", "properties": {"size": {"type": "integer"}}}
				]},
				"kind": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Named"}]},
				"free": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Named"}},
				"closed": {"type": "object", "additionalProperties": false},
				"word": {"type": "string", "minLength": 3, "pattern": "^[a-z]*$"}
			}},
			"Alias": {"$ref": "#/components/schemas/Tree"},
			"Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 3}}}
		}},
		"paths": {"/leaves/{Leaf}": {
			"get": {
				"operationId": "FetchLeaf",
				"parameters": [{
					"name": "Leaf", "in": "path", "required": true, "x-repeated-as": "leaf",
					"schema": {"type": "string", "maxLength": 3}
				}],
				"responses": {
					"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}}
				}
			}
		}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	item := doc.Paths.Find("/leaves/{Leaf}")
	op := newOperation("GET", "/leaves/{Leaf}", item.Get.Parameters, item.Get)
	for body, want := range map[string][]string{
		`{}`: nil,
		`{"left":{"left":{"more":[{"both":{"name":"a","size":1},"kind":"x","free":{"x":{"name":"b"}}}]}}}`: nil,
		`{"left":{"left":{"name":"long"}}}`: {"/left/left/name maxLength"},
		`{"more":[{},{"name":"long"}]}`:     {"/more/1/name maxLength"},
		`{"both":{"size":"x"}}`:             {"/both/name required", "/both/size type"},
		`{"kind":{}}`:                       {"/kind oneOf"},
		`{"free":{"x":{"name":"long"}}}`:    {"/free/x/name maxLength"},
		`{"closed":{"x":1}}`:                {"/closed properties"},
		`{"word":"1"}`:                      {"/word minLength", "/word pattern"},
		`{"word":null}`:                     {"/word nullable"},
		`{"both":{"name":"a","Size":"any"},"more":[{"Name":"a name that differs by case is unknown"}]}`: nil,
		`{"free":{"a/b~":{"name":"long"}}}`:               {"/free/a~1b~0/name maxLength"},
		`{"leaf":"other","both":{"size":"x","name":"a"}}`: {"/both/size type", "/leaf identity"},
		`{"leaf":"x"}`:     nil,
		`{"code":404}`:     {" properties"},
		`{"leaf":"other"}`: {"/leaf identity"},
	} {
		header := http.Header{"Content-Type": {"application/json"}}
		_, violations := Read[map[string]any](op, header, []byte(body), "x")
		var got []string
		for _, v := range violations {
			got = append(got, v.Pointer+" "+v.Keyword)
			if v.Keyword == "nullable" && v.Reason != "it must not be null" {
				t.Errorf("%s: reason %q", body, v.Reason)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: violations %q, want %q", body, got, want)
		}
	}
	if op.MediaType != "application/json" {
		t.Errorf("the media type is %q", op.MediaType)
	}
}

func TestCheckArgument(t *testing.T) {
	t.Parallel()
	type params struct {
		State  *string `json:"State,omitempty"`
		Size   *int    `json:"Size,omitempty"`
		Filter *string `json:"Filter,omitempty"`
	}
	schemaOf := func(schema openapi3.Schema) *openapi3.SchemaRef { return &openapi3.SchemaRef{Value: &schema} }
	text := &openapi3.Types{"string"}
	operation := func(parameters ...*openapi3.Parameter) *Operation {
		o := &Operation{}
		for _, p := range parameters {
			o.parameters = append(o.parameters, &openapi3.ParameterRef{Value: p})
		}
		return o
	}
	fetch := operation(&openapi3.Parameter{
		Name: "Sid", In: "path", Required: true, Schema: schemaOf(openapi3.Schema{Type: text, MinLength: 2}),
	})
	list := operation(
		&openapi3.Parameter{
			Name: "State", In: "query", Required: true, Schema: schemaOf(openapi3.Schema{Type: text, Enum: []any{"open"}}),
		},
		&openapi3.Parameter{
			Name: "Size", In: "query", Schema: schemaOf(openapi3.Schema{Type: &openapi3.Types{"integer"}, Max: new(10.0)}),
		},
		&openapi3.Parameter{Name: "Filter", In: "query", Schema: schemaOf(openapi3.Schema{Type: text})},
	)
	for name, test := range map[string]struct {
		op       *Operation
		argument any
		want     string // part of the error; "" for none
	}{
		"a path":                 {fetch, "ab", ""},
		"an invalid path":        {fetch, "a", "minimum string length is 2"},
		"all":                    {list, &params{new("open"), new(10), new("")}, ""},
		"without an optional":    {list, &params{State: new("open")}, ""},
		"without a required":     {list, &params{Size: new(1)}, "the parameter State is required"},
		"nil":                    {list, (*params)(nil), "the parameter State is required"},
		"an invalid query":       {list, &params{State: new("shut")}, "the parameter State: "},
		"a number over the max":  {list, &params{new("open"), new(11), nil}, "the parameter Size: "},
		"what cannot be encoded": {list, make(chan int), "cannot be encoded as JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.op.CheckArgument(test.argument)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestIsSuccess(t *testing.T) {
	t.Parallel()
	described := &openapi3.ResponseRef{Value: &openapi3.Response{}}
	for declared, successes := range map[string][]int{"200": {200}, "2XX": {200, 299}, "304": nil, "default": nil} {
		responses := openapi3.NewResponses()
		responses.Set(declared, described)
		op := newOperation("GET", "/", nil, &openapi3.Operation{Responses: responses})
		for _, status := range []int{200, 299, 304, 404, 20000, -200, 0} {
			if got, want := op.IsSuccess(status), slices.Contains(successes, status); got != want {
				t.Errorf("%s: IsSuccess(%d) = %t, want %t", declared, status, got, want)
			}
		}
	}
}

// counted is like the types that a template writes.
type counted struct {
	Count  *int64         `json:"count,omitempty"`
	Counts []int64        `json:"counts,omitempty"`
	Free   map[string]any `json:"free,omitempty"`
	Name   *string        `json:"name,omitempty"`
}

func (v *counted) SetFields(object map[string]any) bool {
	fits := tree.Set(&v.Count, object["count"])
	fits = tree.Set(&v.Counts, object["counts"]) && fits
	fits = tree.Set(&v.Free, object["free"]) && fits
	return tree.Set(&v.Name, object["name"]) && fits
}

// In mode Report, a violation elsewhere does not round an integer, and a list lacks only what does not fit.
func TestRead_keepsWhatFits(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().WithProperty("count", openapi3.NewIntegerSchema()).
		WithProperty("counts", openapi3.NewArraySchema().WithItems(openapi3.NewIntegerSchema())).
		WithProperty("name", openapi3.NewStringSchema())
	responses := openapi3.NewResponses()
	content := openapi3.NewContentWithJSONSchema(schema)
	responses.Set("200", &openapi3.ResponseRef{Value: &openapi3.Response{Content: content}})
	op := newOperation("GET", "/", nil, &openapi3.Operation{Responses: responses})
	header := http.Header{"Content-Type": {"application/json"}}
	for body, want := range map[string]string{
		`{"count":9007199254740993,"name":1}`:          `{"count":9007199254740993}`,
		`{"counts":[1,"x",9007199254740993]}`:          `{"counts":[1,9007199254740993]}`,
		`{"count":9007199254740993,"free":{"a":1e20}}`: `{"count":9007199254740993,"free":{"a":100000000000000000000}}`,
		`{"count":1e3}`: `{"count":1000}`,
	} {
		got, _ := Read[counted](op, header, []byte(body), "")
		if encoded, err := json.Marshal(got); string(encoded) != want || err != nil {
			t.Errorf("%s: %s, want %s: %v", body, encoded, want, err)
		}
	}
	body := []byte(`{"count":1e30}`)
	got, found := Read[counted](op, header, body, "")
	if got != nil || len(found) != 1 || found[0].Pointer != "/count" {
		t.Errorf("an integer out of range: %v, %v", got, found)
	}
}
