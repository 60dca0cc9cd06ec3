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
		"generated code edited":        {replaced("gen/flexflow.gen.go", "SID", "Sid"), "gen/flexflow.gen.go"},
		"the root's names edited":      {replaced("types.gen.go", "type FlexFlow ", "type Flow "), "types.gen.go"},
		"a file that nothing writes":   {func(t *testing.T) { write(t, "gen/more.go", "package gen\n") }, "gen/more.go"},
		"the literals edited":          {replaced("internal/contract/document.gen.go", "Nullable: true", "Nullable: false"), "internal/contract/document.gen.go"},
		"a file not yet written":       {func(t *testing.T) { os.Remove("types.gen.go") }, "types.gen.go"},
	}.run(t, generated)
}
