package maintain

import (
	"os"
	"testing"
)

func TestGenerated(t *testing.T) {
	slow(t)
	spoiled{
		"unchanged":                    {all(), ""},
		"a document ahead of its code": {edited(func(doc map[string]any) { delete(properties(doc, "FlexFlow"), "url") }), "gen/flexflow.gen.go"},
		"generated files edited, and one that nothing writes": {all(
			replaced("gen/flexflow.gen.go", "SID", "Sid"),
			func(t *testing.T) { write(t, "gen/more.go", "package gen\n") },
			replaced("internal/contract/document.gen.go", "Nullable: true", "Nullable: false"),
			replaced("internal/contract/values.gen.go", "v.URL", "v.Url"),
			replaced("types.gen.go", "type FlexFlow ", "type Flow "),
		), "gen/flexflow.gen.go, gen/more.go, internal/contract/document.gen.go, internal/contract/values.gen.go, types.gen.go"},
		"a file not yet written": {func(t *testing.T) { os.Remove("types.gen.go") }, "types.gen.go"},
	}.run(t, generated)
}
