package check

import (
	"regexp"
	"strings"
	"testing"
)

// publishedDiffers is how a document that Twilio could publish differs from ours.
const publishedDiffers = `{
	security: null,
	paths: {
		/v1/FlexFlows: {servers: [{url: "https://flex-api.twilio.com"}], get: {security: [{accountSid_authToken: []}]}},
		"/v1/FlexFlows/{Sid}": {servers: [{url: "https://flex-api.twilio.com"}],
			get: {description: Reads a flow., security: [{accountSid_authToken: []}]}},
		/v1/Others: {get: {responses: {"200": {description: Others.}}}}},
	components: {
		securitySchemes: {basicAuth: null, accountSid_authToken: {type: http, scheme: basic}},
		schemas: {FlexFlow: {properties: {long_lived: {deprecated: true, description: For long.}}}}}}`

func TestUpstream(t *testing.T) {
	slow(t)
	folder := copyFiles(t, "Makefile", "internal/check/upstream.sh", document)
	written("api/upstream-known.yaml", "# How they differ.\n")(t, folder)
	published := func(changes ...string) edits {
		differs := append([]string{publishedDiffers}, changes...)
		return edits{written("published.yaml", merged(read(t, document), differs...))}
	}
	published().apply(t, folder)
	out, err := output(t, folder, "make upstream DOC=published.yaml")
	if err == nil {
		t.Fatalf("no failure without known differences; it printed:\n%s", out)
	}
	known := "# How they differ.\n"
	for _, line := range regexp.MustCompile(`(?m)^\+(    .*|paths:)$`).FindAllStringSubmatch(out, -1) {
		known += line[1] + "\n"
		if strings.Contains(line[1], "long_lived") {
			known += "        # As the reference page says.\n"
		}
	}
	written("api/upstream-known.yaml", known)(t, folder)
	rows{
		"as known": {published(), nil},
		"what does not matter": {published(
			`{paths: {/v1/Others: null}}`, inOperation(`{summary: A flow, tags: [Flow]}`),
			inSchemas(`{Other: {type: string}, IntegrationType: {=enum: [task, studio, external]}}`),
			inFlow(`{sid: {description: Else., title: A SID, x-pii: true, readOnly: false, example: a}}`)), nil},

		"no such operation": {published(inPath(`{get: null}`)),
			prints{"+                added:\n+                    - GET"}},
		"another operation": {published(inOperation(`{deprecated: true, =parameters:
			[{name: Sid, in: path, schema: {type: string}}, {name: A, in: query, schema: {type: string}}],
			responses: {"202": {description: Later.}, "200": {=content: {text/plain: {}}}}}`)),
			prints{"deprecated", "required", "- A", "- text/plain", `- "202"`}},
		"another object": {published(inSchemas(`{FlexFlow: {required: [sid], additionalProperties: false, properties:
			{url: null}}}`)), prints{"- sid", "additionalProperties", "- url"}},
		"other properties": {published(inSchemas(`{ChannelType: {enum: [fax]}, FlexFlow: {properties: {
			new: {type: string}, enabled: {type: number}, url: {format: null},
			sid: {pattern: ^FX, maxLength: 64, nullable: false}}}}`)),
			prints{"- new", "- number", "to: uri", "from: ^FX", "from: 64", "from: false", "- fax"}},
		"another host": {published(inPath(`{=servers: [{url: "https://flex.twilio.com"}]}`)),
			prints{"- https://flex.twilio.com"}},
		"no security": {published(inOperation(`{=security: []}`)),
			prints{"-                                    accountSid_authToken: []"}},
		"bearer": {published(`{components: {securitySchemes: {accountSid_authToken: {scheme: bearer}}}}`),
			prints{"from: bearer"}},
		"a difference that is settled": {published(inFlow(`{long_lived: {deprecated: null}}`)),
			prints{"-                                                            long_lived:"}},
		"a difference that is not known": {append(published(),
			replaced("api/upstream-known.yaml", "long_lived", "enabled")), prints{"long_lived"}},
		"no document": {edits{removed("published.yaml")}, prints{
			"\ncannot compare: check that published.yaml is a document that can be read, and try again\nupstream failed: "}},
		"no OpenAPI document": {edits{written("published.yaml", "<html></html>")},
			prints{", and try again\nupstream failed: "}},
		"a last line": {published(inFlow(`{url: null}`)), prints{"\nthe documents differ\nupstream failed: "}},
	}.run(t, folder, "upstream DOC=published.yaml")
}
