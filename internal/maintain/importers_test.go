package maintain

import "testing"

func TestImporters(t *testing.T) {
	slow(t)
	spoiled{
		"unchanged": {all(), ""},
		"the generator in the library": {func(t *testing.T) {
			write(t, "more.go", "package flexflow\n\nimport _ \"github.com/oapi-codegen/oapi-codegen/v2/pkg/util\"\n")
			mustRun(t, ".", "go mod tidy")
		}, "importer"},
	}.run(t, importers)
}
