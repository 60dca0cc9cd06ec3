package main

import (
	"fmt"
	"slices"
)

// measure is one row of the table.
type measure struct {
	name, unit   string
	moreIsBetter bool // as for throughput
	inChart      bool
	goals        []goal
	rounds       map[*client][]float64 // the values of each client that was measured, one per round
}

// goal is a limit for flexflow's validated fetch, relative to another client, or in the unit of the measure if against
// is nil.
type goal struct {
	limit   float64
	against *client
}

func (g goal) String() string {
	if g.against == nil {
		return number(g.limit)
	}
	return number(g.limit) + "× " + g.against.name
}

// verdict returns as text what was reached of a goal: the median over all rounds of the ratio of two values measured in
// the same round.
func (m *measure) verdict(g goal) string {
	ratios := slices.Clone(m.rounds[enforce])
	if g.against != nil {
		for round := range ratios {
			ratios[round] /= m.rounds[g.against][round]
		}
	}
	reached, sign, verdict := median(ratios), "≤", "met"
	if m.moreIsBetter {
		sign = "≥"
	}
	if reached != g.limit && reached > g.limit != m.moreIsBetter {
		verdict = "MISSED"
	}
	return fmt.Sprintf("%s %s: %s, %s", sign, g, number(reached), verdict)
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}

// number formats v with three significant digits, or with all digits of its integer part.
func number(v float64) string {
	if v >= 100 {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}
