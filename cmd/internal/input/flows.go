package input

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/go-json-experiment/json/jsontext"
)

// Flow is one flow of a file, or an error in the place of one.
type Flow struct {
	Body []byte
	Line int // the line on which it begins, from 1
	Err  error
}

// Flows yields the flows in a file: a single flow, the elements of an array, or a flow on each line. It accepts duplicate names
// and invalid UTF-8, because the validation of the flow reports them with their place. After an error, it continues with the next
// line if each line is a text of its own.
func Flows(content []byte) iter.Seq[Flow] {
	content = bytes.TrimPrefix(content, []byte("\ufeff"))
	return func(yield func(Flow) bool) {
		if !isLines(content) {
			flowsOf(content, 1, "the file is not JSON from here on", yield)
			return
		}
		number := 0
		for line := range bytes.Lines(content) {
			if number++; !flowsOf(line, number, "the line is not JSON", yield) {
				return
			}
		}
	}
}

// isLines reports whether a file that is not JSON as a whole has a flow on each line: most lines are objects, or all begin like
// one.
func isLines(content []byte) bool {
	if flowsOf(content, 1, "", func(f Flow) bool { return f.Err == nil }) {
		return false
	}
	lines, begun, whole := 0, 0, 0
	for line := range bytes.Lines(content) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 {
			lines++
		}
		if bytes.HasPrefix(line, []byte("{")) {
			begun++
			if jsontext.Value(line).IsValid(accept...) {
				whole++
			}
		}
	}
	return begun == lines || 2*whole >= lines && !bytes.HasPrefix(bytes.TrimSpace(content), []byte("["))
}

var accept = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// flowsOf yields the flows in a text that begins on a line. It returns false when yield does.
func flowsOf(content []byte, line int, problem string, yield func(Flow) bool) bool {
	in := jsontext.NewDecoder(bytes.NewReader(content), accept...)
	counted := 0
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
		if err == io.EOF {
			return true
		}
		flow := Flow{body, lineAt(in.InputOffset() - int64(len(body))), err}
		if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
			flow.Line = lineAt(min(syntax.ByteOffset, int64(len(bytes.TrimRight(content, "\r\n")))))
			flow.Err = errors.New(problem) // the decoder's text can quote the file
		}
		if !yield(flow) {
			return false
		}
		if err != nil {
			return true
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
