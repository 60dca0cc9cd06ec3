package maintain

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

var operationRules = []rule{
	{"path", absent("servers", "every request goes to the server at the top of the document")},
	{"path", absent("$ref", "a path is in paths only")},
	{"path", func(_ *checking, path string, _ map[string]any) string {
		if !regexp.MustCompile(`^[-/0-9A-Za-z._~!$&'()*+,;=:@]*$`).MatchString(pathParameter.ReplaceAllString(path, "")) {
			return "it has a character that a URL must escape: use letters, digits, - and _"
		}
		return ""
	}},
	{"path", func(_ *checking, path string, _ map[string]any) string {
		for segment := range strings.SplitSeq(path, "/") {
			if strings.Contains(segment, "{") && !wholeParameter.MatchString(segment) {
				return fmt.Sprintf("the segment %s is a parameter and more: make each parameter a segment of its own", segment)
			}
		}
		return ""
	}},
	{"path", func(_ *checking, _ string, item map[string]any) string {
		for _, method := range []string{"put", "post", "delete", "options", "head", "patch", "trace"} {
			if item[method] != nil {
				return method + ": the client sends only GET: remove the operation"
			}
		}
		return ""
	}},

	{"operation", absent("servers", "every request goes to the server at the top of the document")},
	{"operation", absent("security", "every request has the security at the top of the document")},
	{"operation", absent("requestBody", "a GET has no body")},
	{"operation", absent("callbacks", "nothing receives them")},
	{"operation", func(c *checking, _ string, operation map[string]any) string {
		id, _ := operation["operationId"].(string)
		switch {
		case id == "":
			return "operationId: there is none: write the name of the method of Client"
		case c.contract[goName(id)] != "":
			return fmt.Sprintf("operationId: package contract declares %s itself: rename the operation", c.contract[goName(id)])
		case c.methods[goName(id)].requests != goName(id):
			return fmt.Sprintf("operationId: Client has no method %s that sends it: write it like FetchFlexFlow in client.go", id)
		}
		return ""
	}},
	{"operation", successes},
	{"operation", identified},
	{"operation", func(c *checking, _ string, operation map[string]any) string {
		names := map[string]string{}
		for at, parameter := range c.parametersOf(operation) {
			if parameter["in"] != "path" {
				names[at] = fmt.Sprint(parameter["name"])
			}
		}
		return sameInGo("parameters", names)
	}},
	{"operation", func(c *checking, _ string, operation map[string]any) string {
		id, _ := operation["operationId"].(string)
		method, takes, others := c.methods[goName(id)], 2, 0 // the context and the base URL
		for _, parameter := range c.parametersOf(operation) {
			if parameter["in"] == "path" {
				takes++
			} else {
				others = 1 // all in one struct
			}
		}
		takes += others
		switch {
		case id == "" || method.requests != goName(id): // see operationId
			return ""
		case len(method.sent)+2 != takes:
			return fmt.Sprintf("parameters: the method %[1]s of Client passes %[2]d arguments to gen.New%[1]sRequest, which takes %[3]d: pass the same there and to fetch",
				method.name, len(method.sent)+2, takes)
		case slices.Contains(method.sent, "nil"):
			return fmt.Sprintf("parameters: the method %[1]s of Client passes nil to gen.New%[1]sRequest: take the parameters as an argument and pass them", method.name)
		case method.validates != goName(id):
			return fmt.Sprintf("operationId: the method %[1]s of Client does not validate with this operation: pass contract.%[1]s to fetch", method.name)
		case !slices.Equal(method.sent, method.checked):
			return fmt.Sprintf("parameters: the method %[1]s of Client passes (%[2]s) to gen.New%[1]sRequest after the base URL, and (%[3]s) to fetch for validation: pass the same to both",
				method.name, strings.Join(method.sent, ", "), strings.Join(method.checked, ", "))
		}
		return ""
	}},

	{"parameter", absent("content", "an argument has a schema instead")},
	{"parameter", func(_ *checking, _ string, parameter map[string]any) string {
		style, in := map[string]string{"path": "simple", "query": "form", "header": "simple"}, fmt.Sprint(parameter["in"])
		name := fmt.Sprint(parameter["name"])
		explode, explicit := parameter["explode"].(bool)
		switch {
		case style[in] == "":
			return fmt.Sprintf("in: the client does not send a parameter in %v: use query or header", in)
		case parameter["style"] != nil && parameter["style"] != style[in], explicit && explode != (in == "query"), parameter["allowReserved"] == true:
			return fmt.Sprintf("style: a %s parameter is sent in style %s only: remove style, explode and allowReserved", in, style[in])
		case in == "header" && slices.Contains(ownHeaders, strings.ToLower(name)):
			return "name: the client sets this header itself: remove the parameter"
		case in == "header" && strings.Trim(name, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "":
			return "name: it is not valid for a header: use letters, digits and hyphens"
		case in == "path" && slices.Contains(ownVariables, goName(name)):
			return "name: the request builder has a variable of that name: rename it, here and in the path"
		}
		return ""
	}},
	{"parameter", func(c *checking, _ string, parameter map[string]any) string {
		schema := resolve(c.doc, parameter["schema"])
		kind := schema["type"]
		switch {
		case parameter["schema"] == nil: // the rule about content reports it
			return ""
		case parameter["in"] == "path" && (kind != "string" || schema["format"] != nil || schema["enum"] != nil):
			return "schema: an argument of the path is a string: make its type string, with a pattern, and no format or enum"
		case kind == "array":
			kind = resolve(c.doc, schema["items"])["type"]
		}
		if kind == nil || kind == "object" || kind == "array" {
			return "schema: an argument is a scalar or a list of them: declare such a type"
		}
		return ""
	}},
}

var (
	ownHeaders = []string{"accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type",
		"cookie", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"}
	ownVariables = []string{"base", "context", "ctx", "err", "escaped", "http", "io", "params", "query", "req", "runtime", "strings", "unescaped", "url", "value"}

	pathParameter  = regexp.MustCompile(`\{[^{}]*\}`)
	wholeParameter = regexp.MustCompile(`^\{[^{}]*\}$`)
)

// parametersOf returns the parameters of the operation and of its path, by location and name, such as "path Sid".
func (c *checking) parametersOf(operation map[string]any) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, each := range slices.Concat(c.shared, list(operation["parameters"])) {
		parameter := resolve(c.doc, each)
		all[fmt.Sprint(parameter["in"], " ", parameter["name"])] = parameter
	}
	return all
}

// identified rejects an operation whose path ends with a parameter that no property of the response repeats.
func identified(c *checking, _ string, operation map[string]any) string {
	_, last, _ := strings.Cut(c.path[strings.LastIndex(c.path, "/")+1:], "{")
	name, ok := strings.CutSuffix(last, "}")
	if !ok || successes(c, "", operation) != "" || c.parametersOf(operation)["path "+name] == nil {
		return ""
	}
	for status, response := range object(operation["responses"]) {
		for _, media := range object(resolve(c.doc, response)["content"]) {
			if !strings.HasPrefix(status, "2") {
				continue
			}
			properties := branchesOf(c.doc, object(media)["schema"], 0)
			if slices.ContainsFunc(identities(name, true), func(name string) bool { return properties[name] }) {
				return ""
			}
		}
	}
	return fmt.Sprintf("parameters/%s: the response does not repeat it, so another resource would be accepted: name it after a property of the response, as {Sid} for sid", name)
}

// branchesOf returns the names of the properties of a schema, including those in its allOf, anyOf and oneOf.
func branchesOf(doc map[string]any, schema any, depth int) map[string]bool {
	node, all := resolve(doc, schema), map[string]bool{}
	for name := range object(node["properties"]) {
		all[name] = true
	}
	for _, part := range slices.Concat(list(node["allOf"]), list(node["anyOf"]), list(node["oneOf"])) {
		if depth < 16 {
			maps.Copy(all, branchesOf(doc, part, depth+1))
		}
	}
	return all
}

// successes rejects successful responses that a method cannot return as one type.
func successes(c *checking, _ string, operation map[string]any) string {
	var first any
	found := false
	id, _ := operation["operationId"].(string)
	returns := c.methods[goName(id)].returns
	for _, status := range slices.Sorted(maps.Keys(object(operation["responses"]))) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		found = true
		response := resolve(c.doc, object(operation["responses"])[status])
		for _, name := range slices.Sorted(maps.Keys(object(response["headers"]))) {
			if resolve(c.doc, object(response["headers"])[name])["required"] == true {
				return fmt.Sprintf("responses/%s/headers/%s: a header is not checked: do not require it", status, name)
			}
		}
		content := object(response["content"])
		if len(content) == 0 && status != "204" && status != "205" {
			return fmt.Sprintf("responses/%s/content: a method returns the body: declare application/json with a schema", status)
		}
		if len(content) > 1 {
			return fmt.Sprintf("responses/%s/content: there are %d media types: keep the one to ask for", status, len(content))
		}
		for name, media := range content {
			schema := object(media)["schema"]
			switch {
			case !regexp.MustCompile(`^application/([0-9A-Za-z.-]+\+)?json$`).MatchString(name):
				return fmt.Sprintf("responses/%s/content/%s: the client reads only JSON: make it application/json, without parameters", status, name)
			case schema == nil:
				return fmt.Sprintf("responses/%s/content/%s: nothing is checked without a schema: declare one", status, name)
			case first != nil && !reflect.DeepEqual(first, schema):
				return fmt.Sprintf("responses/%s/content/%s: a method returns one type: give all successes the same schema", status, name)
			case first == nil && returns != "":
				ref, _ := object(schema)["$ref"].(string)
				if goName(strings.TrimPrefix(ref, "#/components/schemas/")) != goName(returns) {
					return fmt.Sprintf("responses/%s/content/%s: the method %s of Client returns %s: make the schema a $ref to a schema of that name, or change the method", status, name, c.methods[goName(id)].name, returns)
				}
			}
			first = schema
		}
	}
	switch {
	case !found:
		return "responses: there is no success: declare 200 or 2XX"
	case first == nil:
		return "responses: no success has a body: declare 200 or 2XX with application/json"
	}
	return ""
}
