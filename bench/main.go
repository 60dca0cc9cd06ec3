// Command bench runs the same fetch through several clients side by side, prints one table, and writes it to README.md
// with a chart in results.svg. Given names of scenes, it runs only those and writes nothing. Run it in its own folder.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
)

func main() {
	log.SetFlags(0)
	revision := flag.String("earlier", "", "measure this library at an earlier git `revision` too, and write nothing")
	flag.Parse()
	if err := run(flag.Args(), *revision); err != nil {
		log.Fatal(err)
	}
}

// run runs the named scenes, or all of them.
func run(names []string, earlierRevision string) error {
	chosen := slices.DeleteFunc(slices.Clone(scenes), func(s scene) bool {
		return len(names) > 0 && !slices.Contains(names, s.name)
	})
	if len(names) > 0 && len(names) != len(chosen) {
		return fmt.Errorf("unknown scene in %q", names)
	}
	dir, err := os.MkdirTemp("", "flexflow-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if err := buildClients(dir, earlierRevision); err != nil {
		return err
	}
	lab, err := newLab(dir)
	if err != nil {
		return err
	}
	defer lab.server.Close()
	for i := range chosen {
		log.Printf("measuring %s", chosen[i].title)
		if earlierRevision != "" {
			chosen[i].clients = slices.Concat(chosen[i].clients, []*client{earlier})
		}
		if err := chosen[i].run(lab); err != nil {
			return fmt.Errorf("%s: %w", chosen[i].title, err)
		}
	}
	fmt.Print(table(chosen))
	if len(names) > 0 || earlierRevision != "" {
		return nil
	}
	return writeReport(chosen)
}
