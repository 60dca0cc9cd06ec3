package maintain

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var tree = flag.Bool("tree", false, "run the tests that generate, compile and test in copies of the tree")

func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil { // the program runs there
		panic(err)
	}
	os.Exit(m.Run())
}

// slow marks a test that only make change runs, because it compiles copies of the tree.
func slow(t *testing.T) {
	t.Helper()
	if !*tree {
		t.Skip("make change runs it")
	}
}

// spoiled lists the tests of one command: an edit to a copy of the tree, and the error that the command must return.
type spoiled map[string]struct {
	spoil func(*testing.T)
	want  string // part of the error; "" for none
}

func (rows spoiled) run(t *testing.T, check func(string) error) {
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Chdir(copyForTest(t))
			row.spoil(t)
			var err error
			tidy(t, func() { err = check("") })
			switch {
			case row.want == "" && err != nil:
				t.Errorf("error %v, want none", err)
			case row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n")):
				t.Errorf("error %v, want one line with %s", err, row.want)
			}
		})
	}
}

func edited(edit func(doc map[string]any)) func(*testing.T) {
	return func(t *testing.T) { editDocument(t, ".", edit) }
}

func replaced(name, old, by string) func(*testing.T) {
	return func(t *testing.T) {
		content := read(t, name)
		if !strings.Contains(content, old) {
			t.Fatalf("%s lacks %s", name, old)
		}
		write(t, name, strings.Replace(content, old, by, 1))
	}
}

func all(steps ...func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) {
		for _, step := range steps {
			step(t)
		}
	}
}

func copyForTest(t *testing.T) string {
	t.Helper()
	copied, err := copyTree()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(copied) })
	return copied
}

// printed returns what do prints on a stream, os.Stdout or os.Stderr.
func printed(t *testing.T, stream **os.File, do func()) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "printed")
	file, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	defer func(before *os.File) { *stream = before }(*stream)
	*stream = file
	do()
	return read(t, name)
}

// tidy fails the test if do leaves a temporary file.
func tidy(t *testing.T, do func()) {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	do()
	if left, _ := os.ReadDir(os.TempDir()); len(left) > 0 {
		t.Errorf("it left %s", left)
	}
}

// inFolder runs the rest of the test in a folder with these files.
func inFolder(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		write(t, name, content)
	}
}

func mustRun(t *testing.T, folder, words string) {
	t.Helper()
	if _, err := run(folder, words); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// editDocument edits the document. It writes JSON, which is valid YAML.
func editDocument(t *testing.T, folder string, edit func(doc map[string]any)) {
	t.Helper()
	name := filepath.Join(folder, document)
	doc, err := readDocument(name)
	if err != nil {
		t.Fatal(err)
	}
	edit(doc)
	write(t, name, encode(t, doc))
}

func encode(t *testing.T, doc map[string]any) string {
	t.Helper()
	content, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func parse(text string) map[string]any {
	var node map[string]any
	if err := json.Unmarshal([]byte(text), &node); err != nil {
		panic(err)
	}
	return node
}

func schemas(doc map[string]any) map[string]any {
	return doc["components"].(map[string]any)["schemas"].(map[string]any)
}

func properties(doc map[string]any, schema string) map[string]any {
	return schemas(doc)[schema].(map[string]any)["properties"].(map[string]any)
}

func enum(doc map[string]any, schema string) []any {
	return schemas(doc)[schema].(map[string]any)["enum"].([]any)
}
