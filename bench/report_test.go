package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"os"
	"strings"
	"testing"
)

// sampleScene returns a scene with two measured clients.
func sampleScene(measures ...*measure) scene {
	return scene{title: "scene", clients: []*client{enforce, twilioGo}, measures: measures}
}

func TestTable(t *testing.T) {
	got := table([]scene{sampleScene(sample(goal{1, twilioGo}, goal{0.4, twilioGo}, goal{1, earlier}))})
	want := `
| scene | counted     | flexflow | twilio-go | goal for flexflow: reached                              |
| ---   | ---         | ---      | ---       | ---                                                     |
| scene | time, ns/op | 120      | 200       | ≤ 1× twilio-go: 0.5, met; ≤ 0.4× twilio-go: 0.5, MISSED |
`
	if got != want[1:] {
		t.Errorf("got\n%swant\n%s", got, want[1:])
	}
}

func TestWriteReport(t *testing.T) {
	t.Chdir(t.TempDir())
	scenes := []scene{sampleScene(sample())}
	write := func(readme string) error {
		return errors.Join(os.WriteFile("README.md", []byte(readme), 0o600), writeReport(scenes))
	}
	if err := write("no comments"); err == nil {
		t.Error("a README.md without the comments was accepted")
	}
	const begin, end = "a\n<!-- results: x -->\n", "<!-- end of results -->\nz\n"
	if err := errors.Join(write(begin+"old\n"+end), writeReport(scenes)); err != nil { // the second replaces the first
		t.Fatal(err)
	}
	readme, _ := os.ReadFile("README.md")
	before, rest, _ := strings.Cut(string(readme), "Measured on ")
	_, after, _ := strings.Cut(rest, "\n\n")
	if before != begin || after != table(scenes)+end {
		t.Errorf("got %s", readme)
	}
	if _, err := os.Stat("results.svg"); err != nil {
		t.Error(err)
	}
}

func TestWriteChart(t *testing.T) {
	faster := sample()
	faster.moreIsBetter = true
	hidden := sample()
	hidden.inChart = false
	var chart bytes.Buffer
	scenes := []scene{sampleScene(sample(goal{0.75, twilioGo}, goal{2, twilioGo}), faster), sampleScene(hidden)}
	if err := writeChart(&chart, scenes); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"shorter is better": 1, "longer is better": 1, ": 0.75× twilio-go<": 1, ": 2× twilio-go<": 1,
		`(250 126)`: 1, `height="216"`: 1, // the second panel is below the first one
		`class="validated"`: 2, `width="330.0"`: 1, // the longest bar is where no goal is longer
		`d="M330.0 0V72"`: 1, `d="M123.8 18V72"`: 1, // 2 and 0.75 of 200 in a scale to 400
	} {
		if got := strings.Count(chart.String(), text); got != want {
			t.Errorf("%q occurs %d times, want %d, in\n%s", text, got, want, &chart)
		}
	}
	if err := xml.Unmarshal(chart.Bytes(), new(struct{})); err != nil {
		t.Error(err)
	}
}
