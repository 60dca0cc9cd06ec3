package main

import (
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

// A flow, an unknown SID and an invalid flow end a row of failures, and a malformed SID is not part of it.
func TestStopRules_inARow(t *testing.T) {
	t.Parallel()
	otherType := &flexflow.ResponseError{Violations: []flexflow.Violation{{Keyword: "content-type"}}}
	failures := []error{&flexflow.TransportError{}, otherType, &flexflow.APIError{StatusCode: 404}}
	for _, status := range []int{302, 400, 403, 429, 503} {
		failures = append(failures, &flexflow.APIError{StatusCode: status, Code: 20000, RetryAfter: time.Second})
	}
	var results []error
	for _, end := range []error{nil, &flexflow.APIError{StatusCode: 404, Code: 20404}, &flexflow.ResponseError{}} {
		results = append(results, failures[0], end)
	}
	first := len(results)
	for i := range 20 {
		results = append(results, failures[i%len(failures)], flexflow.ErrInvalidSID)
	}
	last := len(results) - 2 // the SID after it is malformed
	rules := stopRules{fetchFlags: &fetchFlags{readFlags: readFlags{maxWait: time.Second}}}
	for i, err := range results[:last+1] {
		want := given{arg: i + 1}
		if i == last {
			want = given{arg: first}
		}
		if reason, next := rules.after(given{arg: i}, given{arg: i + 1}, err); (reason != "") != (i == last) || next != want {
			t.Fatalf("result %d: stopped because of %q, next %v, want %v", i, reason, next, want)
		}
	}
}
