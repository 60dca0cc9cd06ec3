package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
)

// table returns a Markdown table of the clients that were measured, aligned for reading in a terminal.
func table(scenes []scene) string {
	clients := slices.DeleteFunc(slices.Clone(columns), func(c *client) bool {
		return !slices.ContainsFunc(scenes, func(s scene) bool { return slices.Contains(s.clients, c) })
	})
	var out strings.Builder
	aligned := tabwriter.NewWriter(&out, 0, 0, 1, ' ', 0)
	row := func(cells []string) { fmt.Fprintf(aligned, "| %s\t|\n", strings.Join(cells, "\t| ")) }
	titles := []string{"scene", "counted"}
	for _, c := range clients {
		titles = append(titles, c.name)
	}
	row(append(titles, "goal for flexflow: reached"))
	row(slices.Repeat([]string{"---"}, 3+len(clients)))
	for _, s := range scenes {
		for _, m := range s.measures {
			cells := []string{s.title, m.name + ", " + m.unit}
			for _, c := range clients {
				cell := ""
				if values := m.rounds[c]; values != nil {
					cell = number(median(values))
				}
				cells = append(cells, cell)
			}
			var verdicts []string
			for _, g := range m.goals {
				if g.against == nil || m.rounds[g.against] != nil {
					verdicts = append(verdicts, m.verdict(g))
				}
			}
			row(append(cells, strings.Join(verdicts, "; ")))
		}
	}
	aligned.Flush()
	return out.String()
}

// results matches what the comments in README.md enclose.
var results = regexp.MustCompile(`(?s)(<!-- results: .*? -->\n).*(<!-- end of results -->\n)`)

// writeReport writes the table to README.md and the chart to results.svg.
func writeReport(scenes []scene) error {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	if !results.Match(readme) {
		return errors.New("README.md: the comments that enclose the results are missing")
	}
	text := fmt.Sprintf("Measured on %d cores with %s on %s/%s.\n\n%s",
		runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, table(scenes))
	readme = results.ReplaceAll(readme, []byte("${1}"+text+"${2}"))
	var chart bytes.Buffer
	if err := writeChart(&chart, scenes); err != nil {
		return err
	}
	if err := os.WriteFile("README.md", readme, 0o644); err != nil {
		return err
	}
	return os.WriteFile("results.svg", chart.Bytes(), 0o644)
}
