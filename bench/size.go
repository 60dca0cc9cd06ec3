package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// sized maps the clients whose programs are built to the module that each requires.
var sized = map[string]string{
	enforce:     "github.com/flexflow-go/flexflow",
	twilioGo:    "github.com/twilio/twilio-go",
	handWritten: "",
}

// size measures the dependencies and the binary of a program that only fetches, and its build time with an empty cache.
func size(dir string) ([]*measure, error) {
	const scene = "size"
	binary := newMeasure(scene, "binary", "MB", atMost(1.45, handWritten))
	modules := newMeasure(scene, "go.mod", "modules")
	sums := newMeasure(scene, "go.sum", "lines")
	build := newMeasure(scene, "clean build", "s", atMost(0.5, twilioGo))
	folders := map[string]string{}
	for client, required := range sized {
		folder := filepath.Join(dir, "size", programs[client])
		folders[client] = folder
		requirements, lines, err := newImporter(folder, programs[client], required)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", client, err)
		}
		modules.add(client, float64(requirements))
		sums.add(client, float64(lines))
	}
	err := interleave(5, []string{enforce, twilioGo, handWritten}, func(client string) error {
		took, bytes, err := cleanBuild(folders[client])
		build.add(client, took.Seconds())
		binary.add(client, float64(bytes)/1e6)
		return err
	})
	return []*measure{binary, modules, sums, build}, err
}

// newImporter creates a module with one of the programs, as a user of the client would, and counts the requirements in
// its go.mod and the lines of its go.sum.
func newImporter(folder, program, required string) (requirements, sums int, err error) {
	for _, source := range []string{"handwritten", "cold/" + program} {
		if err := os.CopyFS(filepath.Join(folder, source), os.DirFS(source)); err != nil {
			return 0, 0, err
		}
	}
	file := "module github.com/flexflow-go/flexflow/bench\n\ngo 1.26\n"
	if required != "" {
		const lines = "require {{.Path}} {{.Version}}\n{{with .Replace}}replace {{$.Path}} => {{.Dir}}\n{{end}}"
		out, err := goCommand(".", nil, "list", "-m", "-f", lines, required)
		if err != nil {
			return 0, 0, err
		}
		file += string(out)
		if strings.Contains(file, "replace") {
			sums = 2 // a replaced module has no lines; a published one has two, for its files and its go.mod
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), []byte(file), 0o600); err != nil {
		return 0, 0, err
	}
	for _, command := range []string{"tidy", "download"} { // before the measured build, which must not wait for the network
		if _, err := goCommand(folder, nil, "mod", command); err != nil {
			return 0, 0, err
		}
	}
	out, err := goCommand(folder, nil, "mod", "edit", "-json")
	if err != nil {
		return 0, 0, err
	}
	var mod struct{ Require []struct{} }
	if err := json.Unmarshal(out, &mod); err != nil {
		return 0, 0, err
	}
	sum, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, err
	}
	return len(mod.Require), sums + bytes.Count(sum, []byte("\n")), nil
}

// cleanBuild builds the module's program with an empty build cache and returns the time and the size of the binary.
func cleanBuild(folder string) (took time.Duration, size int64, err error) {
	cache, err := os.MkdirTemp("", "flexflow-bench-cache-")
	if err != nil {
		return 0, 0, err
	}
	defer os.RemoveAll(cache)
	start := time.Now()
	if _, err := goCommand(folder, []string{"GOCACHE=" + cache}, "build", "-o", "program", "./cold/..."); err != nil {
		return 0, 0, err
	}
	took = time.Since(start)
	binary, err := os.Stat(filepath.Join(folder, "program"))
	if err != nil {
		return 0, 0, err
	}
	return took, binary.Size(), nil
}

// goCommand runs the go command in a folder, with env added to the environment, and returns its output.
func goCommand(folder string, env []string, args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env, cmd.Stderr = folder, append(os.Environ(), env...), &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, &stderr)
	}
	return out, nil
}
