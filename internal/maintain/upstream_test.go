package maintain

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// contractOnce is a contract as it was once, so that a change to the document does not fail the tests of the comparison.
const contractOnce = `{
	"openapi": "3.0.3",
	"info": {"title": "Flex", "version": "1.0.0"},
	"servers": [{"url": "https://flex-api.twilio.com"}],
	"security": [{"basicAuth": []}],
	"paths": {"/v1/FlexFlows/{Sid}": {"summary": "Flows", "get": {"operationId": "FetchFlexFlow",
		"parameters": [{"name": "Sid", "in": "path", "required": true,
			"schema": {"type": "string", "minLength": 34, "maxLength": 34, "pattern": "^FO[0-9a-fA-F]{32}$"}}],
		"responses": {"200": {"description": "A flow.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/FlexFlow"}}}}}}}},
	"components": {
		"securitySchemes": {"basicAuth": {"type": "http", "scheme": "basic"}},
		"schemas": {
			"FlexFlow": {"type": "object", "properties": {
				"sid": {"type": "string", "nullable": true, "minLength": 34, "maxLength": 34, "pattern": "^FO[0-9a-fA-F]{32}$"},
				"enabled": {"type": "boolean", "nullable": true},
				"friendly_name": {"type": "string", "nullable": true},
				"channel_type": {"$ref": "#/components/schemas/ChannelType"},
				"integration_type": {"$ref": "#/components/schemas/IntegrationType"},
				"integration": {"type": "object", "nullable": true, "additionalProperties": true},
				"url": {"type": "string", "format": "uri", "nullable": true}}},
			"ChannelType": {"type": "string", "nullable": true, "enum": ["web", "sms"]},
			"IntegrationType": {"type": "string", "nullable": true, "enum": ["studio", "external", "task"]}}}}`

const knownOnce = `{
	"GET /v1/FlexFlows/{Sid} response 200 application/json channel_type nullable: true here, missing there": "As the reference page says.",
	"GET /v1/FlexFlows/{Sid} response 200 application/json integration_type nullable: true here, missing there": "As the reference page says.",
	"GET /v1/FlexFlows/{Sid} response 200 application/json integration type: \"object\" here, missing there": "As its description says."}`

// inContractOnce runs the rest of the test in a folder with contractOnce.
func inContractOnce(t *testing.T) {
	t.Helper()
	inFolder(t, map[string]string{document: contractOnce, upstreamKnown: knownOnce})
}

