package maintain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// importers creates a module that imports only the library, and fails if the module gets too many or unnecessary requirements.
func importers(string) error {
	folder, err := os.MkdirTemp("", "importer-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	program := fmt.Sprintf("package importer\n\nimport _ %q\n", module)
	if err := os.WriteFile(filepath.Join(folder, "importer.go"), []byte(program), 0o644); err != nil {
		return err
	}
	if _, err := run(folder, "go mod init importer"); err != nil {
		return err
	}
	if _, err := run(folder, "go mod edit", "-require="+module+"@v0.0.0", "-replace="+module+"="+root); err != nil {
		return err
	}
	if _, err := run(folder, "go mod tidy"); err != nil {
		return err
	}
	sums, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil {
		return err
	}
	edited, err := run(folder, "go mod edit -json")
	if err != nil {
		return err
	}
	var file struct{ Require []struct{ Path string } }
	if err := json.Unmarshal([]byte(edited), &file); err != nil {
		return err
	}
	if lines := bytes.Count(sums, []byte("\n")); len(file.Require) > 14 || lines > 60 {
		return fmt.Errorf("an importer gets %d requirements and %d lines of go.sum, of 14 and 60: see go mod graph, and move what is not needed to a module of its own", len(file.Require), lines)
	}

	needed, err := modulesOf(".", "-test", ".") // go mod tidy keeps what the tests of a dependency need
	if err != nil {
		return err
	}
	modules, err := filepath.Glob("*/go.mod")
	if err != nil {
		return err
	}
	for _, name := range append(modules, "go.mod") {
		others, err := modulesOf(filepath.Dir(name), "tool", "./...")
		if err != nil {
			return err
		}
		for _, required := range file.Require {
			if slices.Contains(others, required.Path) && !slices.Contains(needed, required.Path) {
				return fmt.Errorf("an importer gets %s, which the library itself does not need: see go mod why -m", required.Path)
			}
		}
	}
	return nil
}

// modulesOf returns the modules of the packages and of all their dependencies.
func modulesOf(folder string, packages ...string) ([]string, error) {
	out, err := run(folder, "go list -deps", append([]string{"-f={{with .Module}}{{.Path}}{{end}}"}, packages...)...)
	return strings.Fields(out), err
}
