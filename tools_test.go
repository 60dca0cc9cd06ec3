//go:build ignore

// The tests of tools.go, and of the promise that go generate alone follows every change to the document. They compile
// the tree many times over, so they are no part of go test ./...; make check runs them: go test tools.go tools_test.go
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A change to the document, and what the changed client must make of two bodies.
type change struct {
	name string
	edit func(doc map[string]any)
	plan bool // it adds FetchPlan, which the test then calls

	valid   string // a body that uses the change
	holds   string // a Go expression, true of got
	invalid string // a body that violates it
	pointer string
	keyword string
}

var changes = []change{
	{
		name: "a property",
		edit: func(doc map[string]any) {
			properties(doc, "FlexFlow")["colour"] = parse(`{"type": "string", "nullable": true, "maxLength": 5, "description": "Its colour."}`)
		},
		valid: `{"colour": "green"}`, holds: `flexflow.Value(got.Colour) == "green"`,
		invalid: `{"colour": "purple"}`, pointer: "/colour", keyword: "maxLength",
	},
	{
		name: "an enum value",
		edit: func(doc map[string]any) {
			channel := schemas(doc)["ChannelType"].(map[string]any)
			channel["enum"] = append(channel["enum"].([]any), "semaphore")
		},
		valid: `{"channel_type": "semaphore"}`, holds: `flexflow.Value(got.ChannelType) == flexflow.ChannelTypeSemaphore`,
		invalid: `{"channel_type": "Semaphore"}`, pointer: "/channel_type", keyword: "enum",
	},
	{
		name: "a format",
		edit: func(doc map[string]any) {
			properties(doc, "FlexFlow")["date_reviewed"] = parse(`{"type": "string", "format": "date", "description": "The day of its review."}`)
			properties(doc, "FlexFlow")["owner"] = parse(`{"type": "string", "format": "email", "description": "Whom to ask."}`)
		},
		valid: `{"date_reviewed": "2026-02-28", "owner": "ann@example.com"}`, holds: `got.DateReviewed.Day() == 28 && *got.Owner == "ann@example.com"`,
		invalid: `{"date_reviewed": "2026-02-30", "owner": "ann@example.com"}`, pointer: "/date_reviewed", keyword: "format",
	},
	{
		name: "a nested object",
		edit: func(doc map[string]any) {
			schemas(doc)["Routing"] = parse(`{"type": "object", "description": "Where messages go.", "properties": {
				"queue_sid": {"type": "string", "pattern": "^WQ[0-9a-f]{2}$", "description": "The queue."},
				"urgency": {"type": "string", "enum": ["high", "low"], "description": "How soon."},
				"steps": {"type": "array", "description": "What comes first.", "items": {"type": "object", "properties": {
					"seconds": {"type": "integer", "minimum": 1, "description": "How long."}}}}}}`)
			properties(doc, "FlexFlow")["routing"] = parse(`{"$ref": "#/components/schemas/Routing"}`)
		},
		valid:   `{"routing": {"queue_sid": "WQ0f", "urgency": "high", "steps": [{"seconds": 5}]}}`,
		holds:   `*(*flexflow.Routing)(got.Routing).Urgency == flexflow.RoutingUrgencyHigh && *got.Routing.Steps[0].Seconds == 5`,
		invalid: `{"routing": {"queue_sid": "WQ0f", "steps": [{"seconds": 5}, {"seconds": 0}]}}`, pointer: "/routing/steps/1/seconds", keyword: "minimum",
	},
	{
		name: "a second operation",
		edit: func(doc map[string]any) {
			schemas(doc)["Plan"] = parse(`{"type": "object", "description": "A plan.", "properties": {
				"sid": {"type": "string", "pattern": "^FP[0-9a-f]{4}$", "description": "Its SID."},
				"state": {"type": "string", "enum": ["draft", "live"], "description": "Its state."}}}`)
			doc["paths"].(map[string]any)["/v1/Plans/{Sid}"] = parse(`{"get": {"operationId": "FetchPlan", "summary": "Fetch a plan",
				"parameters": [{"name": "Sid", "in": "path", "required": true, "schema": {"type": "string", "pattern": "^FP[0-9a-f]{4}$"}}],
				"responses": {"200": {"description": "The plan.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Plan"}}}}}}}`)
		},
		plan:  true,
		valid: `{"sid": "FP01af", "state": "live"}`, holds: `*got.State == flexflow.PlanStateLive`,
		invalid: `{"sid": "FP01af", "state": "lost"}`, pointer: "/state", keyword: "enum",
	},
}

