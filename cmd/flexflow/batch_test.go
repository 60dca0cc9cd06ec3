package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

// Of a 429, only a row of SIDs ends a batch: a success ends the row, and a malformed SID is not part of it.
func TestStopRules_rateLimited(t *testing.T) {
	t.Parallel()
	limited := &flexflow.APIError{StatusCode: http.StatusTooManyRequests, Code: 20429, RetryAfter: time.Second}
	rules := stopRules{fetchFlags: &fetchFlags{readFlags: readFlags{maxWait: time.Second}}}
	results := []error{limited, nil}
	for range 10 {
		results = append(results, limited, flexflow.ErrInvalidSID, limited)
	}
	for i, err := range results {
		isLast := i == len(results)-1
		reason, next := rules.after(given{arg: i}, given{arg: i + 1}, err)
		if want := map[bool]given{true: {arg: 2}, false: {arg: i + 1}}[isLast]; (reason != "") != isLast || next != want {
			t.Fatalf("result %d: stopped because of %q, next %v, want %v", i, reason, next, want)
		}
	}
}
