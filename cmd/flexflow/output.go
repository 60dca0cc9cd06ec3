package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"unicode"

	"github.com/fatih/color"
	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// printer writes flows to standard output, each in one write, so that an interrupted batch leaves whole flows only. It prints
// the body of the response and not the Go value, so that nothing is left out or rounded.
type printer struct {
	format string
	batch  bool
	count  int
	table  *table // of the format table
}

// newPrinter makes a printer for a format, or for the default. The fields are those of a table.
func (c *cli) newPrinter(format string, batch bool, fields ...string) (*printer, error) {
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
	p.table, err = newTable(batch, fields, c.paint(os.Stdout, color.Bold))
	return p, err
}

// print writes one flow.
func (p *printer) print(body []byte) error {
	text, err := p.render(bytes.TrimSpace(body))
	if err != nil {
		return err
	}
	p.count++
	_, err = os.Stdout.Write(text)
	return err
}

// close writes what ends the output.
func (p *printer) close() (err error) {
	switch {
	case p.table != nil:
		_, err = os.Stdout.Write(p.table.flush())
	case p.format != "json" || !p.batch:
	case p.count == 0:
		_, err = os.Stdout.WriteString("[]\n")
	default:
		_, err = os.Stdout.WriteString("\n]\n")
	}
	return err
}

func (p *printer) render(body []byte) ([]byte, error) {
	before := func(first, later string) string {
		if p.count == 0 {
			return first
		}
		return later
	}
	var text bytes.Buffer
	var err error
	switch {
	case p.format == "jsonl":
		err = json.Compact(&text, body)
		text.WriteByte('\n')
	case p.format == "json" && p.batch:
		text.WriteString(before("[\n  ", ",\n  "))
		err = json.Indent(&text, body, "  ", "  ")
	case p.format == "json":
		err = json.Indent(&text, body, "", "  ")
		text.WriteByte('\n')
	case p.format == "yaml":
		text.WriteString(before("", "---\n"))
		err = writeYAML(&text, body)
		return text.Bytes(), err
	case p.batch:
		return p.table.add(body)
	default:
		return p.table.one(body)
	}
	return printableJSON(text.Bytes()), err
}

// writeYAML converts JSON to YAML. It keeps the digits of each number.
func writeYAML(w io.Writer, body []byte) error {
	numbers := jsonv2.WithUnmarshalers(jsonv2.UnmarshalFromFunc(func(in *jsontext.Decoder, value *any) error {
		if in.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		digits, err := in.ReadValue()
		*value = &yaml.Node{Kind: yaml.ScalarNode, Value: string(digits)}
		return err
	}))
	var tree any
	if err := jsonv2.Unmarshal(body, &tree, numbers); err != nil {
		return err
	}
	var text bytes.Buffer
	out := yaml.NewEncoder(&text)
	out.SetIndent(2)
	if err := out.Encode(yamlNode(tree)); err != nil {
		return err
	}
	for _, r := range text.String() {
		if unicode.IsGraphic(r) || r == '\n' {
			fmt.Fprintf(w, "%c", r)
		} else {
			fmt.Fprintf(w, `\U%08X`, r)
		}
	}
	return nil
}

// yamlNode puts a text in double quotes when it has an invisible character, which can be escaped there, or is one of
// those that older parsers take for something else.
func yamlNode(tree any) *yaml.Node {
	node := &yaml.Node{}
	switch v := tree.(type) {
	case *yaml.Node:
		return v
	case map[string]any:
		node.Kind = yaml.MappingNode
		for _, name := range slices.Sorted(maps.Keys(v)) {
			node.Content = append(node.Content, yamlNode(name), yamlNode(v[name]))
		}
	case []any:
		node.Kind = yaml.SequenceNode
		for _, item := range v {
			node.Content = append(node.Content, yamlNode(item))
		}
	case string:
		node.Encode(v)
		if v == "=" || v == "<<" || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			node.Style, node.Tag = yaml.DoubleQuotedStyle, "!!str" // which << is not by itself
		}
	default:
		node.Encode(v)
	}
	return node
}
