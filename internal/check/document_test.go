package check

import (
	"slices"
	"strings"
	"testing"
)

// code is the code of a client that follows the document.
const (
	code      = listCode + fetchCode
	fetchCode = "fetch[FlexFlow](ctx, c, contract.FetchFlexFlow(), sid, gen.NewFetchFlexFlowRequest, opts)"
	listCode  = "contract.ListFlexFlow(); gen.NewListFlexFlowRequest;"
)

func TestProblemsOf(t *testing.T) {
	t.Parallel()
	const (
		fetch       = "paths: /v1/FlexFlows/{Sid}: get: "
		flow        = "components: schemas: FlexFlow: properties: "
		notFollowed = ": the client does not follow it: remove it; internal/check/walk.go lists what it follows"
		noServer    = "servers: declare one, with https://, the host in lower case and at most a path"
		noPath      = ": write segments of letters, digits, - and _, and at most one parameter, as the last segment"
		noSuccess   = fetch + "responses: 200: declare only application/json, with the same $ref as schema in all successes"
		noScheme    = "components: securitySchemes: basicAuth: the client sends HTTP basic authentication: declare type " +
			"http and scheme basic"
		noMethod = "operationId: no method of Client has it: write fetch[FlexFlow](ctx, c, contract.%s(), sid, " +
			"gen.New%sRequest, opts)"
		notRepeated = "parameters: Sid: x-repeated-as: write it in the last parameter of the path, with the name of the " +
			"property of the response that repeats it"
		noArgument = ": schema: declare a string, an integer, a number, a boolean, or a list of them"
		wrongType  = " is not of type string: write values of the type, and nullable: true for null"
		untyped    = "type: there is none, and null is refused anyway: declare a type, or nullable: true"
		ofString   = " is not checked: use one of date-time, uri, byte, or remove it"
	)
	for name, row := range map[string]struct{ change, want string }{
		"unchanged": {`{}`, ""},

		"OpenAPI 3.1":                 {`{openapi: 3.1.0}`, "openapi: make it 3.0.3, which kin-openapi checks fastest"},
		"a version that is no semver": {`{info: {version: "1"}}`, "info: version: make it a semantic version, such as 1.0.0"},
		"no server":                   {`{servers: null}`, noServer},
		"two servers":                 {`{servers: [{url: "https://a.example.com"}]}`, noServer},
		"a server with a variable":    {`{=servers: [{url: "https://{edge}.example.com"}]}`, noServer},
		"a relative server":           {`{=servers: [{url: /v1}]}`, noServer},
		"a server without TLS":        {`{=servers: [{url: "http://a.example.com"}]}`, noServer},
		"a server with a query":       {`{=servers: [{url: "https://a.example.com/?a"}]}`, noServer},
		"a server with a port":        {`{=servers: [{url: "https://a.example.com:70000"}]}`, noServer},
		"a server in upper case":      {`{=servers: [{url: "https://A.example.com"}]}`, noServer},
		"a server with a path":        {`{=servers: [{url: "https://a.example.com/flex/"}]}`, ""},
		"a server of a path":          {inPath(`{servers: []}`), "paths: /v1/FlexFlows/{Sid}: servers" + notFollowed},
		"a server of an operation":    {inOperation(`{servers: []}`), fetch + "servers" + notFollowed},
		"no security":                 {`{security: null}`, "security: require one scheme"},
		"security of nothing":         {`{=security: []}`, "security: require one scheme"},
		"a choice of security":        {`{security: [{}]}`, "security: require one scheme"},
		"two schemes":                 {`{=security: [{basicAuth: [], other: []}]}`, "security: require one scheme"},
		"security of an operation":    {inOperation(`{security: []}`), fetch + "security" + notFollowed},
		"bearer":                      {`{components: {securitySchemes: {basicAuth: {scheme: bearer}}}}`, noScheme},
		"an API key": {`{components: {securitySchemes: {basicAuth: {type: apiKey, in: header}}}}`,
			noScheme + "\ncomponents: securitySchemes: basicAuth: in" + notFollowed},
		"no paths": {`{=paths: {}}`, "paths: declare one"},

		"a path with a space":  {`{paths: {/v1/Flex Flows: {}}}`, "paths: /v1/Flex Flows" + noPath},
		"a path with a suffix": {`{paths: {"/v1/FlexFlows/{Sid}.json": {}}}`, "paths: /v1/FlexFlows/{Sid}.json" + noPath},
		"a path elsewhere":     {inPath(`{$ref: "paths.yaml#/a"}`), "paths: /v1/FlexFlows/{Sid}: $ref" + notFollowed},
		"another method":       {inPath(`{post: {}}`), "paths: /v1/FlexFlows/{Sid}: post" + notFollowed},
		"a request body":       {inOperation(`{requestBody: {}}`), fetch + "requestBody" + notFollowed},
		"no operationId": {inOperation(`{operationId: null}`),
			fetch + "operationId: write the name of the method of Client, such as FetchFlexFlow"},
		"an operation without a method": {inOperation(`{operationId: FetchPlan}`),
			fetch + strings.ReplaceAll(noMethod, "%s", "FetchPlan")},
		"a method that returns something else": {inOperation(`{responses: {"200": {content: {application/json: {schema:
			{$ref: "#/components/schemas/Error"}}}}}}`), fetch +
			strings.ReplaceAll(strings.Replace(noMethod, "FlexFlow", "Error", 1), "%s", "FetchFlexFlow")},

		"2XX": {inOperation(`{responses: {2XX: {description: A flow., content: {application/json: {schema:
			{$ref: "#/components/schemas/FlexFlow"}}}}}}`), ""},
		"no success": {inOperation(`{responses: {"200": null}}`),
			fetch + "responses: declare a success: 200 or 2XX"},
		"a success without a body": {inOperation(`{responses: {"200": {content: null}}}`), noSuccess},
		"a success without a schema": {inOperation(`{responses: {"200": {content: {application/json: {schema: null}}}}}`),
			noSuccess},
		"two media types": {inOperation(`{responses: {"200": {content: {text/plain: {}}}}}`), noSuccess},
		"text":            {inOperation(`{responses: {"200": {=content: {text/plain: {}}}}}`), noSuccess},
		"successes of two types": {inOperation(`{responses: {"201": {description: Else., content: {application/json: {schema:
			{$ref: "#/components/schemas/Error"}}}}}}`), strings.Replace(noSuccess, "200", "201", 1)},
		"a header of a success": {inOperation(`{responses: {"200": {headers: {}}}}`),
			fetch + "responses: 200: headers" + notFollowed},

		"a parameter that is not repeated": {inFlow(`{sid: null}`), fetch + notRepeated},
		"a parameter that does not say where it is repeated": {inOperation(`{=parameters:
			[{name: Sid, in: path, required: true, schema: {type: string}}]}`), fetch + notRepeated},
		"a parameter that is repeated and not the last": {inOperation(`{parameters:
			[{name: State, in: query, x-repeated-as: sid, schema: {type: string}}]}`),
			fetch + strings.Replace(notRepeated, "Sid", "State", 1)},

		"a query parameter": {inOperation(`{parameters: [{name: State, in: query, schema:
			{type: array, items: {type: string}}}]}`), ""},
		"a header parameter": {inOperation(`{parameters: [{name: Trace, in: header, schema: {type: string}}]}`),
			fetch + "parameters: Trace: in: the client sends parameters in the path and the query only: remove it"},
		"a parameter with a comma": {inOperation(`{parameters: [{name: "a,b", in: query, schema: {type: string}}]}`),
			fetch + "parameters: a,b: name: write letters, digits, - and _"},
		"a style": {inOperation(`{parameters: [{name: State, in: query, style: form, schema: {type: string}}]}`),
			fetch + "parameters: State: style" + notFollowed},
		"an object in a query": {inOperation(`{parameters: [{name: Filter, in: query, schema: {type: object}}]}`),
			fetch + "parameters: Filter" + noArgument},
		"a list of lists": {inOperation(`{parameters: [{name: Filter, in: query, schema: {type: array, items:
			{type: array, items: {type: string}}}}]}`), fetch + "parameters: Filter" + noArgument},
		"a parameter of the path item": {inPath(`{parameters: [{name: Session, in: cookie, schema: {type: string}}]}`),
			"paths: /v1/FlexFlows/{Sid}: parameters: Session: in: the client sends parameters in the path and the query only: " +
				"remove it"},

		"a property without a description": {inFlow(`{color: {type: string}}`),
			flow + "color: there is no description: write one"},
		"a nested property without one": {inFlow(`{routing: {type: object, description: Where., properties:
			{queue: {type: string}}}}`), flow + "routing: properties: queue: there is no description: write one"},
		"a reference without one": {inSchemas(`{ChannelType: {description: null}}`),
			flow + "channel_type: there is no description: write one"},
		"a description beside a reference": {inFlow(`{kind: {$ref: "#/components/schemas/ChannelType",
			description: Its kind.}}`), ""},
		"nullable beside a reference": {inFlow(`{kind: {$ref: "#/components/schemas/ChannelType", nullable: true}}`),
			flow + "kind: nullable: beside a $ref it is ignored: write it in #/components/schemas/ChannelType"},
		"a reference to a property": {inFlow(`{kind: {description: A kind.,
			$ref: "#/components/schemas/FlexFlow/properties/sid"}}`),
			flow + "kind: $ref: #/components/schemas/FlexFlow/properties/sid has no name of its own: move what it refers " +
				"to into components"},
		"a reference to itself": {inSchemas(`{Loop: {$ref: "#/components/schemas/Loop"}}`), ""},
		"a name that Go cannot write": {inFlow(`{日本: {type: string, description: A country.}}`),
			flow + "日本: Go cannot write its name: remove it"},
		"a name with a comma": {inFlow(`{"a,b": {type: string, description: Two.}}`),
			flow + "a,b: Go cannot write its name: remove it"},
		"a name with a control character": {inFlow(`{"a\e": {type: string, description: A color.}}`),
			flow + "a\ufffd: Go cannot write its name: remove it"},

		"a composition": {inFlow(`{owner: {description: Whose., allOf: [{type: object}], not: {type: string}}}`), ""},
		"a discriminator": {inFlow(`{pet: {description: A pet., oneOf: [], discriminator: {}}}`),
			flow + "pet: discriminator" + notFollowed},
		"a write-only property": {inFlow(`{key: {description: A key., type: string, writeOnly: true}}`),
			flow + "key: writeOnly" + notFollowed},
		"a default": {inFlow(`{size: {description: A size., type: integer, default: 1}}`),
			flow + "size: default" + notFollowed},
		"a type for Go": {inFlow(`{kind: {description: A kind., type: string, x-go-type: int}}`),
			flow + "kind: x-go-type" + notFollowed},
		"a name for Go":        {inFlow(`{format: {description: A format., type: string, x-go-name: Kind}}`), ""},
		"any other properties": {inFlow(`{more: {description: More., type: object, additionalProperties: true}}`), ""},

		"a property of any type": {inFlow(`{extra: {description: Anything.}}`), flow + "extra: " + untyped},
		"a list of anything": {inFlow(`{list: {description: A list., type: array, items: {}}}`),
			flow + "list: items: " + untyped},
		"a map of anything": {inFlow(`{map: {description: A map., type: object, additionalProperties: {}}}`),
			flow + "map: additionalProperties: " + untyped},
		"a schema of anything": {inSchemas(`{Thing: {description: Anything.}}`),
			"components: schemas: Thing: " + untyped},
		"a list of anything or null": {inFlow(`{list: {description: A list., type: array, items: {nullable: true}}}`), ""},

		"format decimal": {inFlow(`{rate: {description: A rate., type: string, format: decimal}}`),
			flow + "rate: format: decimal" + ofString},
		"format uint8": {inFlow(`{count: {description: A count., type: integer, format: uint8}}`),
			flow + "count: format: uint8 is not checked: use one of int32, int64, or remove it"},
		"format int64": {inFlow(`{count: {description: A count., type: integer, format: int64}}`), ""},
		"format hostname": {inFlow(`{host: {description: A host., type: string, format: hostname}}`),
			flow + "host: format: hostname" + ofString},
		"format without a type": {inFlow(`{day: {description: A day., format: date, nullable: true}}`),
			flow + "day: format: date is not checked: remove it"},
		"format uri-map": {inFlow(`{links: {description: Links., type: object, format: uri-map}}`),
			flow + "links: format: uri-map is not checked: remove it"},
		"a format in an error": {inOperation(`{responses: {default: {content: {application/json: {=schema:
			{type: array, items: {type: string, format: binary}}}}}}}`),
			fetch + "responses: default: content: application/json: schema: items: format: binary" + ofString},

		"an empty enum": {inSchemas(`{Kind: {type: string, enum: []}}`),
			"components: schemas: Kind: enum: it is empty and would not be checked: write the values, or remove it"},
		"null in an enum": {inSchemas(`{Kind: {type: string, nullable: true, enum: [a, null]}}`),
			"components: schemas: Kind: enum: <nil>" + wrongType},
		"an enum of another type": {inSchemas(`{Kind: {type: string, enum: [1]}}`),
			"components: schemas: Kind: enum: 1" + wrongType},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := readYAML(document)
			if err != nil {
				t.Fatal(err)
			}
			merge(doc, parse(row.change))
			want := slices.DeleteFunc([]string{row.want}, func(s string) bool { return s == "" })
			if got := problemsOf(doc, code); strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), row.want)
			}
		})
	}
}

