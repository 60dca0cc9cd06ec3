//go:build ignore

// The entry point of the maintainer's program: go run tools.go help
//
// The tag is ignore, the one build tag that an importer's go mod tidy does not follow. The code generator is pinned by the
// tool line of go.mod.
package main

import (
	"os"

	"github.com/flexflow-go/flexflow/internal/maintain"
)

func main() { os.Exit(maintain.Main(os.Args[1:])) }
