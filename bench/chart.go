package main

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
)

// Sizes of the chart, in pixels.
const (
	panelsAcross = 2
	panelWidth   = 520
	labelWidth   = 185
	barsWidth    = 260
	barHeight    = 18
	titleHeight  = 30
)

//go:embed chart.svg.tmpl
var chartTemplate string

// panel shows one measure: a bar for each client and a line for each goal.
type panel struct {
	X, Y  int
	Title string
	Bars  []bar
	Goals []float64
}

type bar struct {
	Y             int
	Client, Value string
	Width, ValueX float64
	Checked       bool
}

// writeChart draws every measure as bars, each panel in its own unit.
func writeChart(w io.Writer, measures []*measure) error {
	chart := struct {
		Width, Height, Label int
		Panels               []panel
	}{Width: panelsAcross * panelWidth, Label: labelWidth}
	for row := range slices.Chunk(measures, panelsAcross) {
		tallest := 0
		for column, m := range row {
			p := newPanel(m)
			p.X, p.Y = column*panelWidth, chart.Height
			chart.Panels = append(chart.Panels, p)
			tallest = max(tallest, titleHeight+len(p.Bars)*barHeight)
		}
		chart.Height += tallest + barHeight
	}
	t, err := template.New("chart").Parse(chartTemplate)
	if err != nil {
		return err
	}
	return t.Execute(w, chart)
}

func newPanel(m *measure) panel {
	p := panel{Title: m.scene + ": " + m.name + ", " + m.unit}
	longest := 0.0
	for _, values := range m.values {
		longest = max(longest, median(values))
	}
	for _, goal := range m.goals {
		limit := goal.limit
		if goal.against != "" {
			limit *= median(m.values[goal.against])
		}
		longest = max(longest, limit)
		p.Goals = append(p.Goals, limit)
	}
	scale := func(value float64) float64 { return max(0, value/longest*barsWidth) }
	for i, limit := range p.Goals {
		p.Goals[i] = labelWidth + scale(limit)
	}
	for _, client := range columns {
		if values := m.values[client]; values != nil {
			y, value := titleHeight+len(p.Bars)*barHeight, median(values)
			p.Bars = append(p.Bars, bar{y, client, number(value), scale(value), scale(value) + 5, client == enforce})
		}
	}
	return p
}
