package flexflow

import (
	"net/http"
	"slices"
	"testing"
)

// The document has no schema of these kinds, but the next one may.
func TestAnswersAreCheckedAgainstSchemasOfEveryKind(t *testing.T) {
	t.Parallel()
	c, err := newContract(`{
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
	}`)
	if err != nil {
		t.Fatal(err)
	}
	op, err := c.operation("FetchLeaf")
	if err != nil {
		t.Fatal(err)
	}
	for body, want := range map[string][]string{
		`{}`: nil,
		`{"left":{"left":{"more":[{"both":{"name":"a","size":1},"kind":"x","free":{"x":{"name":"b"}}}]}}}`: nil,
		`{"left":{"left":{"name":"long"}}}`:                             {"/left/left/name maxLength"},
		`{"more":[{},{"name":"long"}]}`:                                 {"/more/1/name maxLength"},
		`{"both":{"size":"x"}}`:                                         {"/both/name required", "/both/size type"},
		`{"kind":{}}`:                                                   {"/kind oneOf"},
		`{"free":{"x":{"name":"long"}}}`:                                {"/free/x/name maxLength"},
		`{"closed":{"x":1}}`:                                            {"/closed properties"},
		`{"secret":"x"}`:                                                {"/secret writeOnly"},
		`{"more":[{"Name":"x"}]}`:                                       {"/more/0/Name case"},
		`{"both":{"name":"a","Size":1,"NAME":"b"}}`:                     {"/both/NAME case", "/both/Size case"},
		`{"kind":{"name":"a","Name":"b"}}`:                              {"/kind/Name case"},
		`{"free":{"a/b~":{"name":"a","Name":"b"},"Name":{"name":"c"}}}`: {"/free/a~1b~0/Name case"},
		`{"leaf":"x"}`:                                                  nil,
		`{"leaf":"other"}`:                                              {"/leaf identity"},
	} {
		ans := answer{Response: Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}}
		_, violations := decode[map[string]any](op, Enforce, []string{"oak", "x"}, ans)
		var got []string
		for _, v := range violations {
			got = append(got, v.Pointer+" "+v.Keyword)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: violations %q, want %q", body, got, want)
		}
	}
	if value, violations := decode[map[string]any](op, Enforce, []string{"oak", "x"}, answer{Response: Response{StatusCode: 204}}); value == nil || violations != nil {
		t.Errorf("a success without a body: %v, %v", value, violations)
	}
	for _, args := range [][]string{{"oak", "long"}, {"", "x"}, {"..", "x"}, {"oak", "."}} {
		if op.checkArguments(args) == nil {
			t.Errorf("arguments %q pass", args)
		}
	}
	base, _ := (&config{baseURL: "https://example.com/a%2Fb/"}).endpoint("")
	req, err := op.newRequest(t.Context(), base, []string{"a/b é", "x?"})
	if want := "https://example.com/a%2Fb/trees/a%2Fb%20%C3%A9/leaves/x%3F"; err != nil || req.URL.String() != want {
		t.Errorf("request to %v, want %s", req.URL, want)
	}
}
