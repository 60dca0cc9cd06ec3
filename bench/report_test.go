package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// sample returns a measure in which both clients are ten times slower in one round.
func sample(goals ...goal) *measure {
	m := newMeasure("scene", "time", "ns/op", goals...)
	for round, value := range []float64{100, 1000, 120} {
		m.add(enforce, value)
		m.add(twilioGo, []float64{200, 2000, 200}[round])
	}
	return m
}

func TestGoal_medianOfRatios(t *testing.T) {
	for _, test := range []struct {
		goal goal
		want float64
		met  bool
	}{
		{atMost(0.5, twilioGo), 0.5, true},
		{atMost(0.49, twilioGo), 0.5, false},
		{atLeast(0.5, twilioGo), 0.5, true},
		{atLeast(0.51, twilioGo), 0.5, false},
		{atMost(120, ""), 120, true},
		{atMost(119, ""), 120, false},
	} {
		if got := test.goal.reached(sample()); got != test.want {
			t.Errorf("%v: reached %v, want %v", test.goal, got, test.want)
		}
		if got := test.goal.met(sample()); got != test.met {
			t.Errorf("%v: met is %v", test.goal, got)
		}
	}
}

func TestMedian(t *testing.T) {
	for _, test := range []struct {
		values []float64
		want   float64
	}{{[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 2, 9}, 3}} {
		if got := median(test.values); got != test.want {
			t.Errorf("median of %v is %v, want %v", test.values, got, test.want)
		}
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{87: "87", 17004.4: "17004", 13.06: "13.1", 1.4567: "1.46", 0.00484: "0.00484", 0: "0"} {
		if got := number(value); got != want {
			t.Errorf("number(%v) = %s, want %s", value, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	got := table([]*measure{sample(atMost(0.75, twilioGo), atMost(0.4, twilioGo))})
	for _, want := range []string{
		"| scene | counted     | flexflow | flexflow-Off | twilio-go |",
		"| scene | time, ns/op | 120      |              | 200       |",
		"| ≤ 0.75 of twilio-go: 0.5, met; ≤ 0.4 of twilio-go: 0.5, MISSED |",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the table lacks %q:\n%s", want, got)
		}
	}
}

func TestReplaceResults(t *testing.T) {
	got, err := replaceResults("a\n"+resultsBegin+"old\n"+resultsEnd+"z\n", "new\n")
	if want := "a\n" + resultsBegin + "new\n" + resultsEnd + "z\n"; err != nil || got != want {
		t.Errorf("got %q, %v", got, err)
	}
	for _, text := range []string{"", resultsBegin, resultsEnd, resultsEnd + resultsBegin} {
		if _, err := replaceResults(text, "new\n"); err == nil {
			t.Errorf("%q lacks a comment, and replaceResults returned no error", text)
		}
	}
}

func TestWriteChart(t *testing.T) {
	var chart bytes.Buffer
	if err := writeChart(&chart, []*measure{sample(atMost(0.75, twilioGo)), sample(), sample()}); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for decoder := xml.NewDecoder(&chart); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, ok := token.(xml.StartElement); ok {
			count[element.Name.Local]++
		}
	}
	if count["g"] != 3 || count["rect"] != 1+3*2 || count["path"] != 1 || count["text"] != 3+3*4+1 {
		t.Errorf("got %v", count)
	}
}
