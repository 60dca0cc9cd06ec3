package maintain

import (
	"os"
	"strings"
	"testing"
)

// Each check fails when what it checks is broken, and says so in one line.
func TestTree_checksFail(t *testing.T) {
	edited := func(edit func(doc map[string]any)) func(*testing.T) {
		return func(t *testing.T) { editDocument(t, ".", edit) }
	}
	replaced := func(name, old, by string) func(*testing.T) {
		return func(t *testing.T) {
			content := read(t, name)
			if !strings.Contains(content, old) {
				t.Fatalf("%s lacks %s", name, old)
			}
			write(t, name, strings.Replace(content, old, by, 1))
		}
	}
	both := func(steps ...func(*testing.T)) func(*testing.T) {
		return func(t *testing.T) {
			for _, step := range steps {
				step(t)
			}
		}
	}
	removedMethod := replaced("client.go", "func (c *Client) CloseIdleConnections()", "func (c *Client) Close()")

	for _, test := range []struct {
		name  string
		check func(string) error
		spoil func(*testing.T)
		want  string // in the error; none when empty
	}{
		{"a document as it was", validDocument, both(), ""},
		{"a document of another version", validDocument, edited(func(doc map[string]any) { doc["openapi"] = "3.1.0" }), "3.1.0"},
		{"a keyword that 3.0.3 has not", validDocument, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["sid"].(map[string]any)["const"] = "x" }), "const"},
		{"a reference to nothing", validDocument, edited(func(doc map[string]any) { delete(schemas(doc), "ChannelType") }), "ChannelType"},
		{"an example that breaks a pattern", validDocument, replaced(document, "sid: FOa1", "sid: FXa1"), "/sid"},
		{"an example that breaks a format", validDocument, replaced(document, "url: https://flex-api.twilio.com/", "url: //flex-api.twilio.com/"), "/url"},
		{"an example on no day", validDocument, replaced(document, "2026-02-01T", "2026-02-31T"), "/date_updated"},
		{"a parameter's example", validDocument, replaced(document, "example: FOa1", "example: FXa1"), "regular expression"},
		{"a property without a description", validDocument, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow")["sid"].(map[string]any), "description") }), "FlexFlow/properties/sid"},
		{"an inline property without one", validDocument, edited(func(doc map[string]any) {
			properties(doc, "FlexFlow")["integration"].(map[string]any)["properties"] = map[string]any{"url": map[string]any{"type": "string"}}
		}), "integration/properties/url"},

		{"generated as it was", generated, both(), ""},
		{"a document ahead of its code", generated, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "gen/flexflow.gen.go"},
		{"generated code edited", generated, replaced("gen/flexflow.gen.go", "SID", "Sid"), "gen/flexflow.gen.go"},
		{"the root's names edited", generated, replaced("types.gen.go", "type FlexFlow ", "type Flow "), "types.gen.go"},
		{"a file that nothing writes", generated, func(t *testing.T) { write(t, "gen/more.go", "package gen\n") }, "gen/more.go"},
		{"the literals edited", generated, replaced("internal/contract/document.gen.go", "Nullable: true", "Nullable: false"), "internal/contract/document.gen.go"},
		{"a file not yet written", generated, func(t *testing.T) { os.Remove("types.gen.go") }, "types.gen.go"},

		{"readers as they were", breaking, both(), ""},
		{"a property more", breaking, edited(changes[0].edit), ""},
		{"an enum value more", breaking, edited(changes[1].edit), ""},
		{"a property less", breaking, edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "info.version"},
		{"another type", breaking, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["enabled"].(map[string]any)["type"] = "string" }), "info.version"},
		{"another pattern", breaking, edited(func(doc map[string]any) { properties(doc, "FlexFlow")["sid"].(map[string]any)["pattern"] = "^FX" }), "info.version"},
		{"another path", breaking, replaced(document, "/v1/FlexFlows", "/v2/FlexFlows"), "info.version"},
		{"a property less in a new major", breaking, edited(func(doc map[string]any) {
			delete(properties(doc, "FlexFlow"), "url")
			doc["info"].(map[string]any)["version"] = "2.0.0"
		}), ""},

		{"importers as they were", api, both(), ""},
		{"a method less", api, removedMethod, "Client.CloseIdleConnections"},
		{"a method less, with a note", api, both(removedMethod, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- `Client.CloseIdleConnections` is gone.\n")), ""},
		{"a method less, with an old note", api, both(removedMethod, replaced("CHANGELOG.md", "## [0.1.0] - 2026-11-22\n", "## [0.1.0] - 2026-11-22\n\n- `Client.CloseIdleConnections` is gone.\n")), "Client.CloseIdleConnections"},
		{"another signature", api, replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)"), "Client.CloseIdleConnections"},
		{"a field less in a generated type", api, replaced("gen/flexflow.gen.go", "\tURL *string", "\turl *string"), "FlexFlow.URL"},
		{"a change in gen that the root does not show", api, replaced("gen/flexflow.gen.go", "func GetSwagger(", "func Swagger("), ""},

		{"the cost as it was", importers, both(), ""},
		{"the generator in the library", importers, func(t *testing.T) {
			write(t, "more.go", "package flexflow\n\nimport _ \"github.com/oapi-codegen/oapi-codegen/v2/pkg/util\"\n")
			mustRun(t, ".", "go mod tidy")
		}, "importer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Chdir(copyForTest(t))
			test.spoil(t)
			err := test.check("")
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("error %v, want one line with %s", err, test.want)
			}
		})
	}
}