func TestUpstream(t *testing.T) {
	inContractOnce(t)
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
		"unchanged":           {func(map[string]any) {}, ""},
		"another description": {func(doc map[string]any) { attribute(doc, "sid")["description"] = "Something else." }, ""},
		"an extension":        {func(doc map[string]any) { attribute(doc, "sid")["x-pii"] = true }, ""},
		"false, spelled out":  {func(doc map[string]any) { attribute(doc, "sid")["readOnly"] = false }, ""},
		"an error declared": {func(doc map[string]any) {
			operation(doc)["responses"].(map[string]any)["404"] = parse(`{"description": "None."}`)
		}, ""},
		"security only at the top": {func(doc map[string]any) { delete(operation(doc), "security") }, ""},
		"no such operation": {func(doc map[string]any) { delete(doc["paths"].(map[string]any), "/v1/FlexFlows/{Sid}") },
			"GET /v1/FlexFlows/{Sid}: missing there"},
		"a property more": {func(doc map[string]any) { properties(doc, "flex.v1.flex_flow")["new"] = parse(`{"type": "string"}`) },
			"new: missing here, "},
		"a property less": {func(doc map[string]any) { delete(properties(doc, "flex.v1.flex_flow"), "url") }, "url: "},
		"another type":    {func(doc map[string]any) { attribute(doc, "enabled")["type"] = "string" }, `enabled type: "boolean" here, "string" there`},
		"another pattern": {func(doc map[string]any) { attribute(doc, "sid")["pattern"] = "^FX" },
			`sid pattern: "^FO[0-9a-fA-F]{32}$" here, "^FX" there`},
		"another length": {func(doc map[string]any) { attribute(doc, "sid")["maxLength"] = 64 }, "sid maxLength: 34 here, 64 there"},
		"no format":      {func(doc map[string]any) { delete(attribute(doc, "url"), "format") }, `url format: "uri" here, missing there`},
		"not null":       {func(doc map[string]any) { attribute(doc, "sid")["nullable"] = false }, "sid nullable: true here, missing there"},
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
		"another host": {func(doc map[string]any) {
			doc["paths"].(map[string]any)["/v1/FlexFlows/{Sid}"].(map[string]any)["servers"] = []any{parse(`{"url": "https://flex.twilio.com"}`)}
		}, `server: ["https://flex-api.twilio.com"] here, ["https://flex.twilio.com"] there`},
		"the host with a slash, at the top": {func(doc map[string]any) {
			delete(doc["paths"].(map[string]any)["/v1/FlexFlows/{Sid}"].(map[string]any), "servers")
			doc["servers"] = []any{parse(`{"url": "https://flex-api.twilio.com/"}`)}
		}, ""},
		"an optional parameter": {func(doc map[string]any) { delete(object(list(operation(doc)["parameters"])[0]), "required") },
			"parameter path Sid required: true here, missing there"},
		"a property by the name of a keyword": {func(doc map[string]any) { properties(doc, "flex.v1.flex_flow")["title"] = parse(`{"type": "string"}`) },
			"title: missing here, "},
		"another description of the security": {func(doc map[string]any) {
			object(object(object(doc["components"])["securitySchemes"])["accountSid_authToken"])["description"] = "The token."
		}, ""},
		"a deprecated operation": {func(doc map[string]any) { operation(doc)["deprecated"] = true },
			"GET /v1/FlexFlows/{Sid} deprecated: missing here, true there"},
		"a deprecated property":                     {func(doc map[string]any) { attribute(doc, "url")["deprecated"] = true }, "url deprecated: missing here, true there"},
		"a deprecated property that is a reference": {func(doc map[string]any) { attribute(doc, "channel_type")["deprecated"] = true }, "channel_type deprecated: missing here, true there"},
		"an operation that is not deprecated":       {func(doc map[string]any) { operation(doc)["deprecated"] = false }, ""},
		"no security":                               {func(doc map[string]any) { operation(doc)["security"] = []any{} }, "security: "},
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
			printed(t, &os.Stdout, func() { err = upstream(server.URL) }) // the differences again
			if (err != nil) != (test.want != "") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// upstream fails for a known difference that no longer exists.
func TestUpstream_settled(t *testing.T) {
	inContractOnce(t)
	doc := published(t)
	object(properties(doc, "flex.v1.flex_flow")["channel_type"])["nullable"] = true
	write(t, "published.json", encode(t, doc))
	const settled = "GET /v1/FlexFlows/{Sid} response 200 application/json channel_type nullable: true here, missing there"
	var err error
	out := printed(t, &os.Stdout, func() { err = upstream("published.json") })
	if err == nil || err.Error() != "api/upstream-known.yaml lists what no longer differs, as above: remove it there" || !strings.Contains(out, "settled  "+settled+"\n") {
		t.Errorf("error %v, printed %s", err, out)
	}
	known, err := readDocument(upstreamKnown)
	if err != nil {
		t.Fatal(err)
	}
	delete(known, settled)
	write(t, upstreamKnown, encode(t, known))
	out = printed(t, &os.Stdout, func() { err = upstream("published.json") })
	if err != nil || !strings.HasSuffix(out, "\nno difference of substance\n") {
		t.Errorf("error %v after its removal, printed %s", err, out)
	}
}

func TestUpstream_sorted(t *testing.T) {
	inContractOnce(t)
	doc := published(t)
	for _, name := range []string{"a", "b", "c", "d", "e", "f"} {
		properties(doc, "flex.v1.flex_flow")[name] = parse(`{"type": "string"}`)
	}
	ours, err := readDocument(document)
	if err != nil {
		t.Fatal(err)
	}
	if got := differencesOf(ours, doc); len(got) != 9 || !slices.IsSorted(got) {
		t.Errorf("got %q", got)
	}
}

// A date without quotes is text, as in JSON.
func TestReadDocument_dates(t *testing.T) {
	inFolder(t, map[string]string{"document.yaml": "version: 2026-11-25\n"})
	if doc, err := readDocument("document.yaml"); err != nil || doc["version"] != "2026-11-25" {
		t.Errorf("got %v, error %v", doc, err)
	}
}

func TestUpstream_notADocument(t *testing.T) {
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
