package check

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// rules check what the table of followed fields cannot say. A rule returns what is wrong and what to do, or "".
var rules = map[string]func(w *walk, at []string, node map[string]any) string{
	"document": (*walk).document, "scheme": (*walk).scheme, "path": (*walk).path, "operation": (*walk).operation,
	"parameter": (*walk).parameter, "schema": (*walk).schema, "argument": (*walk).schema,
}

var (
	semanticVersion = regexp.MustCompile(`^\d+\.\d+\.\d+$`)
	hostName        = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`)
	urlPath         = regexp.MustCompile(`^(/[\w.~-]+)+(/\{\w+\})?$`)
	goName          = regexp.MustCompile(`^[A-Z]\w*$`)
	jsonName        = regexp.MustCompile(`^[A-Za-z][\w.-]*$`)
	fetchCall       = regexp.MustCompile(`fetch\[(\w+)\]\(ctx, c, contract\.(\w+)(?:\(\))?, \w+, gen\.New(\w+)Request,`)
)

func (w *walk) document(_ []string, doc map[string]any) string {
	servers, security := list(doc["servers"]), list(doc["security"])
	switch {
	case doc["openapi"] != "3.0.3":
		return "openapi: make it 3.0.3, which kin-openapi checks fastest"
	case !semanticVersion.MatchString(fmt.Sprint(object(doc["info"])["version"])):
		return "info: version: make it a semantic version, such as 1.0.0"
	case len(servers) != 1 || !isBaseURL(fmt.Sprint(object(servers[0])["url"])):
		return "servers: declare one, with https://, the host in lower case and at most a path"
	case len(security) != 1 || len(object(security[0])) != 1:
		return "security: require one scheme"
	case len(object(doc["paths"])) == 0:
		return "paths: declare one"
	}
	return ""
}

func isBaseURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.User == nil && !strings.ContainsAny(text, "{?#") &&
		hostName.MatchString(u.Host)
}

func (w *walk) scheme(_ []string, scheme map[string]any) string {
	if scheme["type"] != "http" || scheme["scheme"] != "basic" {
		return "the client sends HTTP basic authentication: declare type http and scheme basic"
	}
	return ""
}

func (w *walk) path(at []string, _ map[string]any) string {
	if !urlPath.MatchString(at[len(at)-1]) {
		return "write segments of letters, digits, - and _, and at most one parameter, as the last segment"
	}
	return ""
}

// operation checks that a method of Client sends it, validates with it, and returns the type of its successes.
func (w *walk) operation(at []string, operation map[string]any) string {
	id := fmt.Sprint(operation["operationId"])
	if !goName.MatchString(id) {
		return "operationId: write the name of the method of Client, such as FetchFlexFlow"
	}
	schema, problem := w.success(object(operation["responses"]))
	if problem != "" {
		return problem
	}
	name := strings.TrimPrefix(schema, "#/components/schemas/")
	sent := w.uses("contract."+id) && w.uses("gen.New"+id+"Request")
	for _, call := range fetchCall.FindAllStringSubmatch(w.code, -1) {
		if (call[2] == id || call[3] == id) && !slices.Equal(call[1:], []string{name, id, id}) {
			sent = false
		}
	}
	if !sent {
		return fmt.Sprintf("operationId: no method of Client has it: write fetch[%[1]s](ctx, c, contract.%[2]s(), sid, "+
			"gen.New%[2]sRequest, opts)", name, id)
	}
	return w.identity(at[1], operation, w.resolve(map[string]any{"$ref": schema}))
}

func (w *walk) uses(name string) bool {
	return regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`).MatchString(w.code)
}

// success returns the $ref of the schema that all successes have.
func (w *walk) success(responses map[string]any) (schema, problem string) {
	for _, status := range slices.Sorted(maps.Keys(responses)) {
		if !strings.HasPrefix(status, "2") {
			continue
		}
		content := object(w.resolve(responses[status])["content"])
		ref, ok := object(object(content["application/json"])["schema"])["$ref"].(string)
		if !ok || len(content) != 1 || schema != "" && ref != schema {
			return "", "responses: " + status + ": declare only application/json, with the same $ref as schema in all successes"
		}
		schema = ref
	}
	if schema == "" {
		return "", "responses: declare a success: 200 or 2XX"
	}
	return schema, ""
}

