package maintain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

var positions = token.NewFileSet()

// parseFolder parses the files of a package, except for tests and types.gen.go.
func parseFolder(folder string) ([]*ast.File, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "types.gen.go" {
			continue
		}
		file, err := parser.ParseFile(positions, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		if file.Name.Name != "main" {
			files = append(files, file)
		}
	}
	return files, nil
}
