package main

import "testing"

func TestNewImporter(t *testing.T) {
	for client, required := range sized {
		requirements, lines, err := newImporter(t.TempDir(), programs[client], required)
		if err != nil {
			t.Fatal(err)
		}
		if none := required == ""; (requirements == 0) != none || (lines == 0) != none {
			t.Errorf("%s: %d modules and %d lines", client, requirements, lines)
		}
		if lines < 2*(requirements-1) {
			t.Errorf("%s: %d lines are too few for %d modules", client, lines, requirements)
		}
	}
}
