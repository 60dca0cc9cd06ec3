// Command bench runs the same fetch through six clients side by side, prints one table, and writes it to README.md with a
// chart in results.svg. Given names of scenes (inmemory, loopback, cold, size, memory), it runs only those, prints their
// table and writes nothing. Run it in its own folder.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"testing"
)

func main() {
	log.SetFlags(0)
	testing.Init()
	flag.Set("test.benchtime", "50ms")
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

// scene is one way to compare the clients. Its run may write to dir.
type scene struct {
	name string
	run  func(dir string) ([]*measure, error)
}

var scenes = []scene{
	{"inmemory", inMemory},
	{"loopback", loopback},
	{"cold", cold},
	{"size", size},
	{"memory", memory},
}

func run(args []string) error {
	if len(args) == 4 && args[0] == asClient {
		return runAsClient(args[1], args[2], args[3])
	}
	chosen := scenes
	if len(args) > 0 {
		chosen = nil
	}
	for _, name := range args {
		i := slices.IndexFunc(scenes, func(s scene) bool { return s.name == name })
		if i < 0 {
			return fmt.Errorf("unknown scene %q", name)
		}
		chosen = append(chosen, scenes[i])
	}
	dir, err := os.MkdirTemp("", "flexflow-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var measures []*measure
	for _, scene := range chosen {
		log.Printf("measuring %s", scene.name)
		more, err := scene.run(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", scene.name, err)
		}
		measures = append(measures, more...)
	}
	fmt.Print(table(measures))
	if len(args) > 0 {
		return nil
	}
	return writeReport(measures)
}

// asClient is the first argument when a scene runs this program as a single client in its own process.
const asClient = "as-client"

// runAsClient runs the client's part of a scene and prints its result.
func runAsClient(part, client, baseURL string) error {
	var result any
	var err error
	switch part {
	case "load":
		result, err = load(client, baseURL, loadTime)
	case "hold":
		result, err = hold(client, baseURL)
	default:
		err = fmt.Errorf("unknown part %q", part)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// interleave measures every client once per round, so other load on the machine affects all of them alike. Each round
// begins with a different client.
func interleave(rounds int, clients []string, measure func(client string) error) error {
	clients = slices.Clone(clients)
	for range rounds {
		for _, client := range clients {
			if err := measure(client); err != nil {
				return fmt.Errorf("%s: %w", client, err)
			}
		}
		clients = append(clients[1:], clients[0])
	}
	return nil
}