// changedTest is written beside the facade's own tests.
const changedTest = `package flexflow_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/flexflow-go/flexflow"
)

func TestChangedContract(t *testing.T) {
	body := ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write([]byte(body))
	}))
	defer server.Close()
	client, err := flexflow.New(flexflow.AuthToken("AC", "token"), flexflow.WithBaseURL(server.URL))
	if err != nil {
		t.Fatal(err)
	}

	body = %[3]q
	got, err := client.%[1]s(t.Context(), %[2]q)
	if err != nil {
		t.Fatal(err)
	}
	if !(%[4]s) {
		t.Errorf("got %%+v", got)
	}

	body = %[5]q
	_, err = client.%[1]s(t.Context(), %[2]q)
	want := flexflow.Violation{Pointer: %[6]q, Keyword: %[7]q}
	var broken *flexflow.ResponseError
	if !errors.As(err, &broken) || len(broken.Violations) != 1 {
		t.Fatalf("error %%v, want a ResponseError with one violation", err)
	}
	if at := broken.Violations[0]; at.Pointer != want.Pointer || at.Keyword != want.Keyword {
		t.Errorf("violation %%v, want %%v", at, want)
	}
}
`

func TestGenerateFollowsEveryChange(t *testing.T) {
	for _, change := range changes {
		t.Run(change.name, func(t *testing.T) {
			copied := copyForTest(t)
			editDocument(t, copied, change.edit)
			method, sid := "FetchFlexFlow", "FO"+strings.Repeat("0", 32)
			if change.plan {
				method, sid = "FetchPlan", "FP01af"
				addMethod(t, filepath.Join(copied, "client.go"))
			}
			write(t, filepath.Join(copied, "changed_test.go"),
				fmt.Sprintf(changedTest, method, sid, change.valid, change.holds, change.invalid, change.pointer, change.keyword))
			mustRun(t, copied, "go generate ./...")
			mustRun(t, copied, "go build ./...")
			mustRun(t, copied, "go test ./...")
		})
	}
}

// addMethod adds FetchPlan to the facade, in the very words of FetchFlexFlow.
func addMethod(t *testing.T, name string) {
	t.Helper()
	content := read(t, name)
	_, method, _ := strings.Cut(content, "\nfunc (c *Client) FetchFlexFlow(")
	method, _, ended := strings.Cut("func (c *Client) FetchFlexFlow("+method, "\n}\n")
	if lines := strings.Count(method, "\n") + 2; !ended || lines > 8 {
		t.Fatalf("FetchFlexFlow has %d lines", lines)
	}
	write(t, name, content+"\n"+strings.ReplaceAll(method, "FlexFlow", "Plan")+"\n}\n")
}

// From nothing but the document and the hand-written files, all that is generated comes back as it was.
func TestGenerateStartsFromNothing(t *testing.T) {
	copied := copyForTest(t)
	for _, written := range []string{"gen", "types.gen.go"} {
		if err := os.RemoveAll(filepath.Join(copied, written)); err != nil {
			t.Fatal(err)
		}
	}
	mustRun(t, copied, "go generate ./...")
	for _, written := range []string{"gen/flexflow.gen.go", "types.gen.go"} {
		if read(t, filepath.Join(copied, written)) != read(t, written) {
			t.Errorf("%s is another", written)
		}
	}
}