// The type, the operation and the request builder of a call of fetch belong together.
func TestProblemsOf_methods(t *testing.T) {
	t.Parallel()
	doc, err := readYAML(document)
	if err != nil {
		t.Fatal(err)
	}
	for code, valid := range map[string]bool{
		code:                               true,
		"":                                 false,
		"contract.FetchFlexFlow()":         false,
		"gen.NewFetchFlexFlowRequest(ctx)": false,
		strings.Replace(code, "[FlexFlow]", "[Plan]", 1):                                false,
		strings.Replace(code, "contract.FetchFlexFlow", "contract.FetchPlan", 1):        false,
		strings.Replace(code, "gen.NewFetchFlexFlow", "gen.NewFetchPlan", 1):            false,
		code + strings.Replace(code, "contract.FetchFlexFlow", "contract.FetchPlan", 1): false,
		code + strings.ReplaceAll(fetchCode, "FlexFlow", "Plan"):                        true,
		listCode: false,
		listCode + "contract.FetchFlexFlow(); gen.NewFetchFlexFlowRequest(ctx)": true, // it does not call fetch
	} {
		if got := problemsOf(doc, code); (len(got) == 0) != valid {
			t.Errorf("%s: problems %q", code, got)
		}
	}
}

// Document reports a problem in one line, with its place and without the value.
func TestDocument(t *testing.T) {
	for name, row := range map[string]struct {
		edits edits
		want  string
	}{
		"unchanged":                        {nil, ""},
		"a problem of the client":          {edits{changed(`{servers: null}`)}, "api/openapi.yaml: servers: declare one"},
		"a keyword of OpenAPI 3.1":         {edits{changed(inFlow(`{sid: {const: x}}`))}, "const"},
		"a reference to nothing":           {edits{changed(inSchemas(`{ErrorItem: null}`))}, "ErrorItem"},
		"security of nothing":              {edits{changed(`{=security: [{other: []}]}`)}, "other"},
		"a pattern that Go cannot compile": {edits{changed(inFlow(`{sid: {pattern: "(?=a)"}}`))}, "FlexFlow"},
		"an example against a pattern":     {edits{replaced(document, "sid: FOa1", "sid: FXa1")}, "/sid"},
		"an example against a format": {edits{replaced(document, "url: https://flex-api.twilio.com/v1/", "url: //a/")},
			"/url"},
		"an example on no day":  {edits{replaced(document, "2026-02-01T", "2026-02-31T")}, "/date_updated"},
		"a parameter's example": {edits{replaced(document, "example: FO", "example: FX")}, "regular expression"},
		"no YAML":               {edits{written(document, "\t")}, "api/openapi.yaml"},
		"no document":           {edits{removed(document)}, "api/openapi.yaml"},
		"an overlay": {edits{replaced("api/config.yaml", "output-options:", "output-options:\n  overlay: {path: a.yaml}")},
			"api/config.yaml: output-options overlay: edit api/openapi.yaml instead"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := copyFiles(t, "api/openapi.yaml", "api/config.yaml", "client.go", "list.go")
			row.edits.apply(t, folder)
			t.Chdir(folder)
			got := ""
			if err := Document(); err != nil {
				got = err.Error()
			}
			if !strings.Contains(got, row.want) || strings.Contains(got, "\n") || (got == "") != (row.want == "") {
				t.Errorf("error %q, want one line with %q", got, row.want)
			}
		})
	}
}
