package check

import (
	"strings"
	"testing"
)

const ( // the code of a client that follows the document
	code      = listCode + fetchCode
	fetchCode = "fetch[FlexFlow](ctx, c, contract.FetchFlexFlow(), sid, gen.NewFetchFlexFlowRequest, opts)"
	listCode  = "contract.ListFlexFlow(); gen.NewListFlexFlowRequest;"
)

const (
	notFollowed = ": the client does not follow it: remove it; internal/check/walk.go lists what it follows"
	notSent     = ": in: the client sends parameters in the path and the query only: remove it"
	notRepeated = ": x-repeated-as: write it in the last parameter of the path, with the name of the property of the " +
		"response that repeats it"
	noMethod  = "operationId: no method of Client has it: write fetch"
	noPath    = ": write segments of letters, digits, - and _, and at most one parameter, as the last segment"
	noName    = ": Go cannot write its name: remove it"
	noSuccess = ": declare only application/json, with the same $ref as schema in all successes"
	noType    = "type: there is none, and null is refused anyway: declare a type, or nullable: true"
	wrongType = " is not of type string: write values of the type, and nullable: true for null"
	noFormat  = " is not checked: use one of date-time, uri, or remove it"
)

// checkProblems checks the one problem that each of some changes of a place causes. Changes without a problem have "".
func checkProblems(t *testing.T, place string, in func(string) string, changes map[string][]string) {
	t.Helper()
	for problem, changes := range changes {
		for _, change := range changes {
			doc, want := parse(read(t, document)), ""
			merge(doc, parse(in(change)))
			if problem != "" {
				want = place + problem
			}
			if got := strings.Join(problemsOf(doc, code), "\n"); got != want {
				t.Errorf("%s: problems:\n%s\nwant:\n%s", change, got, want)
			}
		}
	}
}

