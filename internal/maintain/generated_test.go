package maintain

import (
	"os"
	"path/filepath"
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

// The files that this package writes are what it would write now. make generated also checks those of oapi-codegen.
func TestGenerated_ownCode(t *testing.T) {
	committed, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(copyForTest(t))
	files := []string{"types.gen.go", "gen/attributes.gen.go", "internal/contract/document.gen.go", "internal/contract/values.gen.go"}
	for _, name := range files {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	for _, generate := range []func(string) error{exports, contract} {
		if err := generate(""); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range files {
		if read(t, name) != read(t, filepath.Join(committed, name)) {
			t.Errorf("%s is not what it would be now: run make generate", name)
		}
	}
}
