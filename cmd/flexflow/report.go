package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/flexflow-go/flexflow"
)

const (
	handful = 5  // SIDs that need no progress bar
	unknown = -1 // number of SIDs on standard input
)

// report writes to standard error: progress, errors and the summary.
type report struct {
	batch  bool // of more than one SID
	start  time.Time
	counts map[exitCode]int // results by exit code, or printedAnyway
	failed int

	mu  sync.Mutex // held while the report writes, so that the bar is never within a line
	bar *progressbar.ProgressBar
}

// printedAnyway is counted in place of the exit code of a flow that violates the contract and was printed.
const printedAnyway exitCode = -1

// newReport returns the report of a batch of this many SIDs, or unknown. It shows progress on a terminal, but not if
// standard output is a pipe, because the program that reads it may write to the same terminal.
func newReport(total int, verbose bool) *report {
	info, err := os.Stdout.Stat()
	piped := err != nil || info.Mode()&os.ModeNamedPipe != 0
	many := total == unknown || total > handful
	return &report{batch: total != 1, start: time.Now(), counts: map[exitCode]int{}, bar: progressbar.NewOptions(total,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetVisibility(isTerminal(os.Stderr) && many && !piped && !verbose),
		progressbar.OptionUseANSICodes(os.Getenv("TERM") != "dumb"),
		progressbar.OptionSetDescription("fetching"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowTotalBytes(total != unknown),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("flows"),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // drawn only by add, never within other output
	)}
}

// hide clears the bar before other output; add draws it again.
func (r *report) hide() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bar.Clear()
}

// note prints one line during a batch.
func (r *report) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bar.Clear()
	note(text)
}

// add counts the result of one SID and prints its error. It returns what it counts the result as.
func (r *report) add(g given, f flexflow.Fetched) (as exitCode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bar.Clear()
	as = codeOf(f.Err)
	line := ""
	if g.line > 0 {
		line = fmt.Sprintf("line %d: ", g.line)
	}
	var broken *flexflow.ResponseError
	switch {
	case f.Err == nil && f.Response.Violations != nil: // --validation=report printed the flow
		as = printedAnyway
		printViolations(line, f.SID, f.Response.RequestID, f.Response.Violations)
	case errors.As(f.Err, &broken):
		printViolations(line, broken.SID, broken.RequestID, broken.Violations)
	case f.Err != nil:
		printError(fmt.Errorf("%s%w", line, f.Err))
	case r.batch && flexflow.Value(f.Flow.SID) == "":
		printError(fmt.Errorf("%sthe flow requested as %s has no sid", line, g.sid))
	}
	r.counts[as]++
	if f.Err != nil {
		r.failed++
		r.bar.Describe(fmt.Sprintf("fetching, %d failed", r.failed))
	}
	r.bar.Add(1)
	return as
}

// printViolations prints an error and the violations of a response.
func printViolations(line, sid, requestID string, found []flexflow.Violation) {
	request := ""
	if requestID != "" {
		request = " (request " + requestID + ")"
	}
	printError(fmt.Errorf("%s%s: the response violates the contract%s", line, sid, request))
	fmt.Fprint(os.Stderr, violationTable(found))
}

// end prints the summary and returns the exit code. A single SID gets no summary.
func (r *report) end(stopped *stop, s *sids) exitCode {
	code, done := exitCode(exitOK), r.counts[exitOK]
	parts := []string{fmt.Sprintf("%d fetched", done)}
	for _, result := range []struct {
		as, code exitCode
		text     string
	}{
		{exitFailed, exitFailed, "failed"},
		{exitUsage, exitUsage, "malformed"},
		{exitRefused, exitRefused, "refused"},
		{printedAnyway, exitInvalid, "printed despite violations"},
		{exitInvalid, exitInvalid, "violated the contract"},
	} {
		if n := r.counts[result.as]; n > 0 {
			code, done = result.code, done+n
			parts = append(parts, fmt.Sprintf("%d %s", n, result.text))
		}
	}
	if stopped != nil {
		code = cmp.Or(stopped.code, max(code, exitFailed))
		left := "the rest not fetched"
		if n, known := s.count(); known {
			left = fmt.Sprintf("%d not fetched", n-done)
		}
		parts = append(parts, left)
		if stopped.reason != "" {
			note("stopped: " + stopped.reason)
		}
	}
	if stopped == nil && s.inputEmpty() {
		note("standard input had no SIDs")
	}
	if r.batch || stopped != nil {
		note(fmt.Sprintf("%s in %s", strings.Join(parts, ", "), time.Since(r.start).Round(time.Millisecond)))
	}
	return code
}
