package maintain

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// parts says of what kind the fields of a node are: one node, {} a map of nodes or [] a list of them.
var parts = map[string]map[string]string{
	"document":   {"paths": "{}path", "components": "components"},
	"components": {"schemas": "{}named", "parameters": "{}parameter", "responses": "{}response"},
	"path":       {"parameters": "[]parameter", "get": "operation"},
	"operation":  {"parameters": "[]parameter", "responses": "{}response"},
	"parameter":  {"schema": "schema"},
	"response":   {"content": "{}media"},
	"media":      {"schema": "schema"},
	"schema": {"properties": "{}property", "items": "schema", "additionalProperties": "schema", "not": "schema",
		"allOf": "[]schema", "oneOf": "[]schema", "anyOf": "[]schema"},
}

// rules refuse what the client would not follow. A rule says what is wrong with a node of its kind and what to do, or "".
var rules = []struct {
	kind  string
	check func(c *checking, name string, node map[string]any) string
}{
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		if doc["openapi"] == "3.0.3" {
			return ""
		}
		return fmt.Sprintf("openapi: it is version %v: make it 3.0.3, which kin-openapi checks fastest", doc["openapi"])
	}},
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		servers := list(doc["servers"])
		if len(servers) != 1 {
			return fmt.Sprintf("servers: there are %d: declare one, to which every request goes", len(servers))
		}
		text, _ := object(servers[0])["url"].(string)
		u, err := url.Parse(text)
		if err != nil || u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") || u.User != nil || strings.ContainsAny(text, "{?#") {
			return fmt.Sprintf("servers: %q is no base URL: write https://, the host and at most a path, without variables", text)
		}
		return ""
	}},
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		requirements := list(doc["security"])
		if len(requirements) == 1 && len(object(requirements[0])) == 1 {
			for name := range object(requirements[0]) {
				scheme := resolve(doc, object(object(doc["components"])["securitySchemes"])[name])
				if scheme["type"] == "http" && scheme["scheme"] == "basic" {
					return ""
				}
			}
		}
		return "security: every request has HTTP basic authentication: require one scheme with type http and scheme basic, and no other"
	}},
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		var ids []string
		for _, item := range object(doc["paths"]) {
			if id, ok := object(object(item)["get"])["operationId"].(string); ok {
				ids = append(ids, id)
			}
		}
		slices.Sort(ids)
		return sameInGo("operationId", ids)
	}},
	{"components", func(_ *checking, _ string, components map[string]any) string {
		var names []string
		for _, name := range slices.Sorted(maps.Keys(object(components["schemas"]))) {
			names = append(names, name)
			constants := map[string]string{} // the generator numbers those that one enum would give the same name
			for _, value := range list(object(object(components["schemas"])[name])["enum"]) {
				constants[goName(fmt.Sprint(value))] = name + fmt.Sprint(value)
			}
			names = slices.AppendSeq(names, maps.Values(constants))
		}
		slices.Sort(names)
		return sameInGo("schemas", names)
	}},

	{"path", absent("servers", "every request goes to the server at the top of the document")},
	{"path", absent("$ref", "a path stands in paths alone")},
	{"path", func(_ *checking, _ string, item map[string]any) string {
		for _, method := range []string{"put", "post", "delete", "options", "head", "patch", "trace"} {
			if item[method] != nil {
				return method + ": the client sends GET alone: remove the operation"
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
		case c.methods[goName(id)] == "":
			return fmt.Sprintf("operationId: Client has no method %s: write it in the form of FetchFlexFlow in client.go", id)
		}
		return ""
	}},
	{"operation", successes},
	{"operation", func(c *checking, _ string, operation map[string]any) string {
		var names []string
		for _, each := range slices.Concat(c.shared, list(operation["parameters"])) {
			if parameter := resolve(c.doc, each); parameter["in"] != "path" {
				names = append(names, fmt.Sprint(parameter["name"]))
			}
		}
		return sameInGo("parameters", names)
	}},

	{"parameter", absent("content", "an argument has a schema instead")},
	{"parameter", func(_ *checking, _ string, parameter map[string]any) string {
		style, in := map[any]string{"path": "simple", "query": "form", "header": "simple"}, parameter["in"]
		explode, explicit := parameter["explode"].(bool)
		switch {
		case style[in] == "":
			return fmt.Sprintf("in: the client sends no %v parameter: make it one of the query or the header", in)
		case parameter["style"] != nil && parameter["style"] != style[in], explicit && explode != (in == "query"), parameter["allowReserved"] == true:
			return fmt.Sprintf("style: a %s parameter is sent in style %s alone: remove style, explode and allowReserved", in, style[in])
		case in == "header" && slices.Contains([]string{"accept", "authorization", "content-type", "host", "user-agent"}, strings.ToLower(fmt.Sprint(parameter["name"]))):
			return "name: the client sets this header itself: remove the parameter"
		}
		return ""
	}},
	{"parameter", func(c *checking, _ string, parameter map[string]any) string {
		schema := resolve(c.doc, parameter["schema"])
		kind := schema["type"]
		switch {
		case parameter["schema"] == nil: // see content
			return ""
		case parameter["in"] == "path" && (kind != "string" || schema["format"] != nil):
			return "schema: an argument of the path is a string: make its type string, with a pattern and no format"
		case kind == "array":
			kind = resolve(c.doc, schema["items"])["type"]
		}
		if kind == nil || kind == "object" || kind == "array" {
			return "schema: an argument is a scalar or a list of them: declare such a type"
		}
		return ""
	}},

	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		format, ok := schema["format"].(string)
		checked := map[any][]string{
			"string":  append(slices.Sorted(maps.Keys(formats.Strings())), "byte"),
			"integer": {"int32", "int64"}, "number": {"double", "float"}, "object": {"uri-map"},
		}[schema["type"]]
		switch {
		case !ok || slices.Contains(checked, format):
			return ""
		case checked == nil:
			return fmt.Sprintf("format: %s is not checked without a type that has formats: remove it or declare the type", format)
		}
		return fmt.Sprintf("format: %s is not checked: use a pattern, or one of %s", format, strings.Join(checked, ", "))
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		branches := slices.Concat(list(schema["oneOf"]), list(schema["anyOf"]))
		if schema["discriminator"] == nil {
			return ""
		}
		if len(branches) == 0 {
			return "discriminator: it selects among the branches of oneOf and anyOf alone: remove it"
		}
		mapped := slices.Collect(maps.Values(object(object(schema["discriminator"])["mapping"])))
		for _, branch := range branches {
			ref := object(branch)["$ref"]
			if ref == nil {
				return "discriminator: it selects no branch that stands inline: move each branch to components/schemas"
			}
			if !slices.Contains(mapped, ref) {
				return fmt.Sprintf("discriminator: without a mapping any branch passes: map a value to %s", ref)
			}
		}
		return ""
	}},
	{"schema", func(c *checking, _ string, schema map[string]any) string {
		names := slices.Sorted(maps.Keys(propertiesOf(c.doc, schema, 0)))
		if _, ok := schema["additionalProperties"].(map[string]any); ok { // the field that the generator adds for them
			names = append(names, "AdditionalProperties")
		}
		return sameInGo("properties", names)
	}},
	{"schema", func(_ *checking, _ string, schema map[string]any) string {
		if slices.Contains(list(schema["enum"]), nil) {
			return "enum: null in it would become a constant of Go: remove it, and say nullable: true"
		}
		return ""
	}},
	{"named", func(c *checking, name string, schema map[string]any) string {
		if taken := c.names[goName(name)]; taken != "" {
			return fmt.Sprintf("package flexflow declares %s itself: rename the schema", taken)
		}
		for _, value := range list(schema["enum"]) {
			if taken := c.names[goName(name+fmt.Sprint(value))]; taken != "" {
				return fmt.Sprintf("enum: package flexflow declares %s itself: rename the schema", taken)
			}
		}
		return ""
	}},
	{"property", func(c *checking, _ string, schema map[string]any) string {
		if schema["description"] == nil && resolve(c.doc, schema)["description"] == nil {
			return "there is no description: write one"
		}
		return ""
	}},
}

