package maintain

import (
	"fmt"
	"path/filepath"
	"strings"
)

// fuzz runs each fuzz test of all modules for the duration. It minimizes an input for at most a second, because that could take
// all of the time.
func fuzz(duration string) error {
	modules, err := filepath.Glob("*/go.mod")
	if err != nil {
		return err
	}
	for _, name := range append([]string{"go.mod"}, modules...) {
		folder := filepath.Dir(name)
		packages, err := run(folder, "go list ./...")
		if err != nil {
			return err
		}
		for _, pkg := range strings.Fields(packages) {
			names, err := run(folder, "go test -list ^Fuzz", pkg)
			if err != nil {
				return err
			}
			for _, name := range strings.Fields(names) {
				if !strings.HasPrefix(name, "Fuzz") {
					continue // the last line of go test
				}
				if _, err := run(folder, "go test -run ^$ -fuzzminimizetime=1s", "-fuzz=^"+name+"$", "-fuzztime="+duration, pkg); err != nil {
					return fmt.Errorf("%s of %s failed: its input, named above, is a test now: %w", name, pkg, err)
				}
				fmt.Printf("ok  %s of %s, for %s\n", name, pkg, duration)
			}
		}
	}
	return nil
}
