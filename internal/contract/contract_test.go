package contract

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
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
				"left": {"$ref": "#/components/schemas/Alias"},
				"more": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
				"both": {"allOf": [{"$ref": "#/components/schemas/Named"}, {"type": "object", "properties": {"size": {"type": "integer"}}}]},
				"kind": {"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/Named"}]},
				"free": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Named"}},
				"closed": {"type": "object", "additionalProperties": false},
				"secret": {"type": "string", "writeOnly": true}
			}},
			"Alias": {"$ref": "#/components/schemas/Tree"},
			"Named": {"type": "object", "required": ["name"], "properties": {"name": {"type": "string", "maxLength": 3}}}
		}},
		"paths": {"/trees/{Name}/leaves/{Leaf}": {
			"parameters": [{"name": "Name", "in": "path", "required": true, "schema": {"type": "string"}}],
			"get": {
				"operationId": "FetchLeaf",
				"parameters": [{"name": "Leaf", "in": "path", "required": true, "schema": {"type": "string", "maxLength": 3}}],
				"responses": {"200": {"description": "", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Alias"}}}}, "204": {"description": ""}}
			}
		}}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	item := doc.Paths.Find("/trees/{Name}/leaves/{Leaf}")
	op := &Operation{
		ID: "FetchLeaf", identity: "leaf", writeOnly: true,
		parameters: []parameter{{name: "Name", in: "path", schema: item.Parameters[0].Value.Schema.Value}, {name: "Leaf", in: "path", schema: item.Get.Parameters[0].Value.Schema.Value}},
		success:    map[int]openapi3.Content{200: item.Get.Responses.Value("200").Value.Content, 204: nil},
	}
	for body, want := range map[string][]string{
		`{}`: nil,
		`{"left":{"left":{"more":[{"both":{"name":"a","size":1},"kind":"x","free":{"x":{"name":"b"}}}]}}}`: nil,
		`{"left":{"left":{"name":"long"}}}`: {"/left/left/name maxLength"},
		`{"more":[{},{"name":"long"}]}`:     {"/more/1/name maxLength"},
		`{"both":{"size":"x"}}`:             {"/both/name required", "/both/size type"},
		`{"kind":{}}`:                       {"/kind oneOf"},
		`{"free":{"x":{"name":"long"}}}`:    {"/free/x/name maxLength"},
		`{"closed":{"x":1}}`:                {"/closed properties"},
		`{"secret":"x"}`:                    {"/secret writeOnly"},
		`{"both":{"name":"a","Size":"any"},"more":[{"Name":"a name that differs by case is unknown"}]}`: nil,
		`{"free":{"a/b~":{"name":"long"}}}`:               {"/free/a~1b~0/name maxLength"},
		`{"leaf":"other","both":{"size":"x","name":"a"}}`: {"/both/size type", "/leaf identity"},
		`{"leaf":"x"}`:     nil,
		`{"leaf":"other"}`: {"/leaf identity"},
	} {
		r := Response{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
		_, violations := Read[map[string]any](op, r, "x", true)
		var got []string
		for _, v := range violations {
			got = append(got, v.Pointer+" "+v.Keyword)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: violations %q, want %q", body, got, want)
		}
	}
	if value, violations := Read[map[string]any](op, Response{Status: 204}, "x", true); value == nil || violations != nil {
		t.Errorf("a success without a body: %v, %v", value, violations)
	}
	for _, args := range [][]any{{"oak", "long"}, {"", "x"}, {"..", "x"}, {"oak", "."}} {
		if op.CheckArguments(args...) == nil {
			t.Errorf("arguments %q pass", args)
		}
	}
}

func TestCheckArguments_otherParameters(t *testing.T) {
	t.Parallel()
	type params struct {
		State  *string `json:"State,omitempty"`
		Size   *int    `json:"Size,omitempty"`
		Filter *string `json:"Filter,omitempty"`
	}
	op := &Operation{parameters: []parameter{
		{name: "Sid", in: "path", required: true, schema: &openapi3.Schema{Type: &openapi3.Types{"string"}, MinLength: 2}},
		{name: "State", in: "query", required: true, schema: &openapi3.Schema{Type: &openapi3.Types{"string"}, Enum: []any{"open"}}},
		{name: "Size", in: "query", schema: &openapi3.Schema{Type: &openapi3.Types{"integer"}, Max: new(10.0)}},
		{name: "Filter", in: "query", schema: &openapi3.Schema{Type: &openapi3.Types{"string"}}},
	}}
	for name, test := range map[string]struct {
		sid   any
		other any
		want  string // part of the error; "" for none
	}{
		"all":                    {"ab", &params{new("open"), new(10), new("")}, ""},
		"without an optional":    {"ab", &params{State: new("open")}, ""},
		"without a required":     {"ab", &params{Size: new(1)}, "the parameter State is required"},
		"an invalid query":       {"ab", &params{State: new("shut")}, "the parameter State: "},
		"a number over the max":  {"ab", &params{new("open"), new(11), nil}, "the parameter Size: "},
		"an invalid path":        {"a", &params{State: new("open")}, "minimum string length is 2"},
		"a path of another type": {7, &params{State: new("open")}, "must be a string"},
		"what cannot be encoded": {"ab", make(chan int), "cannot be encoded as JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := op.CheckArguments(test.sid, test.other)
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

func TestIsSuccess(t *testing.T) {
	t.Parallel()
	op := &Operation{success: map[int]openapi3.Content{2: nil, 304: nil}}
	for status, want := range map[int]bool{200: true, 299: true, 304: true, 300: false, 404: false} {
		if got := op.IsSuccess(status); got != want {
			t.Errorf("IsSuccess(%d) = %t, want %t", status, got, want)
		}
	}
}
