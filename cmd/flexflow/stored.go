package main

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/go-json-experiment/json/jsontext"
)

// stored is one flow of a file, or the error that ends it.
type stored struct {
	body []byte
	line int
	err  error
}

// storedFlows yields the flows of a file: one, those of an array, or one a line. What a flow repeats or misspells is left to
// its own check, which says where.
func storedFlows(content []byte) iter.Seq[stored] {
	lineAt := func(offset int64) int {
		return 1 + bytes.Count(content[:min(offset, int64(len(content)))], []byte("\n"))
	}
	return func(yield func(stored) bool) {
		in := jsontext.NewDecoder(bytes.NewReader(content), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		for {
			if kind := in.PeekKind(); kind == '[' || kind == ']' {
				in.ReadToken()
				continue
			}
			body, err := in.ReadValue()
			flow := stored{body, lineAt(in.InputOffset() - int64(len(body))), err}
			if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
				flow.line = lineAt(syntax.ByteOffset)
				flow.err = errors.New("the file is not JSON from here on") // the decoder's text can quote it
			}
			if err == io.EOF || !yield(flow) || err != nil {
				return
			}
		}
	}
}

// readInput reads a file; - is standard input.
func readInput(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}
