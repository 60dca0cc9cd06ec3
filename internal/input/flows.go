package input

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/go-json-experiment/json/jsontext"
)

// Flow is one flow of a file, or the error at which reading stopped.
type Flow struct {
	Body []byte
	Line int // the line on which it begins, from 1
	Err  error
}

// Flows yields the flows in a file: a single flow, the elements of an array, or a flow on each line. It accepts duplicate names
// and invalid UTF-8, because the validation of the flow reports them with their place.
func Flows(content []byte) iter.Seq[Flow] {
	return func(yield func(Flow) bool) {
		in := jsontext.NewDecoder(bytes.NewReader(content), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
		line, counted := 1, 0
		lineAt := func(offset int64) int {
			end := max(counted, min(int(offset), len(content)))
			line += bytes.Count(content[counted:end], []byte("\n"))
			counted = end
			return line
		}
		for {
			if kind, depth := in.PeekKind(), in.StackDepth(); kind == '[' && depth == 0 || kind == ']' && depth == 1 {
				if _, err := in.ReadToken(); err == nil {
					continue
				}
			}
			body, err := in.ReadValue()
			flow := Flow{body, lineAt(in.InputOffset() - int64(len(body))), err}
			if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
				flow.Line = lineAt(syntax.ByteOffset)
				flow.Err = errors.New("the file is not JSON from here on") // the decoder's text can quote the file
			}
			if err == io.EOF || !yield(flow) || err != nil {
				return
			}
		}
	}
}

// ReadFile reads a file, or standard input for the name -.
func ReadFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(os.Stdin)
	}
	return os.ReadFile(name)
}
