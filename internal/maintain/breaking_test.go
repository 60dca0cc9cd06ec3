package maintain

import "testing"

func TestBreaking(t *testing.T) {
	slow(t)
	spoiled{
		"readers as they were":    {all(), ""},
		"a property more":         {edited(changes[0].edit), ""},
		"an enum value more":      {edited(changes[1].edit), ""},
		"a property less":         {edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "info.version"},
		"another type":            {edited(func(doc map[string]any) { properties(doc, "FlexFlow")["enabled"].(map[string]any)["type"] = "string" }), "info.version"},
		"another pattern":         {edited(func(doc map[string]any) { properties(doc, "FlexFlow")["sid"].(map[string]any)["pattern"] = "^FX" }), "info.version"},
		"another path":            {replaced(document, "/v1/FlexFlows", "/v2/FlexFlows"), "info.version"},
		"another security scheme": {replaced(document, "      scheme: basic", "      scheme: bearer"), "info.version"},
		"security of another scheme": {edited(func(doc map[string]any) {
			object(object(doc["components"])["securitySchemes"])["bearer"] = parse(`{"type": "http", "scheme": "bearer"}`)
			doc["security"] = []any{parse(`{"bearer": []}`)}
		}), "info.version"},
		"another host":        {replaced(document, "  - url: https://flex-api.twilio.com", "  - url: https://flex.twilio.com"), "https://flex.twilio.com"},
		"a host with a slash": {replaced(document, "  - url: https://flex-api.twilio.com", "  - url: https://flex-api.twilio.com/"), ""},
		"another operationId": {replaced(document, "operationId: FetchFlexFlow", "operationId: GetFlexFlow"), "info.version"},
		"no version":          {edited(func(doc map[string]any) { object(doc["info"])["version"] = "x" }), "api/openapi.yaml: info.version"},
		"a property less in a new major": {edited(func(doc map[string]any) {
			delete(properties(doc, "FlexFlow"), "url")
			doc["info"].(map[string]any)["version"] = "2.0.0"
		}), ""},
	}.run(t, breaking)
}
