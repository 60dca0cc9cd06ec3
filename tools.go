//go:build ignore

// Command tools checks the document: go run tools.go
//
// The build tag is ignore because go mod tidy follows every other tag, which would add requirements to importers. The
// tool line of go.mod pins the code generator.
package main

import (
	"fmt"
	"os"

	"github.com/flexflow-go/flexflow/internal/check"
)

func main() {
	if err := check.Document(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