// The configuration of the generator is not made to fit our one operation.
func TestGenerateTakesDocumentsOfThePublishedShape(t *testing.T) {
	copied := copyForTest(t)
	write(t, filepath.Join(copied, document), encode(t, published(t)))
	mustRun(t, copied, "go generate ./...")
	mustRun(t, copied, "go vet ./gen")
	names := read(t, filepath.Join(copied, "types.gen.go"))
	for _, name := range []string{
		"type FlexV1FlexFlow = gen.FlexV1FlexFlow\n",
		"FlexFlowEnumChannelTypeSMS      = gen.FlexFlowEnumChannelTypeSMS\n",
		"type SharedEnumState = gen.SharedEnumState\n",
	} {
		if !strings.Contains(names, name) {
			t.Errorf("types.gen.go lacks %s", name)
		}
	}
	if strings.Contains(names, "Headers") || strings.Contains(names, "Request") {
		t.Error("types.gen.go has types that no answer's body is made of")
	}
}

// published makes a document of the shape of Twilio's: 45 paths, versions in the names of schemas, one enumeration for
// several resources, a nullable beside a reference, CORS headers, forms as request bodies, and lists with paging.
func published(t *testing.T) map[string]any {
	ours, err := readDocument(document)
	if err != nil {
		t.Fatal(err)
	}
	flow := schemas(ours)["FlexFlow"].(map[string]any)
	channel, integration := schemas(ours)["ChannelType"].(map[string]any), schemas(ours)["IntegrationType"].(map[string]any)
	delete(channel, "nullable")
	delete(integration, "nullable")
	attributes := flow["properties"].(map[string]any)
	attributes["channel_type"] = parse(`{"$ref": "#/components/schemas/flex_flow_enum_channel_type"}`)
	attributes["integration_type"] = parse(`{"$ref": "#/components/schemas/flex_flow_enum_integration_type"}`)
	attributes["friendly_name"] = parse(`{"$ref": "#/components/schemas/friendly_name", "nullable": true}`)
	attributes["integration"] = parse(`{"nullable": true, "description": "Settings."}`)
	doc := parse(`{
		"openapi": "3.0.1",
		"info": {"title": "Flex", "version": "1.0.0"},
		"servers": [{"url": "https://flex-api.twilio.com"}],
		"security": [{"accountSid_authToken": []}],
		"paths": {},
		"components": {
			"securitySchemes": {"accountSid_authToken": {"type": "http", "scheme": "basic"}},
			"schemas": {"friendly_name": {"type": "string"}, "shared_enum_state": {"type": "string", "enum": ["open", "in-progress", "closed"]}}
		}
	}`)
	schemas(doc)["flex.v1.flex_flow"] = flow
	schemas(doc)["flex_flow_enum_channel_type"] = channel
	schemas(doc)["flex_flow_enum_integration_type"] = integration

	paths := doc["paths"].(map[string]any)
	paths["/v1/FlexFlows/{Sid}"] = parse(`{
		"servers": [{"url": "https://flex-api.twilio.com"}],
		"get": {
			"operationId": "FetchFlexFlow",
			"security": [{"accountSid_authToken": []}],
			"parameters": [{"name": "Sid", "in": "path", "required": true, "description": "Which flow.",
				"schema": {"type": "string", "minLength": 34, "maxLength": 34, "pattern": "^FO[0-9a-fA-F]{32}$"}}],
			"responses": {"200": ` + published200("flex.v1.flex_flow") + `}
		}
	}`)
	for i := range 22 {
		version, resource := i%2+1, fmt.Sprintf("Thing%c", 'A'+i)
		schema := fmt.Sprintf("flex.v%d.thing_%c", version, 'a'+i)
		schemas(doc)[schema] = parse(`{"type": "object", "properties": {
			"sid": {"type": "string", "nullable": true, "minLength": 34, "maxLength": 34, "pattern": "^TH[0-9a-fA-F]{32}$"},
			"state": {"$ref": "#/components/schemas/shared_enum_state", "nullable": true},
			"attributes": {"nullable": true, "description": "Anything."},
			"count": {"type": "integer", "default": 0},
			"links": {"type": "object", "format": "uri-map", "nullable": true},
			"date_created": {"type": "string", "format": "date-time", "nullable": true}}}`)
		paths[fmt.Sprintf("/v%d/%ss", version, resource)] = parse(fmt.Sprintf(`{
			"get": {"operationId": "List%[1]s",
				"parameters": [{"name": "PageSize", "in": "query", "schema": {"type": "integer", "format": "int64", "minimum": 1, "maximum": 1000}},
					{"name": "State", "in": "query", "schema": {"$ref": "#/components/schemas/shared_enum_state"}}],
				"responses": {"200": {"description": "OK", "headers": %[3]s, "content": {"application/json": {"schema": {
					"type": "object", "title": "List%[1]sResponse", "properties": {
						"things": {"type": "array", "items": {"$ref": "#/components/schemas/%[2]s"}},
						"meta": {"type": "object", "properties": {"first_page_url": {"type": "string", "format": "uri"},
							"next_page_url": {"type": "string", "format": "uri", "nullable": true}, "page": {"type": "integer"}, "key": {"type": "string"}}}}}}}}}},
			"post": {"operationId": "Create%[1]s",
				"requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "title": "Create%[1]sRequest",
					"required": ["FriendlyName"], "properties": {"FriendlyName": {"type": "string"}, "State": {"type": "string", "$ref": "#/components/schemas/shared_enum_state"},
					"Attributes": {"description": "Anything."}}}}}},
				"responses": {"201": %[4]s}}}`, resource, schema, corsHeaders, published200(schema)))
		paths[fmt.Sprintf("/v%d/%ss/{Sid}", version, resource)] = parse(fmt.Sprintf(`{
			"get": {"operationId": "Fetch%[1]s", "parameters": [%[2]s], "responses": {"200": %[3]s}},
			"delete": {"operationId": "Delete%[1]s", "parameters": [%[2]s], "responses": {"204": {"description": "Gone.", "headers": %[4]s}}}}`,
			resource, `{"name": "Sid", "in": "path", "required": true, "schema": {"type": "string"}}`, published200(schema), corsHeaders))
	}
	if len(paths) != 45 {
		t.Fatalf("%d paths, want 45", len(paths))
	}
	return doc
}

