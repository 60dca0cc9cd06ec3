package maintain

import (
	"fmt"
	"testing"
)

// published returns a document like Twilio's: 45 paths, versions in the names of schemas, one enumeration for several resources,
// a nullable beside a reference, CORS headers, forms as request bodies, and lists with paging.
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
