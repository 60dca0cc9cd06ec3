package main

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/flexflow-go/flexflow/internal/contract"
)

// storedFlow is one flow of a file, or an error in the place of one.
type storedFlow struct {
	body []byte // valid until the next flow
	line int    // on which it begins, from 1
	err  error  // a *fs.PathError if the rest of the file cannot be read
}

// lenient accepts duplicate names and invalid UTF-8, because the validation of a flow reports them with their place.
var lenient = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

// storedFlows yields the flows in a file: single flows, the elements of arrays, and the flows of pages of a list, which
// may be in an array too. After a text that is not JSON, it goes on with the next line that begins with {, but not
// within an array or a page. It has one flow in memory at a time.
func storedFlows(file io.Reader) iter.Seq[storedFlow] {
	return func(yield func(storedFlow) bool) {
		r := &flowReader{file: asUTF8(file), line: 1}
		r.in = jsontext.NewDecoder(r, lenient...)
		for more := true; more; {
			isFlow, err := r.step()
			switch {
			case isFlow:
				more = yield(storedFlow{r.text[:r.position()], r.line, nil})
			case err == nil:
			case r.failed != nil:
				more = yield(storedFlow{line: r.line, err: r.failed}) && false
			case err == io.EOF:
				more = false
			default:
				var broken storedFlow
				broken, more = r.skip(err)
				more = yield(broken) && more
			}
		}
	}
}

// flowReader reads the flows of a file. Its text is the part of the file from the current flow to what was read.
type flowReader struct {
	file    io.Reader
	failed  error // of reading the file
	text    []byte
	line    int // on which text begins
	decoded int // bytes of text that the decoder has

	in     *jsontext.Decoder
	start  int  // of text in the input of the decoder
	isPage bool // the last object of which the members are read
}

// Read gives the decoder the text that it lost by a reset, and then what follows in the file.
func (r *flowReader) Read(p []byte) (n int, err error) {
	if n = copy(p, r.text[r.decoded:]); n == 0 {
		n, err = r.file.Read(p)
		r.text = append(r.text, p[:n]...)
		if err != nil && err != io.EOF {
			r.failed = err
		}
	}
	r.decoded += n
	return n, err
}

// position returns how much of the text was decoded.
func (r *flowReader) position() int { return int(r.in.InputOffset()) - r.start }

// drop removes the first n bytes of the text.
func (r *flowReader) drop(n int) {
	r.line += bytes.Count(r.text[:n], []byte("\n"))
	r.text = r.text[n:]
	r.decoded -= n
	r.start += n
}

// step reads one element, or one member of an object that is a flow or a page. It reports whether a flow ends there.
func (r *flowReader) step() (isFlow bool, err error) {
	kind, depth := r.in.PeekKind(), r.in.StackDepth()
	outer, _ := r.in.StackIndex(depth)
	inFlow := outer == '{' && !r.isPage
	if !inFlow {
		r.drop(r.position())
	}
	switch {
	case kind == ']', kind == '[' && depth == 0:
		_, err = r.in.ReadToken()
	case kind == '{' && (depth == 0 || depth == 1 && outer == '['):
		_, err = r.in.ReadToken()
		r.drop(r.position() - 1)
		r.isPage = false
	case kind == '}':
		_, err = r.in.ReadToken()
		return inFlow && err == nil, err
	case outer == '{':
		err = r.member()
	default:
		var value jsontext.Value
		if value, err = r.in.ReadValue(); err == nil {
			r.drop(r.position() - len(value))
		}
		return err == nil, err
	}
	return false, err
}

// member reads a member of an object, or the beginning of the flows of a page.
func (r *flowReader) member() error {
	name, err := r.in.ReadToken()
	if err != nil {
		return err
	}
	if name.String() == contract.FlowsOfPage && r.in.PeekKind() == '[' {
		r.isPage = true
		_, err = r.in.ReadToken()
		return err
	}
	return r.in.SkipValue()
}

// skip returns the error in the place of a text that is not JSON, and reports whether there is a next line that begins
// with {, where step goes on. The text of err is left out, because it can quote the file.
func (r *flowReader) skip(err error) (broken storedFlow, more bool) {
	outermost, _ := r.in.StackIndex(min(1, r.in.StackDepth()))
	r.drop(len(r.text) - len(bytes.TrimLeft(r.text, " \t\r\n")))
	end := len(bytes.TrimRight(r.text, "\r\n"))
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		end = min(end, int(syntax.ByteOffset)-r.start)
	}
	first, last := r.line, r.line+bytes.Count(r.text[:end], []byte("\n"))
	if inList := outermost == '[' || outermost == '{' && r.isPage; inList || !r.findLine() {
		return storedFlow{line: last, err: errors.New("the file is not JSON from here on")}, false
	}
	return storedFlow{line: first, err: errors.New("the line is not JSON")}, true
}

// findLine moves to the next line that begins with {, and reports whether there is one.
func (r *flowReader) findLine() bool {
	for {
		if i := bytes.Index(r.text, []byte("\n{")); i >= 0 {
			r.drop(i + 1)
			r.decoded, r.start = 0, 0
			r.in.Reset(r, lenient...)
			return true
		}
		r.drop(max(0, len(r.text)-1))
		r.decoded = len(r.text)
		if n, err := r.Read(make([]byte, 64<<10)); n == 0 && err != nil {
			return false
		}
	}
}

// asUTF8 removes a byte order mark, and decodes UTF-16 that begins with one, as PowerShell writes it.
func asUTF8(file io.Reader) io.Reader {
	return transform.NewReader(file, unicode.BOMOverride(transform.Nop))
}

// openFile opens a file, or standard input for the name -.
func openFile(name string) (*os.File, error) {
	if name == "-" {
		return os.Stdin, nil
	}
	return os.Open(name)
}
