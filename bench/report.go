package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// measure is one row of the table: the values of each client, one per round.
type measure struct {
	scene, name, unit string
	values            map[string][]float64
	goals             []goal
}

func newMeasure(scene, name, unit string, goals ...goal) *measure {
	return &measure{scene, name, unit, map[string][]float64{}, goals}
}

func (m *measure) add(client string, value float64) {
	m.values[client] = append(m.values[client], value)
}

// goal is a limit for flexflow's validated fetch, relative to another client, or in the unit of the measure if against
// is empty.
type goal struct {
	against string
	limit   float64
	atLeast bool
}

func atMost(limit float64, against string) goal  { return goal{against, limit, false} }
func atLeast(limit float64, against string) goal { return goal{against, limit, true} }

// reached returns the median over all rounds of the ratio of two values measured in the same round.
func (g goal) reached(m *measure) float64 {
	values := slices.Clone(m.values[enforce])
	if g.against != "" {
		for round := range values {
			values[round] /= m.values[g.against][round]
		}
	}
	return median(values)
}

func (g goal) met(m *measure) bool {
	if g.atLeast {
		return g.reached(m) >= g.limit
	}
	return g.reached(m) <= g.limit
}

// bound returns the goal as text.
func (g goal) bound() string {
	text := "≤ " + number(g.limit)
	if g.atLeast {
		text = "≥ " + number(g.limit)
	}
	if g.against != "" {
		text += fmt.Sprintf(" of %s", g.against)
	}
	return text
}

func (g goal) String(m *measure) string {
	verdict := "met"
	if !g.met(m) {
		verdict = "MISSED"
	}
	return fmt.Sprintf("%s: %s, %s", g.bound(), number(g.reached(m)), verdict)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// number formats v with three significant digits, or with all the digits of an integer.
func number(v float64) string {
	switch {
	case v == float64(int64(v)) || v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	case v >= 1:
		return fmt.Sprintf("%.2f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// columns lists the clients in the order of the table.
var columns = append(slices.Clone(allClients), withKinOpenAPI)

// table returns a Markdown table, aligned for reading in a terminal.
func table(measures []*measure) string {
	rows := [][]string{slices.Concat([]string{"scene", "counted"}, columns, []string{"goal for " + enforce + ": reached"})}
	for _, m := range measures {
		row := []string{m.scene, m.name + ", " + m.unit}
		for _, client := range columns {
			cell := ""
			if values := m.values[client]; values != nil {
				cell = number(median(values))
			}
			row = append(row, cell)
		}
		var goals []string
		for _, g := range m.goals {
			goals = append(goals, g.String(m))
		}
		rows = append(rows, append(row, strings.Join(goals, "; ")))
	}
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	var out strings.Builder
	for n, row := range rows {
		for i, cell := range row {
			fmt.Fprintf(&out, "| %-*s ", widths[i], cell)
		}
		out.WriteString("|\n")
		if n == 0 {
			for _, width := range widths {
				out.WriteString("|" + strings.Repeat("-", width+2))
			}
			out.WriteString("|\n")
		}
	}
	return out.String()
}

// The comments in README.md that enclose the results.
const (
	resultsBegin = "<!-- results: written by the program -->\n"
	resultsEnd   = "<!-- end of results -->\n"
)

// replaceResults replaces the text between the two comments.
func replaceResults(text, results string) (string, error) {
	before, rest, begun := strings.Cut(text, resultsBegin)
	_, after, ended := strings.Cut(rest, resultsEnd)
	if !begun || !ended {
		return "", errors.New("the comments that enclose the results are missing")
	}
	return before + resultsBegin + results + resultsEnd + after, nil
}

// writeReport writes the table to README.md and the chart to results.svg.
func writeReport(measures []*measure) error {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	machine := fmt.Sprintf("Measured on %d cores with %s on %s/%s.", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	text, err := replaceResults(string(readme), machine+"\n\n"+table(measures))
	if err != nil {
		return fmt.Errorf("README.md: %w", err)
	}
	if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
		return err
	}
	var chart bytes.Buffer
	if err := writeChart(&chart, inChart(measures)); err != nil {
		return err
	}
	return os.WriteFile("results.svg", chart.Bytes(), 0o644)
}
