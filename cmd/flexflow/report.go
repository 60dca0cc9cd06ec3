package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fatih/color"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
	"github.com/flexflow-go/flexflow/cmd/internal/output"
)

const (
	handful = 5  // SIDs that need no progress bar
	unknown = -1 // number of SIDs on standard input
)

// report writes to standard error: progress, errors and the summary.
type report struct {
	*cli
	batch   bool
	total   int // of SIDs, or unknown
	bar     *output.Bar
	start   time.Time
	counts  map[int]int // results by exit code, or printedAnyway
	failing int
}

// printedAnyway is counted in place of the exit code of a flow that violates the contract and was printed.
const printedAnyway = -1

func (c *cli) newReport(total int, showBar bool) *report {
	return &report{cli: c, batch: total != 1, total: total, bar: output.NewBar(total, showBar), start: time.Now(), counts: map[int]int{}}
}

// note prints one line during a batch.
func (r *report) note(text string) {
	r.bar.Hide()
	output.Note(text)
}

// add counts the result of one SID and prints its error. It returns what it counts the result as.
func (r *report) add(g input.Given, f flexflow.Fetched) (as int) {
	as = codeOf(f.Err)
	line := ""
	if g.Line > 0 {
		line = fmt.Sprintf("line %d: ", g.Line)
	}
	var broken *flexflow.ResponseError
	switch {
	case f.Err == nil && f.Response.Violations != nil: // --validation=report printed the flow
		as = printedAnyway
		r.printViolations(line, &flexflow.ResponseError{SID: f.SID, RequestID: f.Response.RequestID, Violations: f.Response.Violations})
	case errors.As(f.Err, &broken):
		r.printViolations(line, broken)
	case f.Err != nil:
		r.printError(fmt.Errorf("%s%w", line, f.Err))
	case r.batch && flexflow.Value(f.Flow.SID) == "":
		r.printError(fmt.Errorf("%sthe flow requested as %s has no sid", line, g.SID))
	}
	r.counts[as]++
	if f.Err != nil {
		r.failing++
	}
	r.bar.Add(f.Err != nil)
	return as
}

// printViolations prints an error and the violations of a response.
func (r *report) printViolations(line string, broken *flexflow.ResponseError) {
	request := ""
	if broken.RequestID != "" {
		request = " (request " + broken.RequestID + ")"
	}
	r.printError(fmt.Errorf("%s%s: the response violates the contract%s", line, broken.SID, request))
	fmt.Fprint(os.Stderr, output.ViolationTable(broken.Violations, r.paint(os.Stderr, color.Bold)))
}

// end prints the summary and returns the exit code. A single SID gets no summary.
func (r *report) end(stopped *stopped, sids *input.SIDs) int {
	code, done := exitOK, r.counts[exitOK]
	parts := []string{fmt.Sprintf("%d fetched", r.counts[exitOK])}
	for _, result := range []struct {
		as, code  int
		one, many string
	}{
		{exitFailed, exitFailed, "failed", "failed"},
		{exitUsage, exitUsage, "malformed SID", "malformed SIDs"},
		{exitRefused, exitRefused, "refused", "refused"},
		{printedAnyway, exitInvalid, "printed although it violates the contract", "printed although they violate the contract"},
		{exitInvalid, exitInvalid, "violated the contract", "violated the contract"},
	} {
		if n := r.counts[result.as]; n > 0 {
			code, done = result.code, done+n
			parts = append(parts, output.Count(n, result.one, result.many))
		}
	}
	if stopped != nil {
		code = cmp.Or(stopped.code, max(code, exitFailed))
		left := "the rest not fetched"
		if n, known := sids.Count(); known {
			left = fmt.Sprintf("%d not fetched", n-done)
		}
		parts = append(parts, left)
		if stopped.reason != "" {
			output.Note("stopped: " + stopped.reason)
		}
	}
	if stopped == nil && r.total == unknown && sids.Empty() {
		output.Note("standard input had no SIDs")
	}
	if stopped != nil || r.batch {
		output.Note(fmt.Sprintf("%s in %s", strings.Join(parts, ", "), time.Since(r.start).Round(time.Millisecond)))
	}
	return code
}

// nextSteps returns the commands that fetch what is left, and what failed.
func (f *fetchFlags) nextSteps(b *batch, fetch string) (steps []string) {
	onward := fetch
	if f.errors != "" {
		onward += "--errors OTHER "
	}
	switch {
	case b.early == nil:
	case b.report.total == unknown:
		rest := slices.Clone(b.args[b.early.next.Arg:])
		for i, arg := range rest {
			if err := invalidSID(rest[i : i+1]); err != nil {
				rest[i] = output.NewFailure(input.Given{SID: arg}, err).SID
			}
		}
		if slices.Contains(rest, "-") {
			onward = f.source(max(b.early.next.Line, 1)) + " | " + onward
		}
		steps = append(steps, "to go on: "+onward+output.Quote(rest...)+" >> OUTPUT")
	case !b.failures.Usable() && len(b.args) > 1:
		steps = append(steps, "to go on: "+onward+output.Quote(b.early.left...)+" >> OUTPUT")
	}
	steps = append(steps, fileHint(b.args)...)
	if f.errors != "" && (b.report.failing > 0 || b.early != nil && b.early.left != nil) {
		steps = append(steps, fmt.Sprintf("to retry what failed: jq -r .sid %s | %s-", output.Quote(f.errors), fetch))
	}
	return steps
}

// fileHint says what to do with the name of a file in place of a SID.
func fileHint(args []string) []string {
	for _, arg := range args {
		if info, err := os.Stat(arg); err == nil && info.Mode().IsRegular() && invalidSID([]string{arg}) != nil {
			return []string{"to read SIDs from a file: flexflow fetch - < " + output.Quote(arg)}
		}
	}
	return nil
}

// source prints standard input from a line on. With --unique, it leaves out the SIDs that are before that line too.
func (f *fetchFlags) source(line int) string {
	if f.unique {
		return fmt.Sprintf(`awk '{print seen[$1]++ ? "" : $0}' FILE | tail -n +%d`, line)
	}
	return fmt.Sprintf("tail -n +%d FILE", line)
}
