package maintain

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// problemsOf reports what the client does not support in one line that names the place and says what to do.
func TestDocument_notFollowed(t *testing.T) {
	facade, err := readFacade()
	if err != nil {
		t.Fatal(err)
	}
	const fetch = "GET /v1/FlexFlows/{Sid}"
	item := func(doc map[string]any) map[string]any { return object(object(doc["paths"])["/v1/FlexFlows/{Sid}"]) }
	top := func(field, value string) func(map[string]any) {
		return func(doc map[string]any) { doc[field] = parse(`{"x": ` + value + `}`)["x"] }
	}
	path := func(field, value string) func(map[string]any) {
		return func(doc map[string]any) { item(doc)[field] = parse(`{"x": ` + value + `}`)["x"] }
	}
	operation := func(field, value string) func(map[string]any) {
		return func(doc map[string]any) { object(item(doc)["get"])[field] = parse(`{"x": ` + value + `}`)["x"] }
	}
	parameter := func(value string) func(map[string]any) {
		return func(doc map[string]any) {
			get := object(item(doc)["get"])
			get["parameters"] = append(list(get["parameters"]), parse(value))
		}
	}
	success := func(status, value string) func(map[string]any) {
		return func(doc map[string]any) { object(object(item(doc)["get"])["responses"])[status] = parse(value) }
	}
	schema := func(name, value string) func(map[string]any) {
		return func(doc map[string]any) { schemas(doc)[name] = parse(value) }
	}
	property := func(name, value string) func(map[string]any) {
		return func(doc map[string]any) { properties(doc, "FlexFlow")[name] = parse(value) }
	}
	scheme := func(value string) func(map[string]any) {
		return func(doc map[string]any) {
			object(object(doc["components"])["securitySchemes"])["basicAuth"] = parse(value)
		}
	}
	both := func(one, other func(map[string]any)) func(map[string]any) {
		return func(doc map[string]any) { one(doc); other(doc) }
	}
	const noBasic = "security: every request has HTTP basic authentication: require one scheme with type http and scheme basic, and no other"
	const noURL = " is not a base URL: write https://, the host in lower case and at most a path, without variables"
	const sameName = " have one name in Go, which ignores case and punctuation: rename one"
	const sameField = " have one name in Go, which ignores case and punctuation: give one an x-go-name"
	const oneMore = fetch + ": parameters: the method FetchFlexFlow of Client passes 3 arguments to gen.NewFetchFlexFlowRequest, which takes 4: pass the same there and to fetch"
	const stringFormats = ": use a pattern, or one of date, date-time, email, hostname, ipv4, ipv6, time, uri, uri-reference, uuid, byte"
	const notString = "GET /v1/FlexFlows/{Sid} parameters/Sid: schema: an argument of the path is a string: make its type string, with a pattern, and no format or enum"
	const flow = `{"description": "A flow.", "content": {"%s": {"schema": {"$ref": "#/components/schemas/FlexFlow"}}}}`

	for name, test := range map[string]struct {
		edit func(doc map[string]any)
		want string
	}{
		"unchanged":                      {func(map[string]any) {}, ""},
		"OpenAPI 3.1":                    {top("openapi", `"3.1.0"`), "openapi: it is version 3.1.0: make it 3.0.3, which kin-openapi checks fastest"},
		"no server":                      {top("servers", `[]`), "servers: there are 0: declare exactly one"},
		"no servers":                     {func(doc map[string]any) { delete(doc, "servers") }, "servers: there are 0: declare exactly one"},
		"two servers":                    {top("servers", `[{"url": "https://a.example.com"}, {"url": "https://b.example.com"}]`), "servers: there are 2: declare exactly one"},
		"a server with variables":        {top("servers", `[{"url": "https://{edge}.example.com", "variables": {"edge": {"default": "a"}}}]`), `servers: "https://{edge}.example.com"` + noURL},
		"a relative server":              {top("servers", `[{"url": "/v1"}]`), `servers: "/v1"` + noURL},
		"a server without TLS":           {top("servers", `[{"url": "http://a.example.com"}]`), `servers: "http://a.example.com"` + noURL},
		"a server with a query":          {top("servers", `[{"url": "https://a.example.com/?a"}]`), `servers: "https://a.example.com/?a"` + noURL},
		"a server with a trailing slash": {top("servers", `[{"url": "https://a.example.com/"}]`), ""},
		"a server with a path":           {top("servers", `[{"url": "https://a.example.com/flex"}]`), ""},
		"a server of a path":             {path("servers", `[{"url": "https://a.example.com"}]`), "/v1/FlexFlows/{Sid}: servers: every request goes to the server at the top of the document: remove it"},
		"a server of an operation":       {operation("servers", `[{"url": "https://a.example.com"}]`), fetch + ": servers: every request goes to the server at the top of the document: remove it"},
		"bearer":                         {scheme(`{"type": "http", "scheme": "bearer"}`), noBasic},
		"an API key":                     {scheme(`{"type": "apiKey", "in": "header", "name": "X-Key"}`), noBasic},
		"security of nothing":            {top("security", `[]`), noBasic},
		"no security":                    {func(doc map[string]any) { delete(doc, "security") }, noBasic},
		"a choice of security":           {top("security", `[{"basicAuth": []}, {}]`), noBasic},
		"two schemes":                    {top("security", `[{"basicAuth": [], "other": []}]`), noBasic},
		"an operation without security":  {operation("security", `[]`), fetch + ": security: every request has the security at the top of the document: remove it"},
		"a path elsewhere":               {path("$ref", `"paths.yaml#/a"`), "/v1/FlexFlows/{Sid}: $ref: a path is in paths only: remove it"},
		"POST":                           {path("post", `{"operationId": "UpdateFlexFlow", "responses": {"200": {"description": "Done."}}}`), "/v1/FlexFlows/{Sid}: post: the client sends only GET: remove the operation"},
		"HEAD":                           {path("head", `{"responses": {"200": {"description": "Done."}}}`), "/v1/FlexFlows/{Sid}: head: the client sends only GET: remove the operation"},
		"a request body":                 {operation("requestBody", `{"content": {}}`), fetch + ": requestBody: a GET has no body: remove it"},
		"callbacks":                      {operation("callbacks", `{}`), fetch + ": callbacks: nothing receives them: remove it"},
		"no operationId":                 {func(doc map[string]any) { delete(object(item(doc)["get"]), "operationId") }, fetch + ": operationId: there is none: write the name of the method of Client"},
		"an operation without a method":  {operation("operationId", `"FetchNothing"`), fetch + ": operationId: Client has no method FetchNothing that sends it: write it like FetchFlexFlow in client.go"},
		"operations alike": {func(doc map[string]any) {
			object(doc["paths"])["/v2/FlexFlows/{Sid}"] = parse(strings.ReplaceAll(encode(t, item(doc)), "FetchFlexFlow", "fetch_flex_flow"))
		}, "operationId: FetchFlexFlow and fetch_flex_flow" + sameName},
		"a method by another name":      {operation("operationId", `"fetch_flex_flow"`), ""},
		"no success":                    {func(doc map[string]any) { delete(object(object(item(doc)["get"])["responses"]), "200") }, fetch + ": responses: there is no success: declare 200 or 2XX"},
		"2XX":                           {success("2XX", strings.Replace(flow, "%s", "application/json", 1)), ""},
		"a success without a body":      {success("204", `{"description": "Nothing."}`), ""},
		"successes of two types":        {success("201", `{"description": "Else.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}`), fetch + ": responses/201/content/application/json: a method returns one type: give all successes the same schema"},
		"two media types":               {success("200", `{"description": "A flow.", "content": {"application/json": {}, "application/a+json": {}}}`), fetch + ": responses/200/content: there are 2 media types: keep the one to ask for"},
		"a media type with a parameter": {success("200", strings.Replace(flow, "%s", "application/json; charset=utf-8", 1)), fetch + ": responses/200/content/application/json; charset=utf-8: the client reads only JSON: make it application/json, without parameters"},
		"text":                          {success("200", strings.Replace(flow, "%s", "text/plain", 1)), fetch + ": responses/200/content/text/plain: the client reads only JSON: make it application/json, without parameters"},
		"any media type":                {success("200", strings.Replace(flow, "%s", "application/*", 1)), fetch + ": responses/200/content/application/*: the client reads only JSON: make it application/json, without parameters"},
		"another JSON":                  {success("200", strings.Replace(flow, "%s", "application/hal+json", 1)), ""},
		"no schema":                     {success("200", `{"description": "A flow.", "content": {"application/json": {}}}`), fetch + ": responses/200/content/application/json: nothing is checked without a schema: declare one"},
		"a required header":             {success("204", `{"description": "Nothing.", "headers": {"X-Id": {"required": true, "schema": {"type": "string"}}}}`), fetch + ": responses/204/headers/X-Id: a header is not checked: do not require it"},
		"a cookie":                      {parameter(`{"name": "Session", "in": "cookie", "schema": {"type": "string"}}`), fetch + " parameters/Session: in: the client does not send a parameter in cookie: use query or header"},
		"a cookie of a path":            {path("parameters", `[{"name": "Session", "in": "cookie", "schema": {"type": "string"}}]`), "/v1/FlexFlows/{Sid} parameters/Session: in: the client does not send a parameter in cookie: use query or header"},
		"a parameter with content":      {parameter(`{"name": "Filter", "in": "query", "content": {"application/json": {"schema": {}}}}`), fetch + " parameters/Filter: content: an argument has a schema instead: remove it"},
		"a list in a query":             {parameter(`{"name": "State", "in": "query", "style": "form", "explode": true, "schema": {"type": "array", "items": {"type": "string"}}}`), ""},
		"a header":                      {parameter(`{"name": "X-Trace", "in": "header", "style": "simple", "explode": false, "schema": {"type": "string"}}`), ""},
		"a style":                       {parameter(`{"name": "State", "in": "query", "style": "pipeDelimited", "schema": {"type": "array", "items": {"type": "string"}}}`), fetch + " parameters/State: style: a query parameter is sent in style form only: remove style, explode and allowReserved"},
		"a list that is not exploded":   {parameter(`{"name": "State", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}}`), fetch + " parameters/State: style: a query parameter is sent in style form only: remove style, explode and allowReserved"},
		"an exploded header":            {parameter(`{"name": "X-Trace", "in": "header", "explode": true, "schema": {"type": "string"}}`), fetch + " parameters/X-Trace: style: a header parameter is sent in style simple only: remove style, explode and allowReserved"},
		"reserved characters":           {parameter(`{"name": "State", "in": "query", "allowReserved": true, "schema": {"type": "string"}}`), fetch + " parameters/State: style: a query parameter is sent in style form only: remove style, explode and allowReserved"},
		"an object in a query":          {parameter(`{"name": "Filter", "in": "query", "schema": {"type": "object"}}`), fetch + " parameters/Filter: schema: an argument is a scalar or a list of them: declare such a type"},
		"anything in a query":           {parameter(`{"name": "Filter", "in": "query", "schema": {}}`), fetch + " parameters/Filter: schema: an argument is a scalar or a list of them: declare such a type"},
		"a list of lists":               {parameter(`{"name": "Filter", "in": "query", "schema": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}}`), fetch + " parameters/Filter: schema: an argument is a scalar or a list of them: declare such a type"},
		"the Accept header":             {parameter(`{"name": "Accept", "in": "header", "schema": {"type": "string"}}`), fetch + " parameters/Accept: name: the client sets this header itself: remove the parameter"},
		"parameters alike":              {operation("parameters", `[{"name": "PageSize", "in": "query", "schema": {"type": "string"}}, {"name": "page-size", "in": "query", "schema": {"type": "string"}}]`), fetch + ": parameters: query PageSize and query page-size" + sameName},
		"an integer in the path":        {operation("parameters", `[{"name": "Sid", "in": "path", "required": true, "schema": {"type": "integer"}}]`), notString},
		"an enum in the path":           {operation("parameters", `[{"name": "Sid", "in": "path", "required": true, "schema": {"type": "string", "enum": ["a"]}}]`), notString},
		"a named enum in the path":      {operation("parameters", `[{"name": "Sid", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/ChannelType"}}]`), notString},
		"a date in the path":            {operation("parameters", `[{"name": "Sid", "in": "path", "required": true, "schema": {"type": "string", "format": "date"}}]`), notString},
		"format decimal":                {property("rate", `{"type": "string", "format": "decimal", "description": "A rate."}`), "components/schemas/FlexFlow/properties/rate: format: decimal is not checked" + stringFormats},
		"format binary":                 {property("data", `{"type": "string", "format": "binary", "description": "Data."}`), "components/schemas/FlexFlow/properties/data: format: binary is not checked" + stringFormats},
		"format uint8":                  {property("count", `{"type": "integer", "format": "uint8", "description": "A count."}`), "components/schemas/FlexFlow/properties/count: format: uint8 is not checked: use a pattern, or one of int32, int64"},
		"a server with a large port":    {top("servers", `[{"url": "https://a.example.com:70000"}]`), "servers: \"https://a.example.com:70000\" is not a base URL: write https://, the host in lower case and at most a path, without variables"},
		"a server in upper case":        {top("servers", `[{"url": "https://A.example.com"}]`), "servers: \"https://A.example.com\" is not a base URL: write https://, the host in lower case and at most a path, without variables"},
		"no paths":                      {top("paths", `{}`), "paths: there is none: declare the path of an operation"},
		"a path with a space": {func(doc map[string]any) {
			object(doc["paths"])["/v1/Flex Flows/{Sid}"] = item(doc)
			delete(object(doc["paths"]), "/v1/FlexFlows/{Sid}")
		}, "/v1/Flex Flows/{Sid}: it has a character that a URL must escape: use letters, digits, - and _"},
		"a path with a suffix": {func(doc map[string]any) {
			object(doc["paths"])["/v1/FlexFlows/{Sid}.json"] = item(doc)
			delete(object(doc["paths"]), "/v1/FlexFlows/{Sid}")
		}, "/v1/FlexFlows/{Sid}.json: the segment {Sid}.json is a parameter and more: make each parameter a segment of its own"},
		"a method that sends nothing": {operation("operationId", `"CloseIdleConnections"`), fetch + ": operationId: Client has no method CloseIdleConnections that sends it: write it like FetchFlexFlow in client.go"},
		"another type of the success": {success("200", `{"description": "A flow.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorItem"}}}}`), fetch + ": responses/200/content/application/json: the method FetchFlexFlow of Client returns FlexFlow: make the schema a $ref to a schema of that name, or change the method"},
		"a 200 without content":       {success("200", `{"description": "A flow."}`), fetch + ": responses/200/content: a method returns the body: declare application/json with a schema"},
		"no success with a body":      {operation("responses", `{"204": {"description": "Nothing."}}`), fetch + ": responses: no success has a body: declare 200 or 2XX with application/json"},
		"a parameter that is not repeated": {func(doc map[string]any) {
			text, _ := json.Marshal(doc["paths"])
			doc["paths"] = parse(strings.ReplaceAll(strings.ReplaceAll(string(text), "{Sid}", "{PlanSid}"), `"name":"Sid"`, `"name":"PlanSid"`))
			delete(properties(doc, "FlexFlow"), "sid")
		}, "GET /v1/FlexFlows/{PlanSid}: parameters/PlanSid: the response does not repeat it, so another resource would be accepted: name it after a property of the response, as {Sid} for sid"},
		"a query parameter":                        {parameter(`{"name": "State", "in": "query", "schema": {"type": "string"}}`), oneMore},
		"a header parameter":                       {parameter(`{"name": "X-Trace", "in": "header", "required": true, "schema": {"type": "string"}}`), oneMore},
		"a header of the transport":                {parameter(`{"name": "Accept-Encoding", "in": "header", "schema": {"type": "string"}}`), fetch + " parameters/Accept-Encoding: name: the client sets this header itself: remove the parameter"},
		"a header with a space":                    {parameter(`{"name": "X Trace", "in": "header", "schema": {"type": "string"}}`), fetch + " parameters/X Trace: name: it is not valid for a header: use letters, digits and hyphens"},
		"a property without a type":                {property("extra", `{"description": "Anything."}`), "components/schemas/FlexFlow/properties/extra: type: there is none, and null is refused anyway: declare a type, or nullable: true"},
		"a list of anything":                       {property("list", `{"type": "array", "items": {}, "description": "Anything."}`), "components/schemas/FlexFlow/properties/list/items: type: there is none, and null is refused anyway: declare a type, or nullable: true"},
		"a map of anything":                        {property("map", `{"type": "object", "additionalProperties": {}, "description": "Anything."}`), "components/schemas/FlexFlow/properties/map/additionalProperties: type: there is none, and null is refused anyway: declare a type, or nullable: true"},
		"a schema of anything":                     {schema("Thing", `{"description": "Anything."}`), "components/schemas/Thing: type: there is none, and null is refused anyway: declare a type, or nullable: true"},
		"a list of anything and null":              {property("list", `{"type": "array", "items": {"nullable": true}, "description": "Anything."}`), ""},
		"a property like a method":                 {property("format", `{"type": "string", "description": "A format."}`), "components/schemas/FlexFlow: properties: a method Format and format" + sameField},
		"a property with a name for Go":            {property("format", `{"type": "string", "x-go-name": "Kind", "description": "A format."}`), ""},
		"an empty enum":                            {schema("Kind", `{"type": "string", "enum": []}`), "components/schemas/Kind: enum: it is empty and would not be checked: write the values, or remove it"},
		"an enum of another type":                  {schema("Kind", `{"type": "string", "enum": [1]}`), "components/schemas/Kind: enum: 1 is not of type string: write values of the type"},
		"a type for Go":                            {property("kind", `{"type": "string", "x-go-type": "int", "description": "A kind."}`), "components/schemas/FlexFlow/properties/kind: x-go-type: it changes the Go code, but not the validation of responses: remove it"},
		"a format without a type":                  {property("day", `{"format": "date", "nullable": true, "description": "A day."}`), "components/schemas/FlexFlow/properties/day: format: date is not checked without a type that has formats: remove it or declare the type"},
		"a format within a response":               {success("400", `{"description": "A flow.", "content": {"application/json": {"schema": {"type": "array", "items": {"type": "string", "format": "binary"}}}}}`), fetch + " responses/400/content/application/json/schema/items: format: binary is not checked" + stringFormats},
		"format uri-map":                           {property("links", `{"type": "object", "format": "uri-map", "description": "Links."}`), ""},
		"format uri-map of anything":               {property("links", `{"type": "object", "format": "uri-map", "additionalProperties": true, "description": "Links."}`), ""},
		"format uri-map of strings":                {property("links", `{"type": "object", "format": "uri-map", "additionalProperties": {"type": "string", "maxLength": 9}, "description": "Links."}`), "components/schemas/FlexFlow/properties/links: additionalProperties: format uri-map says what they are: remove it"},
		"format uri-map of nothing":                {property("links", `{"type": "object", "format": "uri-map", "additionalProperties": false, "description": "Links."}`), "components/schemas/FlexFlow/properties/links: additionalProperties: format uri-map says what they are: remove it"},
		"format int64":                             {property("count", `{"type": "integer", "format": "int64", "description": "A count."}`), ""},
		"format hostname":                          {property("host", `{"type": "string", "format": "hostname", "description": "A host."}`), ""},
		"nullable beside a reference":              {property("kind", `{"$ref": "#/components/schemas/ChannelType", "nullable": true}`), "components/schemas/FlexFlow/properties/kind: nullable: beside a $ref it is ignored: write it in #/components/schemas/ChannelType"},
		"a description beside a reference":         {property("kind", `{"$ref": "#/components/schemas/ChannelType", "description": "Its kind."}`), ""},
		"a reference to a property":                {property("other", `{"$ref": "#/components/schemas/FlexFlow/properties/sid"}`), "components/schemas/FlexFlow/properties/other: $ref: #/components/schemas/FlexFlow/properties/sid has no name of its own: move what it refers to into components"},
		"a discriminator without a mapping":        {schema("Pet", `{"oneOf": [{"$ref": "#/components/schemas/FlexFlow"}, {"$ref": "#/components/schemas/ErrorItem"}], "discriminator": {"propertyName": "sid"}}`), "components/schemas/Pet: discriminator: without a mapping any branch passes: map a value to #/components/schemas/FlexFlow"},
		"a discriminator without one of a mapping": {schema("Pet", `{"anyOf": [{"$ref": "#/components/schemas/FlexFlow"}, {"$ref": "#/components/schemas/ErrorItem"}], "discriminator": {"propertyName": "sid", "mapping": {"a": "#/components/schemas/FlexFlow"}}}`), "components/schemas/Pet: discriminator: without a mapping any branch passes: map a value to #/components/schemas/ErrorItem"},
		"a discriminator with a mapping":           {schema("Pet", `{"oneOf": [{"$ref": "#/components/schemas/FlexFlow"}], "discriminator": {"propertyName": "sid", "mapping": {"a": "#/components/schemas/FlexFlow"}}}`), ""},
		"a discriminator of inline branches":       {schema("Pet", `{"oneOf": [{"type": "object"}], "discriminator": {"propertyName": "sid"}}`), "components/schemas/Pet: discriminator: it does not select an inline branch: move each branch to components/schemas"},
		"a discriminator of nothing":               {schema("Pet", `{"type": "object", "discriminator": {"propertyName": "sid"}}`), "components/schemas/Pet: discriminator: it selects only among the branches of oneOf and anyOf: remove it"},
		"null in an enum":                          {schema("Kind", `{"type": "string", "nullable": true, "enum": ["a", null]}`), "components/schemas/Kind: enum: null would become a Go constant: remove it, and write nullable: true"},
		"properties alike":                         {property("Sid", `{"type": "string", "description": "Another."}`), "components/schemas/FlexFlow: properties: Sid and sid" + sameField},
		"properties alike in allOf":                {schema("Both", `{"allOf": [{"$ref": "#/components/schemas/ErrorItem"}, {"type": "object", "properties": {"info-url": {"type": "string", "description": "Another."}}}]}`), "components/schemas/Both: properties: info-url and infoUrl" + sameField},
		"a property like the others' field":        {schema("Map", `{"type": "object", "additionalProperties": {"type": "string"}, "properties": {"additional_properties": {"type": "string", "description": "Theirs."}}}`), "components/schemas/Map: properties: AdditionalProperties and additional_properties" + sameField},
		"properties of odd names":                  {schema("Odd", `{"type": "object", "properties": {"$": {"type": "string", "description": "A."}, "%": {"type": "string", "description": "B."}, "func": {"type": "string", "description": "C."}}}`), ""},
		"schemas alike":                            {schema("flex_flow", `{"type": "object"}`), "components: schemas: FlexFlow and flex_flow" + sameName},
		"a schema like a constant":                 {schema("ChannelTypeWeb", `{"type": "object"}`), "components: schemas: ChannelTypeWeb and web of the enum ChannelType" + sameName},
		"enum values alike":                        {schema("Kind", `{"type": "string", "enum": ["in-progress", "in_progress"]}`), ""},
		"a schema like a type of the root":         {schema("Client", `{"type": "object"}`), "components/schemas/Client: package flexflow declares Client itself: rename the schema"},
		"a schema like a function of the root":     {schema("new_from_env", `{"type": "object"}`), "components/schemas/new_from_env: package flexflow declares NewFromEnv itself: rename the schema"},
		"a constant like one of the root":          {schema("Err", `{"type": "string", "enum": ["not_found"]}`), "components/schemas/Err: enum: package flexflow declares ErrNotFound itself: rename the schema"},
		"a schema like a function of gen":          {schema("get_spec", `{"type": "object"}`), "components/schemas/get_spec: package gen declares GetSpec itself: rename the schema"},
		"a schema like a request builder":          {schema("NewFetchFlexFlowRequest", `{"type": "object"}`), "components/schemas/NewFetchFlexFlowRequest: package gen declares NewFetchFlexFlowRequest itself: rename the schema"},
		"a schema like a function of the contract": {schema("any", `{"type": "object"}`), "components/schemas/any: package contract declares buildAny itself: rename the schema"},
		"an operation like a type of the contract": {operation("operationId", `"Violation"`), fetch + ": operationId: package contract declares Violation itself: rename the operation"},
		"an operation like a list of the contract": {operation("operationId", `"operations"`), fetch + ": operationId: package contract declares Operations itself: rename the operation"},
		"an enum like a schema":                    {both(property("kind", `{"type": "string", "enum": ["a"], "description": "A kind."}`), schema("FlexFlowKind", `{"type": "object"}`)), "components: schemas: FlexFlowKind and the enum FlexFlow.kind" + sameName},
		"a constant like a schema":                 {both(property("kinds", `{"type": "array", "items": {"type": "string", "enum": ["a"]}, "description": "Kinds."}`), schema("FlexFlowKindsA", `{"type": "object"}`)), "components: schemas: FlexFlowKindsA and a of the enum FlexFlow.kinds" + sameName},
		"an enum deep in a schema":                 {both(property("kind", `{"description": "A kind.", "oneOf": [{"type": "object", "properties": {"is": {"type": "string", "enum": ["a"], "description": "What."}}}]}`), schema("flex_flow_kind_0_is", `{"type": "object"}`)), "components: schemas: flex_flow_kind_0_is and the enum FlexFlow.kind.0.is" + sameName},
		"an enum in a named list":                  {schema("Kinds", `{"type": "array", "items": {"type": "string", "enum": ["a"]}}`), ""},
		"an enum with an empty value":              {schema("Kind", `{"type": "string", "enum": ["", " ", "a"]}`), ""},
		"a property like a method of a map":        {schema("Map", `{"type": "object", "additionalProperties": {"type": "string"}, "properties": {"get": {"type": "string", "description": "Theirs."}}}`), "components/schemas/Map: properties: a method Get and get" + sameField},
		"a schema like a type of the tests":        {schema("Change", `{"type": "object"}`), ""},
		"a property get without other properties":  {property("get", `{"type": "string", "description": "Ours."}`), ""},
		"a property get beside any others":         {schema("Map", `{"type": "object", "additionalProperties": true, "properties": {"get": {"type": "string", "description": "Theirs."}}}`), "components/schemas/Map: properties: a method Get and get" + sameField},
		"a schema in its own allOf":                {schema("Loop", `{"allOf": [{"$ref": "#/components/schemas/Loop"}, {"type": "object", "properties": {"a": {"type": "string", "description": "A."}}}]}`), ""},
		"a response that is a composition": {func(doc map[string]any) {
			schemas(doc)["Base"] = schemas(doc)["FlexFlow"]
			schemas(doc)["FlexFlow"] = parse(`{"allOf": [{"$ref": "#/components/schemas/FlexFlow"}, {"$ref": "#/components/schemas/Base"}]}`)
		}, ""},
		"only an error with the SID": {func(doc map[string]any) {
			properties(doc, "Error")["sid"] = properties(doc, "FlexFlow")["sid"]
			delete(properties(doc, "FlexFlow"), "sid")
		}, fetch + ": parameters/Sid: the response does not repeat it, so another resource would be accepted: name it after a property of the response, as {Sid} for sid"},
		"only a parameter as the path":      {func(doc map[string]any) { doc["paths"] = map[string]any{"/{Sid}": item(doc)} }, ""},
		"a variable's name in the path":     {parameter(`{"name": "Req", "in": "path", "required": true, "schema": {"type": "string"}}`), fetch + " parameters/Req: name: the request builder has a variable of that name: rename it, here and in the path"},
		"a variable's name in the query":    {parameter(`{"name": "Req", "in": "query", "schema": {"type": "string"}}`), ""},
		"a property without a description":  {property("color", `{"type": "string"}`), "components/schemas/FlexFlow/properties/color: there is no description: write one"},
		"an inline property without one":    {property("routing", `{"type": "object", "description": "Routing.", "properties": {"queue": {"type": "string"}}}`), "components/schemas/FlexFlow/properties/routing/properties/queue: there is no description: write one"},
		"a reference without a description": {func(doc map[string]any) { delete(object(schemas(doc)["ChannelType"]), "description") }, "components/schemas/FlexFlow/properties/channel_type: there is no description: write one"},
		"a control character":               {property("a\n\x1b", `{"type": "string"}`), "components/schemas/FlexFlow/properties/a\ufffd\ufffd: there is no description: write one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := readDocument(document)
			if err != nil {
				t.Fatal(err)
			}
			test.edit(doc)
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			got := facade.problemsOf(doc)
			if test.want != oneMore { // each added parameter also causes this problem
				got = slices.DeleteFunc(got, func(problem string) bool { return problem == oneMore })
			}
			if !slices.Equal(got, want) {
				t.Errorf("problems:\n%s\nwant:\n%s", strings.Join(got, "\n"), test.want)
			}
		})
	}
}

