package main

import "testing"

// sample returns a measure in which both clients are ten times slower in one round.
func sample(goals ...goal) *measure {
	return &measure{name: "time", unit: "ns/op", inChart: true, goals: goals, rounds: map[*client][]float64{
		enforce:  {100, 1000, 120},
		twilioGo: {200, 2000, 200},
	}}
}

func TestMeasure_verdictIsMedianOfRatios(t *testing.T) {
	for _, test := range []struct {
		goal         goal
		moreIsBetter bool
		want         string
	}{
		{goal{0.5, twilioGo}, false, "≤ 0.5× twilio-go: 0.5, met"},
		{goal{0.51, twilioGo}, false, "≤ 0.51× twilio-go: 0.5, met"},
		{goal{0.5, twilioGo}, true, "≥ 0.5× twilio-go: 0.5, met"},
		{goal{0.49, twilioGo}, true, "≥ 0.49× twilio-go: 0.5, met"},
		{goal{0.51, twilioGo}, true, "≥ 0.51× twilio-go: 0.5, MISSED"},
		{goal{120, nil}, false, "≤ 120: 120, met"},
		{goal{119, nil}, false, "≤ 119: 120, MISSED"},
	} {
		m := sample()
		m.moreIsBetter = test.moreIsBetter
		if got := m.verdict(test.goal); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestMedian(t *testing.T) {
	for want, values := range map[float64][]float64{3: {3}, 2: {9, 1, 2}, 2.5: {4, 1, 0, 9}} {
		if got := median(values); got != want {
			t.Errorf("median of %v is %v, want %v", values, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for value, want := range map[float64]string{
		87: "87", 17004.4: "17004", 13.06: "13.1", 1.4567: "1.46", 0.00484: "0.00484", 0: "0",
	} {
		if got := number(value); got != want {
			t.Errorf("number(%v) = %s, want %s", value, got, want)
		}
	}
}
