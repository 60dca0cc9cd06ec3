package maintain

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// generated fails if go generate would change anything. It works in a copy of the tree, where it first deletes the generated
// files, to find those that go generate no longer writes.
func generated(string) error {
	fresh, err := copyTree()
	if err != nil {
		return err
	}
	defer os.RemoveAll(fresh)
	if _, err := run(fresh, "git init --quiet"); err != nil {
		return err
	}
	if _, err := run(fresh, "git add --all"); err != nil {
		return err
	}
	for _, written := range []string{"gen", "types.gen.go", "internal/contract/document.gen.go", "internal/contract/values.gen.go", "bench/stock/stock.gen.go"} {
		if err := os.RemoveAll(filepath.Join(fresh, written)); err != nil {
			return err
		}
	}
	if _, err := run(fresh, "go generate ./..."); err != nil {
		return err
	}
	listed, err := run(fresh, "git status --porcelain --untracked-files=all")
	if err != nil {
		return err
	}
	var differ []string
	for line := range strings.Lines(listed) {
		if state, name := line[:2], strings.TrimSpace(line[2:]); state != "A " {
			differ = append(differ, name)
		}
	}
	if len(differ) > 0 {
		return fmt.Errorf("not what go generate writes: %s: run make generate, and commit all of it", strings.Join(differ, ", "))
	}
	return nil
}