// A method that does not send or validate all of its operation is refused.
func TestDocument_methods(t *testing.T) {
	t.Parallel()
	const list = "GET /v1/Plans: "
	for name, test := range map[string]struct{ contract, sent, checked, want string }{
		"the same to both":        {"ListPlans", ", params", ", params", ""},
		"nil":                     {"ListPlans", ", nil", ", nil", list + "parameters: the method ListPlans of Client passes nil to gen.NewListPlansRequest: take the parameters as an argument and pass them"},
		"nothing":                 {"ListPlans", "", "", list + "parameters: the method ListPlans of Client passes 2 arguments to gen.NewListPlansRequest, which takes 3: pass the same there and to fetch"},
		"nothing to fetch":        {"ListPlans", ", params", "", list + "parameters: the method ListPlans of Client passes (params) to gen.NewListPlansRequest after the base URL, and () to fetch for validation: pass the same to both"},
		"something else to fetch": {"ListPlans", ", params", ", &params", list + "parameters: the method ListPlans of Client passes (params) to gen.NewListPlansRequest after the base URL, and (&params) to fetch for validation: pass the same to both"},
		"another operation":       {"FetchPlan", ", params", ", params", list + "operationId: the method ListPlans of Client does not validate with this operation: pass contract.ListPlans to fetch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := plansMethods[:strings.Index(plansMethods, "func (c *Client) ListPlans")] + `func (c *Client) ListPlans(ctx context.Context, params *gen.ListPlansParams, opts ...CallOption) (*PlanList, error) {
				return fetch[PlanList](ctx, c, contract.` + test.contract + `, opts, func(ctx context.Context) (*http.Request, error) {
					return gen.NewListPlansRequest(ctx, c.baseURL` + test.sent + `)
				}` + test.checked + `)
			}`
			file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			facade, err := readFacade()
			if err != nil {
				t.Fatal(err)
			}
			for _, declaration := range file.Decls {
				if function, ok := declaration.(*ast.FuncDecl); ok {
					facade.methods[goName(function.Name.Name)] = methodOf(function)
				}
			}
			doc, err := readDocument(document)
			if err != nil {
				t.Fatal(err)
			}
			plans(doc)
			if got := strings.Join(facade.problemsOf(doc), "\n"); got != test.want {
				t.Errorf("problems:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// methodOf finds the calls of a method that send its operation and validate with it.
func TestMethodOf(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want method
	}{
		"both": {"gen.NewFetchPlanRequest(ctx, base, sid); return fetch[Plan](ctx, c, contract.FetchPlan, opts, build, sid)",
			method{name: "M", returns: "Plan", requests: "fetchplan", validates: "fetchplan", sent: []string{"sid"}, checked: []string{"sid"}}},
		"a request of another package":   {"other.NewFetchPlanRequest(ctx, base, sid)", method{name: "M", returns: "Plan"}},
		"another function of gen":        {"gen.NewPlan(ctx, base, sid)", method{name: "M", returns: "Plan"}},
		"a request without the base URL": {"gen.NewFetchPlanRequest(ctx)", method{name: "M", returns: "Plan"}},
		"another generic function":       {"send[Plan](ctx, c, contract.FetchPlan, opts, build, sid)", method{name: "M", returns: "Plan"}},
		"too few arguments":              {"fetch[Plan](ctx, c, contract.FetchPlan, opts)", method{name: "M", returns: "Plan"}},
	} {
		file, err := parser.ParseFile(token.NewFileSet(), "", "package a\nfunc (c *Client) M() (*Plan, error) {"+test.body+"}", parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if got := methodOf(file.Decls[0].(*ast.FuncDecl)); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %+v, want %+v", name, got, test.want)
		}
	}
}

func TestDocument_publishedIsRefused(t *testing.T) {
	t.Parallel()
	facade, err := readFacade()
	if err != nil {
		t.Fatal(err)
	}
	problems := strings.Join(facade.problemsOf(published(t)), "\n")
	for _, want := range []string{
		"/v1/FlexFlows/{Sid}: servers: ", "/v1/ThingAs: post: ", "GET /v1/ThingAs: operationId: Client has no method ListThingA that sends it: ",
		"components/schemas/flex.v1.flex_flow/properties/friendly_name: nullable: beside a $ref ",
	} {
		if !strings.Contains(problems, want) {
			t.Errorf("no problem %q in\n%s", want, problems)
		}
	}
}

// A problem that kin-openapi finds is reported in one line, with its place and without the value.
func TestDocument_invalid(t *testing.T) {
	spoiled{
		"unchanged":                {edited(func(map[string]any) {}), ""},
		"a problem of the client":  {edited(func(doc map[string]any) { delete(doc, "servers") }), "api/openapi.yaml: servers: there are 0"},
		"a keyword of OpenAPI 3.1": {edited(func(doc map[string]any) { object(properties(doc, "FlexFlow")["sid"])["const"] = "x" }), "const"},
		"a reference to nothing":   {edited(func(doc map[string]any) { delete(schemas(doc), "ErrorItem") }), "ErrorItem"},
		"an operationId that occurs twice": {edited(func(doc map[string]any) {
			object(doc["paths"])["/v2/FlexFlows/{Sid}"] = object(doc["paths"])["/v1/FlexFlows/{Sid}"]
		}), "FetchFlexFlow"},
		"a pattern that Go cannot compile": {edited(func(doc map[string]any) { object(properties(doc, "FlexFlow")["sid"])["pattern"] = "(?=a)" }), "FlexFlow"},
		"an example against a pattern":     {replaced(document, "sid: FOa1", "sid: FXa1"), "/sid"},
		"an example against a format":      {replaced(document, "url: https://flex-api.twilio.com/v1/", "url: //flex-api.twilio.com/v1/"), "/url"},
		"an example on no day":             {replaced(document, "2026-02-01T", "2026-02-31T"), "/date_updated"},
		"a parameter's example": {edited(func(doc map[string]any) {
			object(list(object(object(object(doc["paths"])["/v1/FlexFlows/{Sid}"])["get"])["parameters"])[0])["example"] = "FX"
		}), "minimum string length"},
		"no YAML":     {func(t *testing.T) { write(t, document, "\t") }, "api/openapi.yaml"},
		"no document": {func(t *testing.T) { os.Remove(document) }, "api/openapi.yaml"},
	}.run(t, validDocument)
}
