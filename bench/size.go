package main

import (
	"bytes"
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
	if err := in.run(edits...); err != nil {
		return nil, err
	}
	if err := in.run("mod", "tidy"); err != nil {
		return nil, err
	}
	mod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return nil, err
	}
	in.modules = strings.Count(string(mod), " v")
	sum, err := os.ReadFile(filepath.Join(folder, "go.sum"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	in.sums += bytes.Count(sum, []byte("\n"))
	return in, in.run("mod", "download") // so that no build waits for the network
}

// build builds the program with an empty cache.
func (in *importer) build() (time.Duration, float64, error) {
	if err := os.RemoveAll(in.cache); err != nil {
		return 0, 0, err
	}
	start := time.Now()
	if err := in.run("build", "-trimpath", "-o", "program", "./cold/..."); err != nil {
		return 0, 0, err
	}
	took := time.Since(start)
	file, err := os.Stat(filepath.Join(in.folder, "program"))
	if err != nil {
		return 0, 0, err
	}
	return took, float64(file.Size()), os.RemoveAll(in.cache)
}

func (in *importer) run(args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Env = in.folder, append(os.Environ(), "GOCACHE="+in.cache, "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w: %s", strings.Join(args, " "), err, out)
	}
	return nil
}
