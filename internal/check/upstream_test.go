package check

import (
	"regexp"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
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
		doc := parse(contractOnce)
		for _, change := range append([]string{publishedOnce}, changes...) {
			merge(doc, parse(change))
		}
		content, err := yaml.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		return edits{written("published.yaml", string(content))}
	}
	published().apply(t, folder)
	out, err := output(t, folder, "make", "upstream", "DOC=published.yaml")
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
		"as known":            {published(), ""},
		"another description": {published(inFlow(`{sid: {description: Something else.}}`)), ""},
		"an extension":        {published(inFlow(`{sid: {x-pii: true}}`)), ""},
		"false, spelled out":  {published(inFlow(`{sid: {readOnly: false}}`)), ""},
		"another operation":   {published(`{paths: {/v1/Others: null}}`), ""},
		"another schema":      {published(inSchemas(`{Other: {type: string}}`)), ""},
		"another order":       {published(inFlow(`{channel_type: {=enum: [sms, web]}}`)), ""},

		"no such operation":  {published(inPath(`{get: null}`)), "+                added:\n+                    - GET"},
		"a property more":    {published(inFlow(`{new: {type: string}}`)), "- new"},
		"a property less":    {published(inFlow(`{url: null}`)), "- url"},
		"another type":       {published(inFlow(`{enabled: {type: string}}`)), "- string"},
		"another pattern":    {published(inFlow(`{sid: {pattern: ^FX}}`)), "from: ^FX"},
		"another length":     {published(inFlow(`{sid: {maxLength: 64}}`)), "from: 64"},
		"no format":          {published(inFlow(`{url: {format: null}}`)), "to: uri"},
		"not null":           {published(inFlow(`{sid: {nullable: false}}`)), "from: false"},
		"required":           {published(inSchemas(`{FlexFlow: {required: [sid]}}`)), "- sid"},
		"closed":             {published(inSchemas(`{FlexFlow: {additionalProperties: false}}`)), "additionalProperties"},
		"another enum value": {published(inFlow(`{channel_type: {enum: [fax]}}`)), "- fax"},
		"a deprecated one":   {published(inFlow(`{url: {deprecated: true}}`)), "deprecated"},
		"a deprecated GET":   {published(inOperation(`{deprecated: true}`)), "deprecated"},
		"another media type": {published(inOperation(`{responses: {"200": {=content: {text/plain: {}}}}}`)),
			"- text/plain"},
		"another success": {published(inOperation(`{responses: {"202": {description: Later.}}}`)), `- "202"`},
		"a parameter more": {published(inOperation(`{parameters: [{name: A, in: query, schema: {type: string}}]}`)),
			"- A"},
		"an optional parameter": {published(inOperation(`{=parameters: [{name: Sid, in: path, schema: {type: string}}]}`)),
			"required"},
		"another host": {published(inPath(`{=servers: [{url: "https://flex.twilio.com"}]}`)),
			"- https://flex.twilio.com"},
		"no security": {published(inOperation(`{=security: []}`)),
			"-                                    accountSid_authToken: []"},
		"bearer": {published(`{components: {securitySchemes: {accountSid_authToken: {scheme: bearer}}}}`),
			"from: bearer"},
		"a difference that is settled": {published(inFlow(`{channel_type: {nullable: true}}`)),
			"-                                                            channel_type:"},
		"a difference that is not known": {append(published(),
			replaced("api/upstream-known.yaml", "channel_type", "enabled")), "channel_type"},
		"no document":         {edits{removed("published.yaml")}, "\ncannot compare: check that published.yaml is"},
		"no OpenAPI document": {edits{written("published.yaml", "<html></html>")}, "\ncannot compare: "},
		"a last line":         {published(inFlow(`{url: null}`)), "\nthe documents differ\nupstream failed: "},
	}.run(t, folder, "upstream", "DOC=published.yaml")
}
