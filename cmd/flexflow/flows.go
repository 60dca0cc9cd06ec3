package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strconv"

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
		r := &flowReader{file: asUTF8(file)}
		r.in = jsontext.NewDecoder(r, lenient...)
		for !r.ended {
			flow, err := r.step()
			if err != nil {
				flow = r.skip(err)
			}
			if isFlow := flow.body != nil || flow.err != nil; isFlow && !yield(flow) {
				return
			}
		}
	}
}

// flowReader reads the flows of a file.
type flowReader struct {
	file   io.Reader
	breaks int // line breaks that were read
	in     *jsontext.Decoder
	object storedFlow // the last one that was read by its members; its body has a comma before each of them, and no braces
	isPage bool       // the object is a page
	ended  bool
}

// Read gives the decoder the file, and counts the lines.
func (r *flowReader) Read(p []byte) (int, error) {
	n, err := r.file.Read(p)
	r.breaks += breaksIn(p[:n])
	return n, err
}

func breaksIn(text []byte) int { return bytes.Count(text, []byte("\n")) }

// line returns the line that the decoder has come to.
func (r *flowReader) line() int { return 1 + r.breaks - breaksIn(r.in.UnreadBuffer()) }

// step reads one element, or one member of an object that may be a page. It returns the flow that ends there, if any.
func (r *flowReader) step() (flow storedFlow, err error) {
	kind, depth := r.in.PeekKind(), r.in.StackDepth()
	outer, _ := r.in.StackIndex(depth)
	switch {
	case kind == ']', kind == '[' && depth == 0:
		_, err = r.in.ReadToken()
	case kind == '{' && (depth == 0 || depth == 1 && outer == '['):
		_, err = r.in.ReadToken()
		r.object, r.isPage = storedFlow{line: r.line()}, false
	case kind == '}':
		if _, err = r.in.ReadToken(); !r.isPage {
			flow = r.object
			flow.body = fmt.Appendf(nil, "{%s}", bytes.TrimPrefix(flow.body, []byte(",")))
		}
	case outer == '{':
		err = r.member()
	default:
		flow.body, err = r.in.ReadValue()
		flow.line = r.line() - breaksIn(flow.body)
	}
	return flow, err
}

// member reads a member of an object, or the beginning of the flows of a page.
func (r *flowReader) member() error {
	token, err := r.in.ReadValue()
	name := string(token)
	if name == strconv.Quote(contract.FlowsOfPage) && r.in.PeekKind() == '[' {
		r.isPage = true
		_, err = r.in.ReadToken()
	} else if err == nil {
		token, err = r.in.ReadValue()
		r.object.body = fmt.Appendf(r.object.body, ",%s:%s", name, token)
	}
	return err
}

// skip returns the error in the place of a text that is not JSON, and moves to the next line that begins with {. The
// text of err is left out, because it can quote the file.
func (r *flowReader) skip(err error) storedFlow {
	broken := storedFlow{line: r.object.line}
	text := bytes.Clone(r.in.UnreadBuffer())
	outermost, _ := r.in.StackIndex(min(1, r.in.StackDepth()))
	inFlow := outermost == '{' && !r.isPage
	if !inFlow {
		text = bytes.TrimLeft(text, " \t\r\n")
		broken.line = 1 + r.breaks - breaksIn(text)
	}
	if cause, unread := errors.AsType[*fs.PathError](err); unread {
		broken.err = cause
	} else if err != io.EOF {
		broken.err = errors.New("the file is not JSON from here on")
	}
	_, isSyntax := errors.AsType[*jsontext.SyntacticError](err)
	for more := isSyntax && (inFlow || outermost == 0); more; {
		if next := bytes.Index(text, []byte("\n{")); next >= 0 {
			text = text[next+1:]
			r.file, r.breaks = io.MultiReader(bytes.NewReader(text), r.file), r.breaks-breaksIn(text)
			r.in.Reset(r, lenient...)
			broken.err = errors.New("the line is not JSON")
			return broken
		}
		chunk := make([]byte, 64<<10)
		n, _ := r.Read(chunk)
		text = append(text[max(0, len(text)-1):], chunk[:n]...)
		more = n > 0
	}
	r.ended = true
	return broken
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
