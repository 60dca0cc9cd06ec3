package main

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
)

// Sizes of the chart, in pixels.
const (
	labelWidth  = 250
	barsWidth   = 330
	barHeight   = 18
	titleHeight = 46
	chartWidth  = labelWidth + barsWidth + 100 // the values are right of the bars
)

//go:embed chart.svg.tmpl
var chartTemplate string

// panel shows one measure: a bar for each client and a line for each goal.
type panel struct {
	Y, Bottom   int
	Title, Goal string
	Bars        []bar
	Goals       []float64
}

type bar struct {
	Y             int
	Client, Value string
	Width         float64
	Validated     bool // the client validates
}

// shown lists the measures in the chart, which matter most for the choice of a client.
var shown = []string{
	"in memory: time", "in memory: memory", "loopback TLS, 64 goroutines: throughput", "loopback TLS, 64 goroutines: p99", "cold start: CPU time",
}

// inChart returns the shown measures.
func inChart(measures []*measure) []*measure {
	return slices.DeleteFunc(slices.Clone(measures), func(m *measure) bool { return !slices.Contains(shown, m.scene+": "+m.name) })
}

// writeChart draws each measure as bars, in its own unit.
func writeChart(w io.Writer, measures []*measure) error {
	chart := struct {
		Width, Height, Label, Bars int
		Panels                     []panel
	}{Width: chartWidth, Label: labelWidth, Bars: labelWidth + barsWidth}
	for _, m := range measures {
		p := newPanel(m)
		p.Y = chart.Height
		chart.Panels = append(chart.Panels, p)
		chart.Height += p.Bottom + barHeight
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
	for i, goal := range m.goals {
		limit := goal.limit
		if goal.against != "" {
			limit *= median(m.values[goal.against])
		}
		longest = max(longest, limit)
		p.Goals = append(p.Goals, limit)
		if i > 0 {
			p.Goal += ", "
		}
		p.Goal += goal.bound()
	}
	if p.Goal != "" {
		p.Goal = "goal: " + p.Goal
	}
	scale := func(value float64) float64 { return max(0, value/longest*barsWidth) }
	for i, limit := range p.Goals {
		p.Goals[i] = labelWidth + scale(limit)
	}
	for _, client := range columns {
		if values := m.values[client]; values != nil {
			y, value := titleHeight+len(p.Bars)*barHeight, median(values)
			p.Bars = append(p.Bars, bar{y, client, number(value), scale(value), client == enforce})
		}
	}
	p.Bottom = titleHeight + len(p.Bars)*barHeight
	return p
}
