// Command bench runs the same fetch through five clients side by side and prints one table.
package main

import (
	"flag"
	"fmt"
	"log"
	"slices"
	"testing"
)

func main() {
	testing.Init()
	flag.Set("test.benchtime", "200ms")
	measures, err := inMemory()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(table(measures))
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