// successes checks the responses of which a method returns the body, as a value of one type.
func successes(c *checking, _ string, operation map[string]any) string {
	var first any
	found := false
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
		if len(content) > 1 {
			return fmt.Sprintf("responses/%s/content: there are %d media types: keep the one to ask for", status, len(content))
		}
		for name, media := range content {
			schema := object(media)["schema"]
			switch {
			case !regexp.MustCompile(`^application/([0-9A-Za-z.-]+\+)?json$`).MatchString(name):
				return fmt.Sprintf("responses/%s/content/%s: the client reads JSON alone: make it application/json, without parameters", status, name)
			case schema == nil:
				return fmt.Sprintf("responses/%s/content/%s: nothing is checked without a schema: declare one", status, name)
			case first != nil && !reflect.DeepEqual(first, schema):
				return fmt.Sprintf("responses/%s/content/%s: a method returns one type: give all successes the same schema", status, name)
			}
			first = schema
		}
	}
	if !found {
		return "responses: there is no success: declare 200 or 2XX"
	}
	return ""
}

func absent(field, why string) func(*checking, string, map[string]any) string {
	return func(_ *checking, _ string, node map[string]any) string {
		if _, ok := node[field]; ok {
			return fmt.Sprintf("%s: %s: remove it", field, why)
		}
		return ""
	}
}