const corsHeaders = `{
	"Access-Control-Allow-Origin": {"schema": {"type": "string"}, "example": "*"},
	"Access-Control-Allow-Credentials": {"schema": {"type": "boolean"}}}`

func published200(schema string) string {
	return `{"description": "OK", "headers": ` + corsHeaders + `,
		"content": {"application/json": {"schema": {"$ref": "#/components/schemas/` + schema + `"}, "examples": {"fetch": {"value": {}}}}}}`
}

func TestUpstreamReportsDifferencesOfSubstance(t *testing.T) {
	attribute := func(doc map[string]any, name string) map[string]any {
		return properties(doc, "flex.v1.flex_flow")[name].(map[string]any)
	}
	operation := func(doc map[string]any) map[string]any {
		return doc["paths"].(map[string]any)["/v1/FlexFlows/{Sid}"].(map[string]any)["get"].(map[string]any)
	}
	for name, test := range map[string]struct {
		edit func(doc map[string]any)
		want string
	}{
		"as it is":            {func(map[string]any) {}, ""},
		"another description": {func(doc map[string]any) { attribute(doc, "sid")["description"] = "Something else." }, ""},
		"an extension":        {func(doc map[string]any) { attribute(doc, "sid")["x-pii"] = true }, ""},
		"false, spelled out":  {func(doc map[string]any) { attribute(doc, "sid")["readOnly"] = false }, ""},
		"an error declared": {func(doc map[string]any) {
			operation(doc)["responses"].(map[string]any)["404"] = parse(`{"description": "None."}`)
		}, ""},
		"security at the top alone": {func(doc map[string]any) { delete(operation(doc), "security") }, ""},
		"no such operation": {func(doc map[string]any) { delete(doc["paths"].(map[string]any), "/v1/FlexFlows/{Sid}") },
			"GET /v1/FlexFlows/{Sid}: missing there"},
		"a property more": {func(doc map[string]any) { properties(doc, "flex.v1.flex_flow")["new"] = parse(`{"type": "string"}`) },
			"new: missing here, "},
		"a property less": {func(doc map[string]any) { delete(properties(doc, "flex.v1.flex_flow"), "url") }, "url: "},
		"another type":    {func(doc map[string]any) { attribute(doc, "enabled")["type"] = "string" }, `enabled type: "boolean" here, "string" there`},
		"another pattern": {func(doc map[string]any) { attribute(doc, "sid")["pattern"] = "^FX" },
			`sid pattern: "^FO[0-9a-fA-F]{32}$" here, "^FX" there`},
		"another length":          {func(doc map[string]any) { attribute(doc, "sid")["maxLength"] = 64 }, "sid maxLength: 34 here, 64 there"},
		"no format":               {func(doc map[string]any) { delete(attribute(doc, "url"), "format") }, `url format: "uri" here, missing there`},
		"not null":                {func(doc map[string]any) { attribute(doc, "sid")["nullable"] = false }, "sid nullable: true here, missing there"},
		"null where it was meant": {func(doc map[string]any) { attribute(doc, "channel_type")["nullable"] = true }, ""},
		"required": {func(doc map[string]any) {
			schemas(doc)["flex.v1.flex_flow"].(map[string]any)["required"] = []any{"sid"}
		}, `required: missing here, ["sid"] there`},
		"closed": {func(doc map[string]any) {
			schemas(doc)["flex.v1.flex_flow"].(map[string]any)["additionalProperties"] = false
		}, "additionalProperties: missing here, false there"},
		"an enum in another order": {func(doc map[string]any) { slices.Reverse(enum(doc, "flex_flow_enum_channel_type")) }, ""},
		"another enum value": {func(doc map[string]any) { enum(doc, "flex_flow_enum_integration_type")[0] = "zap\x1b[2J" },
			`integration_type enum: ["external","studio","task"] here, ["external","task","zap\u001b[2J"] there`},
		"an enum that is known but changed": {func(doc map[string]any) { attribute(doc, "integration")["type"] = "string" },
			`integration type: "object" here, "string" there`},
		"another media type": {func(doc map[string]any) {
			content := operation(doc)["responses"].(map[string]any)["200"].(map[string]any)["content"].(map[string]any)
			content["text/xml"] = content["application/json"]
		}, "text/xml: missing here, "},
		"another parameter": {func(doc map[string]any) {
			operation(doc)["parameters"].([]any)[0].(map[string]any)["schema"].(map[string]any)["pattern"] = "^F"
		}, `parameter path Sid pattern: "^FO[0-9a-fA-F]{32}$" here, "^F" there`},
		"other security": {func(doc map[string]any) {
			doc["components"].(map[string]any)["securitySchemes"].(map[string]any)["accountSid_authToken"].(map[string]any)["scheme"] = "bearer"
		}, `security: [[{"scheme":"basic","type":"http"}]] here, [[{"scheme":"bearer","type":"http"}]] there`},
		"no security": {func(doc map[string]any) { operation(doc)["security"] = []any{} }, "security: "},
		"a schema in itself": {func(doc map[string]any) {
			properties(doc, "flex.v1.flex_flow")["parent"] = parse(`{"$ref": "#/components/schemas/flex.v1.flex_flow"}`)
		}, "parent: missing here, "},
	} {
		t.Run(name, func(t *testing.T) {
			doc := published(t)
			test.edit(doc)
			ours, err := readDocument(document)
			if err != nil {
				t.Fatal(err)
			}
			known, err := readDocument(upstreamKnown)
			if err != nil {
				t.Fatal(err)
			}
			unknown := slices.DeleteFunc(differencesOf(ours, doc), func(difference string) bool { return known[difference] != nil })
			switch {
			case test.want == "" && len(unknown) > 0:
				t.Errorf("differences %q, want none", unknown)
			case test.want != "" && (len(unknown) != 1 || !strings.Contains(unknown[0], test.want)):
				t.Errorf("differences %q, want one with %s", unknown, test.want)
			}

			content := []byte(encode(t, doc))
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(content) }))
			defer server.Close()
			defer func(stdout *os.File) { os.Stdout = stdout }(os.Stdout)
			os.Stdout = nil // the differences once more
			if err := upstream(server.URL); (err != nil) != (test.want != "") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestUpstreamNeedsADocument(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	notOne := filepath.Join(t.TempDir(), "document")
	write(t, notOne, "\x00")
	for _, from := range []string{server.URL, notOne, filepath.Join(t.TempDir(), "none")} {
		if err := upstream(from); err == nil || !strings.Contains(err.Error(), from) {
			t.Errorf("%s: error %v, want one that names it", from, err)
		}
	}
}

// Each check fails when what it checks is broken, and says so in one line.
func TestChecksFail(t *testing.T) {
	edited := func(edit func(doc map[string]any)) func(*testing.T) {
		return func(t *testing.T) { editDocument(t, ".", edit) }
	}
	replaced := func(name, old, by string) func(*testing.T) {
		return func(t *testing.T) {
			content := read(t, name)
			if !strings.Contains(content, old) {
				t.Fatalf("%s lacks %s", name, old)
			}
			write(t, name, strings.Replace(content, old, by, 1))
		}
	}
	both := func(steps ...func(*testing.T)) func(*testing.T) {
		return func(t *testing.T) {
			for _, step := range steps {
				step(t)
			}
		}
	}
	removedMethod := replaced("client.go", "func (c *Client) CloseIdleConnections()", "func (c *Client) Close()")

	for _, test := range []struct {
		name  string
		check func(string) error
		spoil func(*testing.T)
		want  string // in the error; none when empty
	}{
		{"a document as it was", validDocument, both(), ""},
		{"a document of another version", validDocument, edited(func(doc map[string]any) { doc["openapi"] = "3.1.0" }), "3.1.0"},
		{"a keyword that 3.0.3 has not", validDocument, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["sid"].(map[string]any)["const"] = "x" }), "const"},
		{"a reference to nothing", validDocument, edited(func(doc map[string]any) { delete(schemas(doc), "ChannelType") }), "ChannelType"},
		{"an example that breaks a pattern", validDocument, replaced(document, "sid: FOa1", "sid: FXa1"), "/sid"},
		{"an example that breaks a format", validDocument, replaced(document, "url: https://flex-api.twilio.com/", "url: //flex-api.twilio.com/"), "/url"},
		{"an example on no day", validDocument, replaced(document, "2026-02-01T", "2026-02-31T"), "/date_updated"},
		{"a parameter's example", validDocument, replaced(document, "example: FOa1", "example: FXa1"), "regular expression"},
		{"a property without a description", validDocument, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow")["sid"].(map[string]any), "description") }), "FlexFlow/properties/sid"},
		{"an inline property without one", validDocument, edited(func(doc map[string]any) {
			properties(doc, "FlexFlow")["integration"].(map[string]any)["properties"] = map[string]any{"url": map[string]any{"type": "string"}}
		}), "integration/properties/url"},

		{"generated as it was", generated, both(), ""},
		{"a document ahead of its code", generated, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "gen/flexflow.gen.go"},
		{"generated code edited", generated, replaced("gen/flexflow.gen.go", "SID", "Sid"), "gen/flexflow.gen.go"},
		{"the root's names edited", generated, replaced("types.gen.go", "type FlexFlow ", "type Flow "), "types.gen.go"},
		{"a file that nothing writes", generated, func(t *testing.T) { write(t, "gen/more.go", "package gen\n") }, "gen/more.go"},
		{"a file not yet written", generated, func(t *testing.T) { os.Remove("types.gen.go") }, "types.gen.go"},

		{"readers as they were", breaking, both(), ""},
		{"a property more", breaking, edited(changes[0].edit), ""},
		{"an enum value more", breaking, edited(changes[1].edit), ""},
		{"a property less", breaking, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "info.version"},
		{"another type", breaking, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["enabled"].(map[string]any)["type"] = "string" }), "info.version"},
		{"another pattern", breaking, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["sid"].(map[string]any)["pattern"] = "^FX" }), "info.version"},
		{"another path", breaking, replaced(document, "/v1/FlexFlows", "/v2/FlexFlows"), "info.version"},
		{"a property less in a new major", breaking, edited(func(doc map[string]any) {
			delete(properties(doc, "FlexFlow"), "url")
			doc["info"].(map[string]any)["version"] = "2.0.0"
		}), ""},

		{"importers as they were", api, both(), ""},
		{"a method less", api, removedMethod, "Client.CloseIdleConnections"},
		{"a method less, with a note", api, both(removedMethod, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- `Client.CloseIdleConnections` is gone.\n")), ""},
		{"a method less, with an old note", api, both(removedMethod, replaced("CHANGELOG.md", "## [0.1.0]\n", "## [0.1.0]\n\n- `Client.CloseIdleConnections` is gone.\n")), "Client.CloseIdleConnections"},
		{"another signature", api, replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)"), "Client.CloseIdleConnections"},
		{"a field less in a generated type", api, replaced("gen/flexflow.gen.go", "\tURL *string", "\turl *string"), "FlexFlow.URL"},
		{"a change in gen that the root does not show", api, replaced("gen/flexflow.gen.go", "func WithBaseURL(", "func WithServer("), ""},

		{"the cost as it was", importers, both(), ""},
		{"the generator in the library", importers, func(t *testing.T) {
			write(t, "more.go", "package flexflow\n\nimport _ \"github.com/oapi-codegen/oapi-codegen/v2/pkg/util\"\n")
			mustRun(t, ".", "go mod tidy")
		}, "importer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(copyForTest(t))
			test.spoil(t)
			err := test.check("")
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("error %v, want one line with %s", err, test.want)
			}
		})
	}
}