// identity refuses a path whose last parameter no property of the response repeats: another resource would be accepted.
func (w *walk) identity(path string, operation, schema map[string]any) string {
	shared := object(object(w.doc["paths"])[path])["parameters"]
	for _, each := range slices.Concat(list(shared), list(operation["parameters"])) {
		parameter := w.resolve(each)
		last := strings.HasSuffix(path, fmt.Sprintf("{%v}", parameter["name"]))
		repeated, ok := parameter["x-repeated-as"].(string)
		if last != ok || ok && object(schema["properties"])[repeated] == nil {
			return fmt.Sprintf("parameters: %v: x-repeated-as: write it in the last parameter of the path, with the name of "+
				"the property of the response that repeats it", parameter["name"])
		}
	}
	return ""
}

func (w *walk) parameter(_ []string, parameter map[string]any) string {
	schema := w.resolve(parameter["schema"])
	if schema["type"] == "array" {
		schema = w.resolve(schema["items"])
	}
	switch {
	case parameter["in"] != "path" && parameter["in"] != "query":
		return "in: the client sends parameters in the path and the query only: remove it"
	case !jsonName.MatchString(fmt.Sprint(parameter["name"])):
		return "name: write letters, digits, - and _"
	case !slices.Contains([]any{"string", "integer", "number", "boolean"}, schema["type"]):
		return "schema: declare a string, an integer, a number, a boolean, or a list of them"
	}
	return ""
}

func (w *walk) property(at []string, schema map[string]any) string {
	flow := object(schema["items"])["$ref"]
	_, most := schema["maxItems"]
	_, unique := schema["uniqueItems"]
	switch {
	case at[len(at)-1] == contract.FlowsOfPage && (most || unique || flow != "#/components/schemas/FlexFlow"):
		return "the client validates each item as a FlexFlow, and nothing else: declare only items with its $ref"
	case !jsonName.MatchString(at[len(at)-1]):
		return "Go cannot write its name: remove it"
	case schema["description"] == nil && w.resolve(schema)["description"] == nil:
		return "there is no description: write one"
	}
	return ""
}

func (w *walk) schema(at []string, schema map[string]any) string {
	if problem := format(schema); problem != "" {
		return problem
	}
	if schema["x-personal"] != nil && at[len(at)-2] != "properties" {
		return "x-personal: the client withholds properties: write it in the property"
	}
	values, ok := schema["enum"].([]any)
	if ok && len(values) == 0 {
		return "enum: it is empty and would not be checked: write the values, or remove it"
	}
	kind, _ := schema["type"].(string)
	for _, value := range values {
		if value == nil || (&openapi3.Schema{Type: &openapi3.Types{kind}}).VisitJSON(value) != nil {
			return fmt.Sprintf("enum: %v is not of type %s: write values of the type, and nullable: true for null", value, kind)
		}
	}
	for _, says := range []string{"type", "nullable", "allOf", "anyOf", "oneOf", "not"} {
		if _, ok := schema[says]; ok {
			return ""
		}
	}
	return "type: there is none, and null is refused anyway: declare a type, or nullable: true"
}

// format refuses a format that nothing checks.
func format(schema map[string]any) string {
	checked := map[any][]string{
		"string":  slices.Sorted(maps.Keys(formats.Strings())),
		"integer": {"int32", "int64"},
		"number":  {"double", "float"},
	}[schema["type"]]
	format, ok := schema["format"].(string)
	switch {
	case !ok || slices.Contains(checked, format):
		return ""
	case checked == nil:
		return fmt.Sprintf("format: %s is not checked: remove it", format)
	}
	return fmt.Sprintf("format: %s is not checked: use one of %s, or remove it", format, strings.Join(checked, ", "))
}
