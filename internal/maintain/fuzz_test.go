package maintain

import (
	"os"
	"strings"
	"testing"
)

func TestFuzz(t *testing.T) {
	slow(t)
	const head = "package a\n\nimport \"testing\"\n\n"
	const finds = head + "func FuzzTwo(f *testing.F) { f.Fuzz(func(t *testing.T, n int) { t.Parallel() }) }\n\nfunc FuzzTen(f *testing.F) { f.Fuzz(func(t *testing.T, n int) {}) }\n\nfunc TestNot(*testing.T) {}\n"
	inFolder(t, map[string]string{
		"go.mod": "module a\n", "a_test.go": finds, "sub/sub_test.go": strings.Replace(finds, "package a", "package sub", 1),
		"other/go.mod": "module other\n", "other/o_test.go": finds,
	})
	var err error
	got := printed(t, &os.Stdout, func() { err = fuzz("10x") })
	want := ""
	for _, pkg := range []string{"a", "a/sub", "other"} {
		want += "ok  FuzzTwo of " + pkg + ", for 10x\nok  FuzzTen of " + pkg + ", for 10x\n"
	}
	if err != nil || got != want {
		t.Errorf("error %v, printed %s", err, got)
	}
	for name, content := range map[string]string{
		"FuzzTen of a failed: its input, named above, is a test now": strings.Replace(finds, "n int) {}", "n int) { t.Fail() }", 1),
		"go test -list": head,
		"go list":       "",
	} {
		write(t, "a_test.go", content)
		if err := fuzz("10x"); err == nil || !strings.HasPrefix(err.Error(), name) {
			t.Errorf("error %v, want %s", err, name)
		}
	}
}
