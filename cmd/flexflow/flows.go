package main

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/go-json-experiment/json/jsontext"
)

// storedFlow is one flow of a file, or an error in the place of one.
type storedFlow struct {
	body []byte
	line int // on which it begins, from 1
	err  error
}

// lenient accepts duplicate names and invalid UTF-8, because the validation of a flow reports them with their place.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// storedFlows yields the flows in a file: a single flow, the elements of an array, or a flow on each line. After a text
// that is not JSON, it goes on with the next line that begins with {, but not within an array.
func storedFlows(content []byte) iter.Seq[storedFlow] {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	return func(yield func(storedFlow) bool) {
		line, counted := 1, 0
		lineAt := func(offset int) int { // offsets must not decrease
			line += bytes.Count(content[counted:offset], []byte("\n"))
			counted = offset
			return line
		}
		begin := 0 // of what is decoded
		in := jsontext.NewDecoder(bytes.NewReader(content), lenient...)
		for {
			kind, depth := in.PeekKind(), in.StackDepth()
			if kind == '[' && depth == 0 || kind == ']' && depth == 1 {
				if _, err := in.ReadToken(); err == nil {
					continue
				}
			}
			before := begin + int(in.InputOffset())
			body, err := in.ReadValue()
			switch start := begin + int(in.InputOffset()) - len(body); {
			case err == io.EOF:
				return
			case err == nil:
				if !yield(storedFlow{body, lineAt(start), nil}) {
					return
				}
				continue
			}
			// The text of err is left out, because it can quote the file.
			broken := len(content) - len(bytes.TrimLeft(content[before:], " \t\r\n"))
			next := bytes.Index(content[broken:], []byte("\n{"))
			if next < 0 || depth > 0 {
				end := len(bytes.TrimRight(content, "\r\n"))
				if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
					end = min(end, begin+int(syntax.ByteOffset))
				}
				yield(storedFlow{nil, lineAt(end), errors.New("the file is not JSON from here on")})
				return
			}
			if !yield(storedFlow{nil, lineAt(broken), errors.New("the line is not JSON")}) {
				return
			}
			begin = broken + next + 1
			in.Reset(bytes.NewReader(content[begin:]), lenient...)
		}
	}
}

// readFile reads a file, or standard input for the name -.
func readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}
