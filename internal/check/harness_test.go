package check

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
)

var tree = flag.Bool("tree", false, "run the tests that generate, compile and test in copies of the tree")

func TestMain(m *testing.M) {
	if err := os.Chdir("../.."); err != nil { // the checks run there
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

// edits are changes to the files in a folder.
type edits []func(t *testing.T, folder string)

// rows are the tests of one target of Makefile.
type rows map[string]struct {
	edits edits
	want  prints
}

// prints are parts of what a failing target prints. A target that passes has none.
type prints []string

// run runs make for each row in a copy of the folder. After the target, variables may follow.
func (rows rows) run(t *testing.T, folder, arguments string) {
	target, _, _ := strings.Cut(arguments, " ")
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			copied := copyFolder(t, folder)
			row.edits.apply(t, copied)
			out, err := output(t, copied, "make "+arguments)
			if (err != nil) != (row.want != nil) {
				t.Errorf("%v, and printed:\n%s", err, out)
			}
			for _, part := range row.want {
				if !strings.Contains(out, part) || !strings.Contains("\n"+out, "\n"+target+" failed") {
					t.Errorf("no %q or no line that says what to do:\n%s", part, out)
				}
			}
		})
	}
}

func (e edits) apply(t *testing.T, folder string) {
	for _, edit := range e {
		edit(t, folder)
	}
}

func copyFolder(t *testing.T, folder string) string {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return copied
}

// copyFiles returns a folder with copies of these files.
func copyFiles(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		written(name, read(t, name))(t, folder)
	}
	return folder
}

// release returns a repository with a copy of the tree, tagged as a release.
func release(t *testing.T) string {
	t.Helper()
	folder := copyFolder(t, ".")
	mustRun(t, folder, "rm -rf .git && git init -q && git add -A && "+commit+" && git tag v0.1.0")
	return folder
}

const commit = "git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m Release"

// output runs a command of the shell and returns what it prints. The test fails if it leaves a temporary file.
func output(t *testing.T, folder, command string) (string, error) {
	t.Helper()
	temporary := t.TempDir()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "TMPDIR="+temporary)
	out, err := cmd.CombinedOutput()
	if left, _ := os.ReadDir(temporary); len(left) > 0 {
		t.Errorf("%s left %s", command, left)
	}
	return string(out), err
}

func mustRun(t *testing.T, folder, command string) {
	t.Helper()
	if out, err := output(t, folder, command); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
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

func written(name, content string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		name := filepath.Join(folder, name)
		err := os.MkdirAll(filepath.Dir(name), 0o755)
		if err = errors.Join(err, os.WriteFile(name, []byte(content), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
}

func replaced(name, old, by string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		content := read(t, filepath.Join(folder, name))
		if !strings.Contains(content, old) {
			t.Fatalf("%s lacks %s", name, old)
		}
		written(name, strings.ReplaceAll(content, old, by))(t, folder)
	}
}

func removed(name string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		if err := os.Remove(filepath.Join(folder, name)); err != nil {
			t.Fatal(err)
		}
	}
}

// changed merges a change, in YAML, into the document.
func changed(change string) func(*testing.T, string) {
	return func(t *testing.T, folder string) {
		written(document, merged(read(t, filepath.Join(folder, document)), change))(t, folder)
	}
}

// merged merges changes into a document.
func merged(document string, changes ...string) string {
	doc := parse(document)
	for _, change := range changes {
		merge(doc, parse(change))
	}
	content, err := yaml.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(content)
}

// merge merges objects, and appends lists. It deletes what is null, and replaces what has the prefix = in its name.
func merge(node, change map[string]any) {
	for name, value := range change {
		replacement, replace := strings.CutPrefix(name, "=")
		below, isObject := value.(map[string]any)
		switch {
		case replace:
			node[replacement] = value
		case value == nil:
			delete(node, name)
		case isObject && object(node[name]) != nil:
			merge(object(node[name]), below)
		case list(value) != nil && list(node[name]) != nil:
			node[name] = append(list(node[name]), list(value)...)
		default:
			node[name] = value
		}
	}
}

func parse(text string) map[string]any {
	node := map[string]any{}
	if _, err := yaml.Unmarshal([]byte(text), &node, yaml.DecodeOpts{DisableTimestamps: true}); err != nil {
		panic(text + ": " + err.Error())
	}
	return node
}

// These return a change to a part of the document.
func inPath(change string) string      { return `{paths: {"/v1/FlexFlows/{Sid}": ` + change + `}}` }
func inOperation(change string) string { return inPath(`{get: ` + change + `}`) }
func inSchemas(change string) string   { return `{components: {schemas: ` + change + `}}` }
func inFlow(change string) string      { return inSchemas(`{FlexFlow: {properties: ` + change + `}}`) }
