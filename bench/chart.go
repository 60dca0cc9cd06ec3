package main

import (
	"cmp"
	_ "embed"
	"html/template"
	"io"
	"slices"
)

// Lengths in the chart, in pixels. The chart is a column of rows.
const rowHeight, barLength = 18, 330

//go:embed chart.svg.tmpl
var chartText string

var chartTemplate = template.Must(template.New("chart").Funcs(template.FuncMap{
	"number": number,
	"height": func(rows int) int { return rowHeight * rows },
}).Parse(chartText))

// panel shows one measure. Its title takes the first two rows.
type panel struct {
	Top   int // rows of the panels above
	Title string
	Rows  []row
}

// row is the bar of a client, or the name of a goal where its dashed line begins.
type row struct {
	Name          string
	Value, Length float64
	Goal          bool
}

// writeChart draws each measure that is in the chart, in its own unit.
func writeChart(w io.Writer, scenes []scene) error {
	var chart struct {
		Rows   int
		Panels []panel
	}
	for _, s := range scenes {
		for _, m := range s.measures {
			if !m.inChart {
				continue
			}
			better := " (shorter is better)"
			if m.moreIsBetter {
				better = " (longer is better)"
			}
			p := panel{chart.Rows, s.title + ": " + m.name + ", " + m.unit + better, rows(m)}
			chart.Panels = append(chart.Panels, p)
			chart.Rows += 2 + len(p.Rows) + 1
		}
	}
	return chartTemplate.Execute(w, chart)
}

// rows returns the goals of a measure and then its clients. The name of a goal is left of its line, and the goals go
// from right to left, so no line crosses a name.
func rows(m *measure) []row {
	var rows []row
	for _, g := range m.goals {
		if of := m.rounds[g.against]; of != nil {
			rows = append(rows, row{Name: g.String(), Value: g.limit * median(of), Goal: true})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(b.Value, a.Value) })
	for _, c := range columns {
		if values := m.rounds[c]; values != nil {
			rows = append(rows, row{Name: c.name, Value: median(values)})
		}
	}
	longest := slices.MaxFunc(rows, func(a, b row) int { return cmp.Compare(a.Value, b.Value) }).Value
	for i := range rows {
		rows[i].Length = rows[i].Value / longest * barLength
	}
	return rows
}
