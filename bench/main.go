// Command bench runs the same fetch through five clients side by side and prints one table. With the names of scenes
// (inmemory, loopback, cold, size, memory) it runs those alone.
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
	flag.Set("test.benchtime", "200ms")
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		log.Fatal(err)
	}
}

var scenes = []struct {
	name string
	run  func(dir string) ([]*measure, error)
}{
	{"inmemory", inMemory},
	{"loopback", loopback},
	{"cold", cold},
	{"size", size},
	{"memory", memory},
}

func run(args []string) error {
	if len(args) == 3 {
		return runAsClient(args[0], args[1], args[2])
	}
	dir, err := os.MkdirTemp("", "flexflow-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var measures []*measure
	for _, scene := range scenes {
		if len(args) > 0 && !slices.Contains(args, scene.name) {
			continue
		}
		more, err := scene.run(dir)
		if err != nil {
			return fmt.Errorf("%s: %w", scene.name, err)
		}
		measures = append(measures, more...)
	}
	fmt.Print(table(measures))
	return nil
}

// runAsClient is what this program does when a scene runs it as one client in a process of its own.
func runAsClient(part, client, baseURL string) error {
	var result any
	var err error
	switch part {
	case "load":
		result, err = load(client, baseURL, loadTime)
	case "hold":
		result, err = hold(client, baseURL)
	default:
		err = fmt.Errorf("there is no part %q", part)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// interleave measures every client once in each round, so that what else the machine does falls on all of them. Each
// round begins with another client.
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