func TestProblemsOf(t *testing.T) {
	t.Parallel()
	checkProblems(t, "", func(change string) string { return change }, map[string][]string{
		"": {`{}`, `{=servers: [{url: "https://a.example.com/flex/"}]}`},
		"openapi: make it 3.0.3, which kin-openapi checks fastest": {`{openapi: 3.1.0}`},
		"info: version: make it a semantic version, such as 1.0.0": {`{info: {version: "1"}}`},
		"servers: declare one, with https://, the host in lower case and at most a path": {
			`{servers: null}`, `{servers: [{url: "https://a.example.com"}]}`, `{=servers: [{url: /v1}]}`,
			`{=servers: [{url: "https://{edge}.example.com"}]}`, `{=servers: [{url: "http://a.example.com"}]}`,
			`{=servers: [{url: "https://a.example.com/?a"}]}`, `{=servers: [{url: "https://a.example.com:70000"}]}`,
			`{=servers: [{url: "https://A.example.com"}]}`, `{=servers: [{url: "https://user@a.example.com"}]}`,
			`{=servers: [{url: "https://a.example.com/{b}"}]}`,
		},
		"security: require one scheme": {
			`{security: null}`, `{=security: []}`, `{security: [{}]}`, `{=security: [{basicAuth: [], other: []}]}`,
		},
		"components: securitySchemes: basicAuth: the client sends HTTP basic authentication: declare type http and " +
			"scheme basic": {
			`{components: {securitySchemes: {basicAuth: {scheme: bearer}}}}`,
			`{components: {securitySchemes: {basicAuth: {type: apiKey}}}}`,
		},
		"components: securitySchemes: basicAuth: in" + notFollowed: {
			`{components: {securitySchemes: {basicAuth: {in: header}}}}`},
		"paths: declare one":                                             {`{=paths: {}}`},
		"paths: /v1/Flex Flows" + noPath:                                 {`{paths: {/v1/Flex Flows: {}}}`},
		"paths: /v1/{Sid}.json" + noPath:                                 {`{paths: {"/v1/{Sid}.json": {}}}`},
		"paths: /v1/FlexFlows/{Sid}: get: parameters: Sid" + notRepeated: {inFlow(`{sid: null}`)},
	})
	checkProblems(t, "paths: /v1/FlexFlows/{Sid}: ", inPath, map[string][]string{
		"servers" + notFollowed:         {`{servers: []}`},
		"$ref" + notFollowed:            {`{$ref: "paths.yaml#/a"}`},
		"post" + notFollowed:            {`{post: {}}`},
		"parameters: Session" + notSent: {`{parameters: [{name: Session, in: cookie, schema: {type: string}}]}`},
	})
	checkProblems(t, "paths: /v1/FlexFlows/{Sid}: get: ", inOperation, map[string][]string{
		"": {`{responses: {2XX: {content: {application/json: {schema: {$ref: "#/components/schemas/FlexFlow"}}}}}}`},

		"servers" + notFollowed:                 {`{servers: []}`},
		"security" + notFollowed:                {`{security: []}`},
		"requestBody" + notFollowed:             {`{requestBody: {}}`},
		"responses: 200: headers" + notFollowed: {`{responses: {"200": {headers: {}}}}`},

		"operationId: write the name of the method of Client, such as FetchFlexFlow": {`{operationId: null}`},
		noMethod + "[FlexFlow](ctx, c, contract.FetchPlan(), sid, gen.NewFetchPlanRequest, opts)": {
			`{operationId: FetchPlan}`},
		noMethod + "[Error](ctx, c, contract.FetchFlexFlow(), sid, gen.NewFetchFlexFlowRequest, opts)": {
			`{responses: {"200": {content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}}}`},

		"responses: declare a success: 200 or 2XX": {`{responses: {"200": null}}`},
		"responses: 200" + noSuccess: {
			`{responses: {"200": {content: null}}}`, `{responses: {"200": {content: {application/json: {schema: null}}}}}`,
			`{responses: {"200": {content: {text/plain: {}}}}}`, `{responses: {"200": {=content: {text/plain: {}}}}}`},
		"responses: 2XX" + noSuccess: {`{responses: {2XX: {content: null}}}`},
		"responses: 201" + noSuccess: {
			`{responses: {"201": {content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}}}}`},
		"responses: default: content: application/json: schema: format: binary" + noFormat: {
			`{responses: {default: {content: {application/json: {=schema: {type: string, format: binary}}}}}}`},
	})
	inParameters := func(parameter string) string { return inOperation(`{parameters: [` + parameter + `]}`) }
	checkProblems(t, "paths: /v1/FlexFlows/{Sid}: get: parameters: ", inParameters, map[string][]string{
		"":                           {`{name: State, in: query, schema: {type: array, items: {type: string}}}`},
		"State: style" + notFollowed: {`{name: State, in: query, style: form, schema: {type: string}}`},
		"State" + notRepeated:        {`{name: State, in: query, x-repeated-as: sid, schema: {type: string}}`},
		"Sid" + notRepeated:          {`{name: Sid, in: path, schema: {type: string}}`},
		"State: schema: format: decimal" + noFormat: {`{name: State, in: query, schema: {type: string, format: decimal}}`},
		"Trace" + notSent: {`{name: Trace, in: header, schema: {type: string}}`},
		"a,b: name: write letters, digits, - and _": {`{name: "a,b", in: query, schema: {type: string}}`},
		"Filter: schema: declare a string, an integer, a number, a boolean, or a list of them": {
			`{name: Filter, in: query, schema: {type: object}}`,
			`{name: Filter, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}`},
	})
	checkProblems(t, "components: schemas: ", inSchemas, map[string][]string{
		"": {`{Loop: {$ref: "#/components/schemas/Loop"}}`},
		"FlexFlow: properties: channel_type: there is no description: write one": {`{ChannelType: {description: null}}`},
		"FlexFlow: properties: color: there is no description: write one": {
			`{Loop: {$ref: "#/components/schemas/Loop"}, FlexFlow: {properties: {color: {$ref: "#/components/schemas/Loop"}}}}`},

		"Thing: " + noType: {`{Thing: {description: Anything.}}`},
		"FlexFlowPage: properties: flex_flows: the client validates each item as a FlexFlow, and nothing else: " +
			"declare only items with its $ref": {
			`{FlexFlowPage: {properties: {flex_flows: {maxItems: 7}}}}`,
			`{FlexFlowPage: {properties: {flex_flows: {uniqueItems: true}}}}`,
			`{FlexFlowPage: {properties: {flex_flows: {items: {$ref: "#/components/schemas/PageMeta"}}}}}`},
		"FlexFlow: properties: 日本" + noName:      {`{FlexFlow: {properties: {日本: {description: A., type: string}}}}`},
		"FlexFlow: properties: a,b" + noName:     {`{FlexFlow: {properties: {"a,b": {description: A., type: string}}}}`},
		"FlexFlow: properties: a\ufffd" + noName: {`{FlexFlow: {properties: {"a\e": {description: A., type: string}}}}`},
	})
	inColor := func(property string) string { return inFlow(`{color: ` + property + `}`) }
	checkProblems(t, "components: schemas: FlexFlow: properties: color: ", inColor, map[string][]string{
		"": {
			`{$ref: "#/components/schemas/ChannelType", description: A.}`,
			`{description: A., allOf: [{type: object}], not: {type: string}}`,
			`{description: A., type: string, x-go-name: Kind}`,
			`{description: A., type: string, deprecated: true, x-deprecated-reason: Use sid.}`,
			`{description: A., type: object, additionalProperties: true}`,
			`{description: A., type: array, items: {nullable: true}}`,
			`{description: A., type: integer, format: int64}`,
		},
		"discriminator" + notFollowed: {`{description: A., oneOf: [], discriminator: {}}`},
		"writeOnly" + notFollowed:     {`{description: A., type: string, writeOnly: true}`},
		"default" + notFollowed:       {`{description: A., type: integer, default: 1}`},
		"x-go-type" + notFollowed:     {`{description: A., type: string, x-go-type: int}`},

		"there is no description: write one": {`{type: string}`},
		"properties: queue: there is no description: write one": {
			`{description: A., type: object, properties: {queue: {type: string}}}`},
		"nullable: beside a $ref it is ignored: write it in #/components/schemas/ChannelType": {
			`{$ref: "#/components/schemas/ChannelType", nullable: true}`},
		"$ref: #/components/schemas/FlexFlow/properties/sid has no name of its own: move what it refers to into " +
			"components": {`{description: A., $ref: "#/components/schemas/FlexFlow/properties/sid"}`},

		noType:             {`{description: A.}`},
		"items: " + noType: {`{description: A., type: array, items: {}}`},
		"items: x-personal: the client withholds properties: write it in the property": {
			`{description: A., type: array, items: {type: string, x-personal: true}}`},
		"additionalProperties: " + noType: {`{description: A., type: object, additionalProperties: {}}`},
		"format: decimal" + noFormat:      {`{description: A., type: string, format: decimal}`},
		"format: uint8 is not checked: use one of int32, int64, or remove it": {
			`{description: A., type: integer, format: uint8}`},
		"enum: it is empty and would not be checked: write the values, or remove it": {
			`{description: A., type: string, enum: []}`},
		"enum: <nil>" + wrongType: {`{description: A., type: string, nullable: true, enum: [a, null]}`},
		"enum: 1" + wrongType:     {`{description: A., type: string, enum: [1]}`},
		"format: date is not checked: remove it": {
			`{description: A., format: date, nullable: true}`, `{description: A., type: object, format: date}`},
	})
}

// The type, operation and request builder of a call of fetch belong together.
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
		strings.Replace(code, "[FlexFlow]", "[Plan]", 1):                                 false,
		strings.Replace(code, "contract.FetchFlexFlow", "contract.FetchPlan", 1):         false,
		strings.Replace(code, "gen.NewFetchFlexFlow", "gen.NewFetchPlan", 1):             false,
		code + strings.Replace(code, "contract.FetchFlexFlow", "contract.FetchPlan", 1):  false,
		code + strings.Replace(fetchCode, "gen.NewFetchFlexFlow", "gen.NewFetchPlan", 1): false,
		code + strings.ReplaceAll(fetchCode, "FlexFlow", "Plan"):                         true,
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
