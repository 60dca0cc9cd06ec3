package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"

	"github.com/fatih/color"
	"github.com/rivo/uniseg"
)

const (
	pageRows  = 50 // rows of a batch that determine the widths of the columns
	maxCell   = 40 // largest width of a value of a batch on a terminal
	columnGap = "  "
)

// table formats flows as text: one flow as a row for each attribute, a batch as a row for each flow.
type table struct {
	fields []string
	width  int        // of the terminal; 0 if the output is not a terminal, and nothing is cut
	rows   [][]string // not yet printed
	widths []int      // of the columns
}

// one formats a single flow. It wraps a long value at the width of the terminal.
func (t *table) one(body []byte) ([]byte, error) {
	values, err := valuesOf(body, t.fields, "—", true)
	names := 0
	for _, name := range t.fields {
		names = max(names, len(name))
	}
	var text bytes.Buffer
	for i, name := range t.fields {
		indent := strings.Repeat(" ", names-len(name))
		text.WriteString(paint(os.Stdout, color.Bold, name))
		for value := values[i]; ; indent = strings.Repeat(" ", names) {
			line, rest := value, ""
			if room := t.width - names - len(columnGap); room > 0 {
				line, rest = cut(value, room)
			}
			fmt.Fprintf(&text, "%s%s%s\n", indent, columnGap, line)
			if value = rest; rest == "" {
				break
			}
		}
	}
	return text.Bytes(), err
}

// add adds one flow of a batch, and returns the rows that can be printed: none until there is a page of them.
func (t *table) add(body []byte) ([]byte, error) {
	row, err := valuesOf(body, t.fields, "—", true)
	if t.widths != nil {
		return []byte(t.line(row)), err
	}
	if t.rows = append(t.rows, row); len(t.rows) < pageRows {
		return nil, err
	}
	return t.flush(), err
}

// flush returns the header and the rows that add kept.
func (t *table) flush() []byte {
	if len(t.rows) == 0 {
		return nil
	}
	t.widths = make([]int, len(t.fields))
	for _, row := range append(t.rows, t.fields) {
		for i, cell := range row {
			t.widths[i] = max(t.widths[i], uniseg.StringWidth(t.shorten(cell, maxCell)))
		}
	}
	header, _ := strings.CutSuffix(t.line(t.fields), "\n")
	text := paint(os.Stdout, color.Bold, header) + "\n"
	for _, row := range t.rows {
		text += t.line(row)
	}
	t.rows = nil
	return []byte(text)
}

func (t *table) line(row []string) string {
	var line strings.Builder
	for i, cell := range row {
		cell = t.shorten(cell, t.widths[i])
		line.WriteString(cell)
		if i < len(row)-1 {
			line.WriteString(strings.Repeat(" ", max(0, t.widths[i]-uniseg.StringWidth(cell))) + columnGap)
		}
	}
	return t.shorten(line.String(), t.width) + "\n"
}

// shorten cuts text to the width and appends an ellipsis, but only on a terminal.
func (t *table) shorten(text string, width int) string {
	if t.width == 0 || uniseg.StringWidth(text) <= width {
		return text
	}
	start, _ := cut(text, width-1)
	return start + "…"
}

// cut splits text after as many characters as fit in width columns, but at least one.
func cut(text string, width int) (fits, rest string) {
	end, used, state := 0, 0, -1
	for rest = text; rest != ""; {
		character, after, columns, next := uniseg.FirstGraphemeClusterInString(rest, state)
		if used += columns; end > 0 && used > width {
			break
		}
		end, rest, state = end+len(character), after, next
	}
	return text[:end], text[end:]
}
