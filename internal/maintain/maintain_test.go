package maintain

import (
	"os"
	"strings"
	"testing"
)

// The output of a command is printed when it fails.
func TestRun(t *testing.T) {
	var err error
	told := printed(t, &os.Stderr, func() { _, err = run(".", "go nothing") })
	if !strings.HasPrefix(told, "go nothing: unknown command") || err == nil || err.Error() != "go nothing: exit status 2: see above" {
		t.Errorf("error %v, printed %s", err, told)
	}
	if out, err := run(".", "go env", "GOVERSION"); err != nil || !strings.HasPrefix(out, "go1") {
		t.Errorf("got %s, error %v", out, err)
	}
}

func TestMain_arguments(t *testing.T) {
	inContractOnce(t)
	write(t, "published.json", encode(t, published(t)))
	write(t, "other.json", `{}`)
	const usage = "usage: go run tools.go COMMAND\n"
	for args, want := range map[string]struct {
		code   int
		prints string // the beginning
	}{
		"":                           {2, usage},
		"help":                       {0, usage},
		"help me":                    {2, usage},
		"publish":                    {2, usage},
		"upstream":                   {2, usage},
		"upstream published.json":    {0, "known "},
		"upstream published.json on": {2, usage},
		"upstream other.json":        {1, "differs "},
		"fuzz":                       {2, usage},
		"document on":                {2, usage},
		"document":                   {1, ""}, // the tree has no client
	} {
		var code int
		out := printed(t, &os.Stdout, func() { code = Main(strings.Fields(args)) })
		if code != want.code || !strings.HasPrefix(out, want.prints) || want.prints == "" && out != "" {
			t.Errorf("%q: exit code %d, want %d; it prints %s", args, code, want.code, out)
		}
		if want.prints == usage && !strings.Contains(out, "\n  upstream DOC   compare") {
			t.Errorf("%q: the usage is %s", args, out)
		}
	}
}
