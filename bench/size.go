package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"
)

// importer is one of the small programs in a module of its own, as somebody who imports the client would have it.
type importer struct {
	folder, cache string
	modules, sums int
}

// sized are the clients whose programs are built, each with what its module requires.
var sized = map[string][]string{
	enforce:        {"github.com/flexflow-go/flexflow"},
	twilioGo:       {"github.com/twilio/twilio-go"},
	handWritten:    nil,
	withKinOpenAPI: {"github.com/getkin/kin-openapi"},
}

// size counts what a program that only fetches brings along, and how long it takes to build with nothing in the cache.
func size(dir string) ([]*measure, error) {
	const scene = "size"
	binary := newMeasure(scene, "binary", "bytes", atMost(1.45, handWritten))
	modules := newMeasure(scene, "modules", "required")
	sums := newMeasure(scene, "go.sum", "lines")
	build := newMeasure(scene, "clean build", "s", atMost(0.5, twilioGo))
	importers := map[string]*importer{}
	for client, requires := range sized {
		var err error
		if importers[client], err = newImporter(filepath.Join(dir, "size", programs[client]), programs[client], requires); err != nil {
			return nil, fmt.Errorf("%s: %w", client, err)
		}
	}
	err := interleave(1, []string{enforce, twilioGo, handWritten, withKinOpenAPI}, func(client string) error {
		in := importers[client]
		took, bytes, err := in.build()
		if err != nil {
			return err
		}
		binary.add(client, bytes)
		modules.add(client, float64(in.modules))
		sums.add(client, float64(in.sums))
		build.add(client, took.Seconds())
		return nil
	})
	return []*measure{binary, modules, sums, build}, err
}

// newImporter copies a program into a module that requires what this one does, in the same versions.
func newImporter(folder, program string, requires []string) (*importer, error) {
	in := &importer{folder: folder, cache: filepath.Join(folder, "cache")}
	for _, source := range []string{"handwritten", "cold/" + program} {
		if err := os.CopyFS(filepath.Join(folder, source), os.DirFS(source)); err != nil {
			return nil, err
		}
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil, errors.New("the program was built without module support")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		return nil, err
	}
	edits := []string{"mod", "edit", "-module", info.Main.Path, "-go", "1.26"}
	for _, module := range info.Deps {
		for _, path := range requires {
			if module.Path == path {
				edits = append(edits, "-require", path+"@"+module.Version)
			}
			if module.Path == path && module.Replace != nil {
				edits = append(edits, "-replace", path+"="+root)
				in.sums += 2 // a module in a folder has no checksums; a published one has those of its files and of its go.mod
			}
		}
	}
	if err := os.WriteFile(filepath.Join(folder, "go.mod"), nil, 0o600); err != nil {
		return nil, err
	}
	if _, err := in.run(edits...); err != nil {
		return nil, err
	}
	if _, err := in.run("mod", "tidy"); err != nil {
		return nil, err
	}
	out, err := in.run("mod", "edit", "-json")
	if err != nil {
		return nil, err
	}
	var mod struct{ Require []struct{} }
	if err := json.Unmarshal(out, &mod); err != nil {
		return nil, err
	}
	in.modules = len(mod.Require)
	sum, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	in.sums += bytes.Count(sum, []byte("\n"))
	_, err = in.run("mod", "download") // so that no build waits for the network
	return in, err
}

// build builds the program with an empty cache.
func (in *importer) build() (time.Duration, float64, error) {
	if err := os.RemoveAll(in.cache); err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if _, err := in.run("build", "-o", "program", "./cold/..."); err != nil {
		return 0, 0, err
	}
	took := time.Since(start)
	file, err := os.Stat(filepath.Join(in.folder, "program"))
	if err != nil {
		return 0, 0, err
	}
	return took, float64(file.Size()), os.RemoveAll(in.cache)
}

// run runs the go command and returns what it prints.
func (in *importer) run(args ...string) ([]byte, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env, cmd.Stderr = in.folder, append(os.Environ(), "GOCACHE="+in.cache, "GOWORK=off"), &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, &stderr)
	}
	return out, nil
}
