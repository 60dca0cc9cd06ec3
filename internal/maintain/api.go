package maintain

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
)

// api reads what apidiff prints, for its exit status says nothing. The root's types are aliases, which apidiff does
// not follow, so what it says of their targets in gen counts too; the rest of gen and the command are not promised.
func api(string) error {
	out, err := run(".", "go run", apidiff, "-m", "-incompatible", releasedAPI, module)
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	_, unreleased, found := strings.Cut(string(changelog), "\n## [Unreleased]\n")
	if !found {
		return errors.New("CHANGELOG.md has no section [Unreleased]: write ## [Unreleased] above the last release")
	}
	unreleased, _, _ = strings.Cut(unreleased, "\n## ")
	aliases, err := os.ReadFile("types.gen.go")
	if err != nil {
		return err
	}
	var unnoted []string
	var example string
	for line := range strings.Lines(out) {
		change, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !ok {
			continue
		}
		symbol, what, _ := strings.Cut(change, ": ")
		if exported, ok := strings.CutPrefix(symbol, "./"); ok {
			pkg, name, _ := strings.Cut(exported, ".")
			of, _, _ := strings.Cut(name, ".")
			public := pkg == "flexflowtest" || pkg == "gen" && bytes.Contains(aliases, []byte("= gen."+of+"\n"))
			if !public {
				continue
			}
			symbol = cmp.Or(name, pkg)
		}
		symbol = strings.NewReplacer("(*", "", ")", "").Replace(symbol)
		if !strings.Contains(unreleased, "`"+symbol+"`") {
			unnoted = append(unnoted, symbol+" ("+what+")")
			example = symbol
		}
	}
	if len(unnoted) == 0 {
		return nil
	}
	return fmt.Errorf("not compatible with the last release: %s: write in CHANGELOG.md under [Unreleased] what changes for whom, and name each in backquotes, as `%s`",
		strings.Join(unnoted, ", "), example)
}