func TestExportsLeaveOutWhatTheRootDeclares(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module "+module+"\n")
	write(t, "hand.go", "package flexflow\n\nimport _ \"missing\"\n\ntype Taken struct{}\n\nfunc (Taken) Part() {}\n")
	if err := os.Mkdir("gen", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "gen/x.gen.go", `package gen

type Whole struct {
	Taken *Taken
	Some  []map[string]Part
	Other error
	Union Union
}
type Taken string
type Part struct{ Error int }
type Error struct{}
type Union struct{ union []byte }
type Cat struct{}
const (
	TakenOne Taken = "one"
)
func (u Union) AsCat() (Cat, error) { return Cat{}, nil }
type FetchResponse struct{ JSON200 *Whole; JSONDefault *Error }
func (r FetchResponse) GetJSON200() *Whole { return r.JSON200 }
func (r FetchResponse) GetJSONDefault() *Error { return r.JSONDefault }
`)
	if err := exports(""); err != nil {
		t.Fatal(err)
	}
	got := strings.Fields(read(t, "types.gen.go"))
	var names []string
	for i, word := range got {
		if word == "=" {
			names = append(names, got[i-1])
		}
	}
	if want := []string{"Cat", "Part", "TakenOne", "Union", "Whole"}; !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		t.Errorf("names %v, want %v", names, want)
	}
}

func copyForTest(t *testing.T) string {
	t.Helper()
	copied, err := copyTree()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(copied) })
	return copied
}

func mustRun(t *testing.T, folder, words string) {
	t.Helper()
	if _, err := run(folder, words); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// editDocument writes JSON, which is YAML as well.
func editDocument(t *testing.T, folder string, edit func(doc map[string]any)) {
	t.Helper()
	name := filepath.Join(folder, document)
	doc, err := readDocument(name)
	if err != nil {
		t.Fatal(err)
	}
	edit(doc)
	write(t, name, encode(t, doc))
}

func encode(t *testing.T, doc map[string]any) string {
	t.Helper()
	content, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func parse(text string) map[string]any {
	var node map[string]any
	if err := json.Unmarshal([]byte(text), &node); err != nil {
		panic(err)
	}
	return node
}

func schemas(doc map[string]any) map[string]any {
	return doc["components"].(map[string]any)["schemas"].(map[string]any)
}

func properties(doc map[string]any, schema string) map[string]any {
	return schemas(doc)[schema].(map[string]any)["properties"].(map[string]any)
}

func enum(doc map[string]any, schema string) []any {
	return schemas(doc)[schema].(map[string]any)["enum"].([]any)
}
