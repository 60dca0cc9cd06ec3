package main

import (
	"fmt"
	"time"
)

// scene is one way to compare clients.
type scene struct {
	name, title string // the name is also that of the measurement that each client makes
	lasting     time.Duration
	rounds      int
	clients     []*client
	measures    []*measure
}

var scenes = []scene{
	{
		name: "in-memory", title: "in memory", lasting: 50 * time.Millisecond, rounds: 41,
		clients: []*client{enforce, off, twilioGo, generated, handWritten},
		measures: []*measure{
			{name: "CPU time", unit: "ns/op", inChart: true,
				goals: []goal{{0.75, twilioGo}, {2, handWritten}, {1.03, earlier}}},
			{name: "memory", unit: "B/op", inChart: true, goals: []goal{{1, twilioGo}}},
			{name: "allocations", unit: "allocs/op", goals: []goal{{1, twilioGo}, {1, earlier}}},
		},
	},
	{
		name: "list", title: "list of 1,000 flows", lasting: 100 * time.Millisecond, rounds: 41,
		clients: []*client{enforce, twilioGo},
		measures: []*measure{
			{name: "CPU time", unit: "ns/op", goals: []goal{{0.85, twilioGo}}},
			{name: "memory", unit: "B/op", goals: []goal{{1, twilioGo}}},
			{name: "allocations", unit: "allocs/op", goals: []goal{{1, twilioGo}}},
		},
	},
	{
		name: "loopback", title: "loopback TLS, 64 goroutines", lasting: 2 * time.Second, rounds: 11,
		clients: []*client{enforce, off, twilioGo, generated, handWritten, keptAlive},
		measures: []*measure{
			{name: "throughput", unit: "fetches/s", moreIsBetter: true, inChart: true,
				goals: []goal{{10, twilioGo}, {0.95, keptAlive}}},
			{name: "new connections", unit: "per fetch", goals: []goal{{0.02, nil}}},
			{name: "p99", unit: "ms", inChart: true},
		},
	},
	{
		name: "cold-start", title: "cold start", rounds: 41,
		clients: []*client{enforce, twilioGo, handWritten, withKinOpenAPI},
		measures: []*measure{
			{name: "CPU time", unit: "ms", inChart: true, goals: []goal{{1.3, withKinOpenAPI}}},
			{name: "size", unit: "MB", goals: []goal{{1.6, handWritten}}},
		},
	},
}

// run measures every client once per round, so other load on the machine affects all of them alike. Each round begins
// with a different client.
func (s scene) run(l *lab) error {
	for _, m := range s.measures {
		m.rounds = map[*client][]float64{}
	}
	for range s.rounds {
		for _, c := range s.clients {
			values, err := l.measure(c, s.name, s.lasting)
			if err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
			for _, m := range s.measures {
				m.rounds[c] = append(m.rounds[c], values[m.name])
			}
		}
		s.clients = append(s.clients[1:], s.clients[0])
	}
	return nil
}
