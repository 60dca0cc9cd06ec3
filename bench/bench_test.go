package main

import "testing"

func BenchmarkInMemory(b *testing.B) {
	for _, client := range inMemoryClients {
		b.Run(client, func(b *testing.B) { benchmarkInMemory(b, client) })
	}
}
