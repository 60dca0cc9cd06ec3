package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"github.com/go-json-experiment/json/jsontext"
)

// printer writes flows to standard output as JSON, JSON Lines or a table. It writes each flow in one call, so the
// output of an interrupted batch ends with a complete flow. It prints the body of the response, not the Go value, to
// keep unknown attributes and all digits.
type printer struct {
	format string
	batch  bool
	count  int
	table  *table // for the format table
}

// newPrinter returns a printer for the format: json, jsonl, table, or "" for the default. A table shows the attributes
// in fields.
func newPrinter(format string, batch bool, fields []string) (*printer, error) {
	switch {
	case format != "":
	case batch:
		format = "jsonl"
	case isTerminal(os.Stdout):
		format = "table"
	default:
		format = "json"
	}
	p := &printer{format: format, batch: batch}
	if format != "table" {
		if len(fields) > 0 {
			return nil, errors.New("--fields is for --output table only")
		}
		return p, nil
	}
	var err error
	p.table, err = newTable(batch, fields)
	return p, err
}

// print writes one flow.
func (p *printer) print(body []byte) error {
	text, err := p.render(bytes.TrimSpace(body))
	if err != nil {
		return err
	}
	if err = writeOut(text); err == nil {
		p.count++
	}
	return err
}

// keeps reports whether flows are waiting to be written, as the first rows of a table do.
func (p *printer) keeps() bool { return p.table != nil && len(p.table.rows) > 0 }

// writeOut writes text to standard output. If a file has room only for a part of it, it removes that part, so that the
// file ends with a complete flow.
func writeOut(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	n, err := os.Stdout.Write(text)
	if err != nil && n > 0 {
		if end, seekErr := os.Stdout.Seek(-int64(n), io.SeekCurrent); seekErr == nil {
			os.Stdout.Truncate(end)
		}
	}
	return err
}

// close writes the end of the output: the remaining rows of a table, or the end of a JSON array.
func (p *printer) close() (err error) {
	switch {
	case p.table != nil:
		err = writeOut(p.table.flush())
	case p.format != "json" || !p.batch:
	case p.count == 0:
		_, err = os.Stdout.WriteString("[]\n")
	default:
		_, err = os.Stdout.WriteString("\n]\n")
	}
	return err
}

func (p *printer) render(body []byte) ([]byte, error) {
	var text bytes.Buffer
	var err error
	switch {
	case p.table != nil && p.batch:
		return p.table.add(body)
	case p.table != nil:
		return p.table.one(body)
	case p.format == "jsonl":
		err = json.Compact(&text, body)
		text.WriteByte('\n')
	case p.batch:
		if p.count == 0 {
			text.WriteString("[\n  ")
		} else {
			text.WriteString(",\n  ")
		}
		err = indent(&text, body, "  ")
	default:
		err = indent(&text, body, "")
		text.WriteByte('\n')
	}
	return printableJSON(text.Bytes()), err
}

// maxDepth is the number of levels to which JSON is indented. Deeper values are printed without indentation, because it
// would be far longer than the values.
const maxDepth = 100

// indent writes JSON with indentation, unless it nests too deep.
func indent(text *bytes.Buffer, body []byte, prefix string) error {
	if depth(body) > maxDepth {
		return json.Compact(text, body)
	}
	return json.Indent(text, body, prefix, "  ")
}

// depth returns how deep JSON nests.
func depth(body []byte) (deepest int) {
	in := jsontext.NewDecoder(bytes.NewReader(body), lenient...)
	for {
		if _, err := in.ReadToken(); err != nil {
			return deepest
		}
		deepest = max(deepest, in.StackDepth())
	}
}
