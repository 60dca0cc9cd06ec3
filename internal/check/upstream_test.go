package check

import (
	"regexp"
	"strings"
	"testing"
)

// contractOnce is a contract as it was once, so that a change to the document does not fail the test of the comparison.
const contractOnce = `
openapi: 3.0.3
info: {title: Flex, version: 1.0.0}
servers: [{url: "https://flex-api.twilio.com"}]
security: [{basicAuth: []}]
paths:
  /v1/FlexFlows/{Sid}:
    get:
      parameters:
        - {name: Sid, in: path, required: true, schema: {type: string, maxLength: 34, pattern: "^FO[0-9a-fA-F]{32}$"}}
      responses:
        "200": {description: A flow., content: {application/json: {schema: {$ref: "#/components/schemas/FlexFlow"}}}}
components:
  securitySchemes:
    basicAuth: {type: http, scheme: basic}
  schemas:
    FlexFlow:
      type: object
      properties:
        sid: {type: string, nullable: true, maxLength: 34, pattern: "^FO[0-9a-fA-F]{32}$"}
        enabled: {type: boolean, nullable: true}
        channel_type: {type: string, nullable: true, enum: [web, sms]}
        url: {type: string, format: uri, nullable: true}
`

// publishedOnce is how Twilio's document differs from it.
const publishedOnce = `{
	security: null,
	paths: {
		"/v1/FlexFlows/{Sid}": {servers: [{url: "https://flex-api.twilio.com"}],
			get: {description: Reads a flow., security: [{accountSid_authToken: []}]}},
		/v1/Others: {get: {responses: {"200": {description: Others.}}}}},
	components: {
		securitySchemes: {basicAuth: null, accountSid_authToken: {type: http, scheme: basic}},
		schemas: {FlexFlow: {properties: {channel_type: {nullable: null, description: The channel.}}}}}}`

func TestUpstream(t *testing.T) {
	slow(t)
	folder := copyFiles(t, "Makefile", "internal/check/upstream.sh")
	written(document, contractOnce)(t, folder)
	written("api/upstream-known.yaml", "# How they differ.\n")(t, folder)
	published := func(changes ...string) edits {
		return edits{written("published.yaml", merged(contractOnce, append([]string{publishedOnce}, changes...)...))}
	}
	published().apply(t, folder)
	out, err := output(t, folder, "make upstream DOC=published.yaml")
	if err == nil {
		t.Fatalf("no failure without known differences; it printed:\n%s", out)
	}
	known := "# How they differ.\n"
	for _, line := range regexp.MustCompile(`(?m)^\+(    .*|paths:)$`).FindAllStringSubmatch(out, -1) {
		known += line[1] + "\n"
		if strings.Contains(line[1], "channel_type") {
			known += "        # As the reference page says.\n"
		}
	}
	written("api/upstream-known.yaml", known)(t, folder)
	rows{
		"as known": {published(), nil},
		"what does not matter": {published(`{paths: {/v1/Others: null}}`, inSchemas(`{Other: {type: string}}`),
			inFlow(`{sid: {description: Else., title: A SID, x-pii: true, readOnly: false, example: a},
				channel_type: {=enum: [sms, web]}}`), inOperation(`{summary: A flow, tags: [Flow]}`)), nil},

		"no such operation": {published(inPath(`{get: null}`)),
			prints{"+                added:\n+                    - GET"}},
		"other properties": {published(inFlow(`{new: {type: string}, enabled: {type: number, deprecated: true},
			sid: {pattern: ^FX, maxLength: 64, nullable: false}, url: {format: null}, channel_type: {enum: [fax]}}`)),
			prints{"- new", "- number", "deprecated", "from: ^FX", "from: 64", "from: false", "to: uri", "- fax"}},
		"another object": {published(inSchemas(`{FlexFlow: {required: [sid], additionalProperties: false, properties:
			{url: null}}}`)), prints{"- sid", "additionalProperties", "- url"}},
		"a deprecated GET": {published(inOperation(`{deprecated: true}`)), prints{"deprecated"}},
		"other responses": {published(inOperation(`{responses: {"202": {description: Later.}, "200": {=content:
			{text/plain: {}}}}}`)), prints{"- text/plain", `- "202"`}},
		"other parameters": {published(inOperation(`{=parameters: [{name: Sid, in: path, schema: {type: string}},
			{name: A, in: query, schema: {type: string}}]}`)), prints{"required", "- A"}},
		"another host": {published(inPath(`{=servers: [{url: "https://flex.twilio.com"}]}`)),
			prints{"- https://flex.twilio.com"}},
		"no security": {published(inOperation(`{=security: []}`)),
			prints{"-                                    accountSid_authToken: []"}},
		"bearer": {published(`{components: {securitySchemes: {accountSid_authToken: {scheme: bearer}}}}`),
			prints{"from: bearer"}},
		"a difference that is settled": {published(inFlow(`{channel_type: {nullable: true}}`)),
			prints{"-                                                            channel_type:"}},
		"a difference that is not known": {append(published(),
			replaced("api/upstream-known.yaml", "channel_type", "enabled")), prints{"channel_type"}},
		"no document":         {edits{removed("published.yaml")}, prints{"\ncannot compare: check that published.yaml is"}},
		"no OpenAPI document": {edits{written("published.yaml", "<html></html>")}, prints{"\ncannot compare: "}},
		"a last line":         {published(inFlow(`{url: null}`)), prints{"\nthe documents differ\nupstream failed: "}},
	}.run(t, folder, "upstream DOC=published.yaml")
}
