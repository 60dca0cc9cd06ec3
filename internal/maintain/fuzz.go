package maintain

import (
	"fmt"
	"path/filepath"
	"strings"
)

// fuzz runs the fuzz tests of all modules. It bounds the time for making one input smaller, which can take up all of it.
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
