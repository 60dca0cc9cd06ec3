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

// operation returns an operation of a document with schemas and parameters of kinds that api/openapi.yaml does not
// have, but a future one may.
func operation(t *testing.T, path string) *Operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{
		"openapi": "3.0.3",
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
				"word": {"type": "string", "minLength": 3, "pattern": "^[a-z]*$"},
				"count": {"type": "integer"},
				"counts": {"type": "array", "items": {"type": "integer"}}
			}},
			"Alias": {"$ref": "#/components/schemas/Tree"},
			"Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 3}}}
		}},
		"paths": {
			"/leaves/{Leaf}": {"get": {
				"parameters": [{
					"name": "Leaf", "in": "path", "required": true, "x-repeated-as": "leaf",
					"schema": {"type": "string", "minLength": 2}
				}],
				"responses": {
					"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}}
				}
			}},
			"/leaves": {"get": {
				"parameters": [
					{"name": "State", "in": "query", "required": true, "schema": {"type": "string", "enum": ["open"]}},
					{"name": "Size", "in": "query", "schema": {"type": "integer", "maximum": 10}}
				],
				"responses": {"default": {"description": ""}}
			}}
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	get := doc.Paths.Value(path).Get
	return newOperation(http.MethodGet, path, get.Parameters, get)
}

func TestRead_schemasOfEveryKind(t *testing.T) {
	t.Parallel()
	op := operation(t, "/leaves/{Leaf}")
	for body, want := range map[string]string{
		`{}`: "",
		`{"left":{"left":{"more":[{"both":{"name":"a","size":1},"kind":"x","free":{"x":{"name":"b"}}}]}}}`: "",
		`{"left":{"left":{"name":"long"}}}`:               "/left/left/name maxLength",
		`{"more":[{},{"name":"long"}]}`:                   "/more/1/name maxLength",
		`{"both":{"size":"x"}}`:                           "/both/name required, /both/size type",
		`{"kind":{}}`:                                     "/kind oneOf",
		`{"free":{"a/b~":{"name":"long"}}}`:               "/free/a~1b~0/name maxLength",
		`{"closed":{"x":1}}`:                              "/closed properties",
		`{"word":"1"}`:                                    "/word minLength, /word pattern",
		`{"word":null}`:                                   "/word nullable",
		`{"both":{"name":"a","Size":"any"}}`:              "",
		`{"leaf":"other","both":{"size":"x","name":"a"}}`: "/both/size type, /leaf identity",
		`{"leaf":"x"}`:                                    "",
		`{"code":404}`:                                    " properties",
	} {
		_, violations := Read[map[string]any](op, jsonHeader, []byte(body), "x")
		var got []string
		for _, v := range violations {
			got = append(got, v.Pointer+" "+v.Keyword)
			if v.Keyword == "nullable" && v.Reason != "it must not be null" {
				t.Errorf("%s: reason %q", body, v.Reason)
			}
		}
		if strings.Join(got, ", ") != want {
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
		State *string `json:"State,omitempty"`
		Size  *int    `json:"Size,omitempty"`
	}
	fetch, list := operation(t, "/leaves/{Leaf}"), operation(t, "/leaves")
	for _, row := range []struct {
		op       *Operation
		argument any
		want     string // part of the error; "" for none
	}{
		{fetch, "ab", ""},
		{fetch, "a", "minimum string length is 2"},
		{list, &params{new("open"), new(10)}, ""},
		{list, &params{State: new("open")}, ""},
		{list, &params{Size: new(1)}, "the parameter State is required"},
		{list, (*params)(nil), "the parameter State is required"},
		{list, &params{State: new("shut")}, "the parameter State: "},
		{list, &params{new("open"), new(11)}, "the parameter Size: "},
		{list, make(chan int), "cannot be encoded as JSON"},
	} {
		err := row.op.CheckArgument(row.argument)
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%v: error %v, want %q", row.argument, err, row.want)
		}
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
	Count  *int64  `json:"count,omitempty"`
	Counts []int64 `json:"counts,omitempty"`
}

func (v *counted) SetFields(object map[string]any) bool {
	fits := tree.Set(&v.Count, object["count"])
	return tree.Set(&v.Counts, object["counts"]) && fits
}

// In mode Report, a violation elsewhere does not round an integer, and a list lacks only what does not fit.
func TestRead_keepsWhatFits(t *testing.T) {
	t.Parallel()
	op := operation(t, "/leaves/{Leaf}")
	for body, want := range map[string]string{
		`{"count":9007199254740993,"name":1}`: `{"count":9007199254740993}`,
		`{"counts":[1,"x",9007199254740993]}`: `{"counts":[1,9007199254740993]}`,
		`{"count":1e3}`:                       `{"count":1000}`,
	} {
		got, _ := Read[counted](op, jsonHeader, []byte(body), "")
		if encoded, err := json.Marshal(got); string(encoded) != want || err != nil {
			t.Errorf("%s: %s, want %s: %v", body, encoded, want, err)
		}
	}
	got, found := Read[counted](op, jsonHeader, []byte(`{"count":1e30}`), "")
	if got != nil || len(found) != 1 || found[0].Pointer != "/count" {
		t.Errorf("an integer out of range: %v, %v", got, found)
	}
}
