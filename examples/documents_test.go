package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDocuments_codeIsCompiled checks that the Go code in the documents is also in a Go file, where it is compiled. It
// ignores white space.
func TestDocuments_codeIsCompiled(t *testing.T) {
	t.Parallel()
	var code strings.Builder
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		code.WriteString(squeeze(string(text)))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "MIGRATING.md", "docs/errors.md"} {
		text, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		snippets := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(text), -1)
		if len(snippets) == 0 {
			t.Errorf("%s has no Go code", name)
		}
		for _, snippet := range snippets {
			if !strings.Contains(code.String(), squeeze(snippet[1])) {
				t.Errorf("%s has code that is in no Go file:\n%s", name, snippet[1])
			}
		}
	}
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), " ") }
