package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/term"
)

// printer writes flows to standard output as JSON, JSON Lines, CSV or a table. It writes each flow in one call, so the
// output of an interrupted batch ends with a complete flow. It prints the body of the response, not the Go value, to
// keep unknown attributes and all digits.
type printer struct {
	format string
	batch  bool
	count  int
	fields []string // for CSV and a table
	table  *table   // for the format table
	out    *os.File // nil for standard output
}

// newPrinter returns a printer for the format: json, jsonl, csv, table, or "" for the default. A table and CSV show the
// attributes in fields, or those that fit many rows, or all.
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
	p := &printer{format: format, batch: batch, fields: fields}
	switch {
	case format != "table" && format != "csv":
		if len(fields) > 0 {
			return nil, errors.New("--fields is for --output table and csv only")
		}
		return p, nil
	case len(fields) > 0:
	case batch && format == "table":
		p.fields = strings.Split(rowFields, ",")
	default:
		_, p.fields = attributes()
	}
	if format == "table" {
		width, _, _ := term.GetSize(int(os.Stdout.Fd()))
		p.table = &table{fields: p.fields, width: width}
	}
	return p, checkFields(fields)
}

// print writes one flow.
func (p *printer) print(body []byte) error {
	text, err := p.render(bytes.TrimSpace(body))
	if err != nil {
		return err
	}
	if err = p.write(text); err == nil {
		p.count++
	}
	return err
}

// keeps reports whether flows are waiting to be written, as the first rows of a table do.
func (p *printer) keeps() bool { return p.table != nil && len(p.table.rows) > 0 }

// write writes text. If a file has no room for all of it, write removes the part, so that the file ends with a flow.
func (p *printer) write(text []byte) error {
	out := cmp.Or(p.out, os.Stdout)
	if len(text) == 0 {
		return nil
	}
	n, err := out.Write(text)
	if err != nil && n > 0 {
		if end, seekErr := out.Seek(-int64(n), io.SeekCurrent); seekErr == nil {
			out.Truncate(end)
		}
	}
	return err
}

// close writes the last rows of a table, or the end of a JSON array; for no flows, an empty array or the CSV header.
func (p *printer) close() error {
	switch {
	case p.out != nil:
		return p.out.Close()
	case p.table != nil:
		return p.write(p.table.flush())
	case p.format == "csv" && p.batch && p.count == 0:
		return p.write(csvRow(p.fields))
	case p.format != "json" || !p.batch:
		return nil
	case p.count == 0:
		return p.write([]byte("[]\n"))
	}
	return p.write([]byte("\n]\n"))
}

func (p *printer) render(body []byte) ([]byte, error) {
	var text bytes.Buffer
	var err error
	switch {
	case p.table != nil && p.batch:
		return p.table.add(body)
	case p.table != nil:
		return p.table.one(body)
	case p.format == "csv":
		values, err := valuesOf(body, p.fields, "", isTerminal(os.Stdout))
		if p.count == 0 {
			text.Write(csvRow(p.fields))
		}
		text.Write(csvRow(values))
		return text.Bytes(), err
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

// csvRow returns a row of CSV (RFC 4180), which ends with LF. Line breaks in its values stay as they are.
func csvRow(values []string) []byte {
	if len(values) == 1 && values[0] == "" {
		return []byte("\"\"\n") // an empty line would be no row
	}
	var row bytes.Buffer
	w := csv.NewWriter(&row)
	w.Write(values) // it cannot fail
	w.Flush()
	return row.Bytes()
}

// indent indents JSON, unless it has more than 100 levels: the spaces would be far longer than the values.
func indent(text *bytes.Buffer, body []byte, prefix string) error {
	in := jsontext.NewDecoder(bytes.NewReader(body), lenient...)
	for in.StackDepth() <= 100 {
		if _, err := in.ReadToken(); err != nil { // the end
			return json.Indent(text, body, prefix, "  ")
		}
	}
	return json.Compact(text, body)
}
