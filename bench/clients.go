package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// client is a program that measures itself.
type client struct {
	name, program string
	args          []string
}

var (
	enforce        = &client{"flexflow", "flexflow", nil}
	off            = &client{"flexflow-Off", "flexflow", []string{"-off"}}
	earlier        = &client{"flexflow, earlier", "earlier", nil} // at the revision of the flag -earlier
	twilioGo       = &client{"twilio-go", "twilio", nil}
	generated      = &client{"generated", "generated", nil}
	handWritten    = &client{"hand-written", "handwritten", nil}
	keptAlive      = &client{"hand-written, kept connections", "handwritten", []string{"-keep"}}
	withKinOpenAPI = &client{"hand-written + kin-openapi", "kinopenapi", nil}
)

// columns lists the clients in the order of the table.
var columns = []*client{enforce, off, earlier, twilioGo, generated, handWritten, keptAlive, withKinOpenAPI}

// buildClients builds the programs in dir. That of earlier has the library and the dependencies of the git revision; it
// is not built if revision is empty.
func buildClients(dir, revision string) error {
	tree := filepath.Join(dir, "tree")
	mod := filepath.Join(tree, "bench", "go.mod")
	target := func(c *client) string { return filepath.Join(dir, c.program) }
	commands := [][]string{
		{"go", "build", "-o", dir, "./clients/..."},
		{"go", "build", "-o", target(withKinOpenAPI), "-tags=kinopenapi", "./clients/handwritten"},
		{"mkdir", tree},
		{"git", "-C", "..", "archive", "-o", tree + ".tar", revision},
		{"tar", "-xf", tree + ".tar", "-C", tree},
		{"go", "mod", "edit", "-replace=github.com/flexflow-go/flexflow=" + tree, mod},
		{"go", "build", "-o", target(earlier), "-mod=mod", "-modfile=" + mod, "./clients/flexflow"},
	}
	if revision == "" {
		commands = commands[:2]
	}
	for _, command := range commands {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w: %s", strings.Join(command, " "), err, out)
		}
	}
	return nil
}
