package maintain

import (
	"os"
	"strings"
	"testing"
)

func TestMutation(t *testing.T) {
	slow(t)
	const code = `package a

func less(a, b int) bool { return a < b }

func yes() bool { return true }

func count(is func() bool) (n int) {
	defer func() { n++ }()
	if is() || !true {
		return 1
	}
	if is() {
		return 2
	}
	return len("a" + "b")
}
`
	const tests = `package a

import "testing"

func TestA(t *testing.T) {
	if !yes() || !less(1, 2) || less(2, 1) || count(func() bool { return true }) != 2 || count(func() bool { return false }) != 3 {
		t.Error("wrong")
	}
}
`
	inFolder(t, map[string]string{
		"go.mod": "module a\n\ngo 1.25\n", "a.go": code, "a_test.go": tests,
		"b.gen.go": "package a\n\nvar generated = true\n", "tools.go": "//go:build tools\n\npackage a\n\nvar tools = true\n",
	})
	var err error
	got := printed(t, &os.Stdout, func() { tidy(t, func() { err = mutation(".") }) })
	const want = `survived  a.go:3:37: < -> <=
survived  a.go:12:5:  -> !
7 of 9 mutants killed (77.8 %)
`
	if err != nil || got != want {
		t.Errorf("error %v, printed %s", err, got)
	}
	for name, folder := range map[string]string{
		"nothing is not mutated: ":                          "nothing",
		"the tests of ./cmd/flexflow fail without a mutant": "./...",
	} {
		if err := mutation(folder); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("error %v, want %s", err, name)
		}
	}
	write(t, "a.go", "package a\n\nfunc")
	if err := mutation("."); err == nil || !strings.Contains(err.Error(), "a.go:3") {
		t.Errorf("error %v, want one for a.go", err)
	}
}
