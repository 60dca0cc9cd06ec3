//go:build ignore

// Command tools runs the maintainer's checks and generators: go run tools.go help
//
// The build tag is ignore because go mod tidy follows every other tag, which would add requirements to importers. The
// tool line of go.mod pins the code generator.
package main

import (
	"os"

	"github.com/flexflow-go/flexflow/internal/maintain"
)

func main() { os.Exit(maintain.Main(os.Args[1:])) }
