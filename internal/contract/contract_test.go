package contract

import (
	"net/http"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The document has no schema of these kinds, but the next one may.
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
