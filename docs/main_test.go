package main

import (
	"strings"
	"testing"
)

func TestWrite_scriptsAreComplete(t *testing.T) {
	t.Parallel()
	var page strings.Builder
	if err := write(&page); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]int{
		"<script": 2, "</script": 2, "<!--": 0, `"operationId":"FetchFlexFlow"`: 1,
	} {
		if got := strings.Count(page.String(), text); got != want {
			t.Errorf("%q occurs %d times, want %d", text, got, want)
		}
	}
}
