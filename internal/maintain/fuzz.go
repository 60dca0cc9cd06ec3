package maintain

import (
	"fmt"
	"strings"
)

func fuzz(duration string) error {
	packages, err := run(".", "go list ./...")
	if err != nil {
		return err
	}
	for _, pkg := range strings.Fields(packages) {
		names, err := run(".", "go test -list ^Fuzz", pkg)
		if err != nil {
			return err
		}
		for _, name := range strings.Fields(names) {
			if !strings.HasPrefix(name, "Fuzz") {
				continue // the line that go test ends with
			}
			if _, err := run(".", "go test -run ^$ -fuzzminimizetime=1s", "-fuzz=^"+name+"$", "-fuzztime="+duration, pkg); err != nil {
				return fmt.Errorf("%s of %s failed: its input, named above, is a test now: %w", name, pkg, err)
			}
			fmt.Printf("ok  %s of %s, for %s\n", name, pkg, duration)
		}
	}
	return nil
}
