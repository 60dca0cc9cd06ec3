package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// withKinOpenAPI is the hand-written client in a program that imports kin-openapi and does not use it.
const withKinOpenAPI = "hand-written + kin-openapi"

// programs maps each client to the folder in cold/ of a program that fetches once and exits.
var programs = map[string]string{
	enforce:        "flexflow",
	twilioGo:       "twilio",
	handWritten:    "handwritten",
	withKinOpenAPI: "kinopenapi",
}

// cold measures each program in its own process, from the start to the end of its first fetch.
func cold(dir string) ([]*measure, error) {
	const scene = "cold start"
	cpu := newMeasure(scene, "CPU time", "ms", atMost(1.10, withKinOpenAPI))
	peak := newMeasure(scene, "peak memory", "MiB", atMost(1.15, withKinOpenAPI))
	if _, err := goCommand(".", nil, "build", "-o", dir, "./cold/..."); err != nil {
		return nil, err
	}
	server, err := newServer(dir, func() {})
	if err != nil {
		return nil, err
	}
	defer server.Close()
	err = interleave(41, []string{enforce, twilioGo, handWritten, withKinOpenAPI}, func(client string) error {
		cmd := exec.Command(filepath.Join(dir, "launch"), filepath.Join(dir, programs[client]), server.URL, user, password, sid)
		cmd.Env, cmd.Stderr = server.trust, os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		var took time.Duration
		var kibibytes float64
		if _, err := fmt.Sscan(string(out), &took, &kibibytes); err != nil {
			return err
		}
		cpu.add(client, milliseconds(took))
		peak.add(client, kibibytes/1024)
		return nil
	})
	return []*measure{cpu, peak}, err
}
