package maintain

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// documentRules check the top of the document: version, server, authentication and names.
var documentRules = []rule{
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		if doc["openapi"] == "3.0.3" {
			return ""
		}
		return fmt.Sprintf("openapi: it is version %v: make it 3.0.3, which kin-openapi checks fastest", doc["openapi"])
	}},
	{"document", func(_ *checking, _ string, doc map[string]any) string {
		servers := list(doc["servers"])
		if len(servers) != 1 {
			return fmt.Sprintf("servers: there are %d: declare exactly one", len(servers))
		}
		text, _ := object(servers[0])["url"].(string)
		u, err := url.Parse(text)
		if err == nil && u.Port() != "" {
			_, err = strconv.ParseUint(u.Port(), 10, 16)
		}
		if err != nil || u.Scheme != "https" || !isHost(u.Hostname()) || u.User != nil || strings.ContainsAny(text, "{?#") {
			return fmt.Sprintf("servers: %q is not a base URL: write https://, the host in lower case and at most a path, without variables", text)
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
		ids := map[string]string{}
		for _, item := range object(doc["paths"]) {
			if id, ok := object(object(item)["get"])["operationId"].(string); ok {
				ids[id] = id
			}
		}
		if len(object(doc["paths"])) == 0 {
			return "paths: there is none: declare the path of an operation"
		}
		return sameInGo("operationId", ids)
	}},
	{"components", func(_ *checking, _ string, components map[string]any) string {
		names := map[string]string{}
		for name, schema := range object(components["schemas"]) {
			names[name] = name
			constantsOf(names, name, object(schema))
			for part, value := range object(schema) {
				enumsOf(names, name, part, value)
			}
		}
		return sameInGo("schemas", names)
	}},
}

// enumsOf adds the names of the types and constants that the generator makes of the enums in a part of a schema.
func enumsOf(names map[string]string, of, part string, value any) {
	each := func(name string, schema map[string]any) {
		if schema["enum"] != nil && names[name] == "" { // the items of a named list get no type
			names["the enum "+name] = name
			constantsOf(names, name, schema)
		}
		for part, value := range schema {
			enumsOf(names, name, part, value)
		}
	}
	switch part {
	case "properties":
		for name, schema := range object(value) {
			each(of+"."+name, object(schema))
		}
	case "items", "additionalProperties":
		each(of, object(value))
	case "allOf":
		for _, schema := range list(value) {
			each(of, object(schema))
		}
	case "oneOf", "anyOf":
		for i, schema := range list(value) {
			each(fmt.Sprint(of, ".", i), object(schema))
		}
	}
}

// constantsOf adds the names of the constants of an enum.
func constantsOf(names map[string]string, of string, schema map[string]any) {
	constants := map[string]string{} // the generator numbers equal names within an enum
	for _, value := range list(schema["enum"]) {
		name := cmp.Or(strings.TrimSpace(fmt.Sprint(value)), "Empty")
		constants[goName(name)] = name
	}
	for _, name := range constants {
		names[fmt.Sprintf("%s of the enum %s", name, of)] = of + name
	}
}

func isHost(name string) bool {
	return strings.Contains(name, ".") && strings.ToLower(name) == name && formats.Strings()["hostname"].Validate(name) == nil
}
