package maintain

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// api fails when the Go API is incompatible with the last release, unless CHANGELOG.md names the change.
func api(string) error {
	out, err := run(".", "go run", apidiff, "-m", "-incompatible", releasedAPI, module)
	if err != nil {
		return err
	}
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	aliases, err := os.ReadFile("types.gen.go")
	if err != nil {
		return err
	}
	return notedIn(string(changelog), incompatible(out, string(aliases)))
}

// incompatible parses the output of apidiff, whose exit status does not report incompatible changes, and returns them by symbol.
// It includes the types in gen for which the root has an alias. The rest of gen and the command have no compatibility guarantee.
func incompatible(out, aliases string) map[string]string {
	changed := map[string]string{}
	for line := range strings.Lines(out) {
		change, ok := strings.CutPrefix(strings.TrimSpace(line), "- ")
		if !ok {
			continue
		}
		symbol, what, _ := strings.Cut(change, ": ")
		if exported, ok := strings.CutPrefix(symbol, "./"); ok {
			pkg, name, _ := strings.Cut(exported, ".")
			of, _, _ := strings.Cut(name, ".")
			if pkg != "flexflowtest" && !(pkg == "gen" && strings.Contains(aliases, "= gen."+of+"\n")) {
				continue
			}
			symbol = cmp.Or(name, pkg)
		}
		changed[strings.NewReplacer("(*", "", ")", "").Replace(symbol)] = what
	}
	return changed
}

// notedIn returns an error unless the section Unreleased names each changed symbol in backquotes.
func notedIn(changelog string, changed map[string]string) error {
	_, unreleased, found := strings.Cut(changelog, "\n## [Unreleased]\n")
	if !found {
		return errors.New("CHANGELOG.md has no section [Unreleased]: write ## [Unreleased] above the last release")
	}
	unreleased, _, _ = strings.Cut(unreleased, "\n## ")
	var missing []string
	example := ""
	for _, symbol := range slices.Sorted(maps.Keys(changed)) {
		if !strings.Contains(unreleased, "`"+symbol+"`") {
			missing = append(missing, symbol+" ("+changed[symbol]+")")
			example = symbol
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("not compatible with the last release: %s: write in CHANGELOG.md under [Unreleased] what changes for whom, and name each in backquotes, as `%s`",
		strings.Join(missing, ", "), example)
}