// checking is one walk over a document.
type checking struct {
	facade
	doc    map[string]any
	shared []any // parameters of the path that the walk is at
	found  []string
}

// problemsOf says what the client would not follow, each in one line that begins with the place.
func (f facade) problemsOf(doc map[string]any) []string {
	c := &checking{facade: f, doc: doc}
	c.walk("document", "", "", doc)
	return c.found
}

func (c *checking) walk(kind, name, at string, value any) {
	node := object(value)
	if node == nil { // additionalProperties may be true
		return
	}
	report := func(problem string) {
		if problem != "" {
			c.found = append(c.found, printable(strings.TrimPrefix(at+": "+problem, ": ")))
		}
	}
	if ref, ok := node["$ref"].(string); ok && kind != "path" {
		report(badReference(ref, node))
		if kind == "property" {
			c.check(kind, name, node, report)
		}
		return
	}
	c.check(kind, name, node, report)
	if kind == "named" || kind == "property" {
		kind = "schema"
		c.check(kind, name, node, report)
	}
	if kind == "path" {
		c.shared = list(node["parameters"])
	}
	for _, field := range slices.Sorted(maps.Keys(parts[kind])) {
		below := strings.TrimPrefix(at+"/"+field, "/")
		if kind == "path" || kind == "operation" {
			below = at + " " + field
		}
		switch part := parts[kind][field]; {
		case part == "{}path":
			for _, path := range slices.Sorted(maps.Keys(object(node[field]))) {
				c.walk("path", path, path, object(node[field])[path])
			}
		case part == "operation":
			c.walk(part, field, strings.ToUpper(field)+" "+at, node[field])
		case strings.HasPrefix(part, "{}"):
			for _, name := range slices.Sorted(maps.Keys(object(node[field]))) {
				c.walk(part[2:], name, below+"/"+name, object(node[field])[name])
			}
		case strings.HasPrefix(part, "[]"):
			for i, each := range list(node[field]) {
				token := fmt.Sprint(i)
				if name, ok := object(each)["name"].(string); ok {
					token = name
				}
				c.walk(part[2:], token, below+"/"+token, each)
			}
		default:
			c.walk(part, field, below, node[field])
		}
	}
}

func (c *checking) check(kind, name string, node map[string]any, report func(string)) {
	for _, rule := range rules {
		if rule.kind == kind {
			report(rule.check(c, name, node))
		}
	}
}

func badReference(ref string, node map[string]any) string {
	if !regexp.MustCompile(`^#/components/[^/]+/[^/]+$`).MatchString(ref) {
		return fmt.Sprintf("$ref: %s has no name of its own: move what it refers to into components", ref)
	}
	for _, beside := range slices.Sorted(maps.Keys(node)) {
		if beside != "$ref" && beside != "description" && beside != "summary" && !strings.HasPrefix(beside, "x-") {
			return fmt.Sprintf("%s: beside a $ref it is ignored: write it in %s", beside, ref)
		}
	}
	return ""
}

// goName is what the Go name of a name surely keeps of it: its letters and digits, in whatever case.
func goName(name string) string {
	kept := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
	return cmp.Or(kept, name)
}

func sameInGo(what string, names []string) string {
	seen := map[string]string{}
	for _, name := range names {
		if other, ok := seen[goName(name)]; ok && other != name {
			return fmt.Sprintf("%s: %s and %s differ in case and punctuation alone, which Go names lose: rename one", what, other, name)
		}
		seen[goName(name)] = name
	}
	return ""
}

// propertiesOf are the properties that end up in one Go struct.
func propertiesOf(doc map[string]any, schema any, depth int) map[string]any {
	node := resolve(doc, schema)
	all := maps.Clone(object(node["properties"]))
	for _, part := range list(node["allOf"]) {
		if all == nil {
			all = map[string]any{}
		}
		if depth < 16 {
			maps.Copy(all, propertiesOf(doc, part, depth+1))
		}
	}
	return all
}
