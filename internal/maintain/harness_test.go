package maintain

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

// tree turns on the tests that generate and test in copies of the tree, which takes minutes: make change.
var tree = flag.Bool("tree", false, "run the tests that work on copies of the tree")

func TestMain(m *testing.M) {
	flag.Parse()
	if !*tree {
		flag.Set("test.skip", "^TestTree_")
	}
	if err := os.Chdir("../.."); err != nil { // where the program runs
		panic(err)
	}
	os.Exit(m.Run())
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

// editDocument writes JSON, which is YAML as well.
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
