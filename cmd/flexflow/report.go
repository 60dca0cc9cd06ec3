package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/fatih/color"
	"github.com/schollz/progressbar/v3"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/input"
	"github.com/flexflow-go/flexflow/internal/output"
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
	mu      sync.Mutex
	bar     *progressbar.ProgressBar
	start   time.Time
	counts  [exitInvalid + 1]int // results by exit code
	failing int
}

func (c *cli) newReport(total int, showBar bool) *report {
	bar := progressbar.NewOptions(total,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetVisibility(showBar),
		progressbar.OptionSetDescription("fetching"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("flows"),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // drawn only by add, never within other output
	)
	return &report{cli: c, batch: total != 1, total: total, bar: bar, start: time.Now()}
}

// hideBar clears the bar before other output; add draws it again.
func (r *report) hideBar() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bar.Clear()
}

// note prints one line during a batch.
func (r *report) note(text string) {
	r.hideBar()
	output.Note(text)
}

// add counts the result of one SID, prints its error and returns its exit code.
func (r *report) add(g input.Given, f flexflow.Fetched) (code int) {
	code = codeOf(f.Err)
	var broken *flexflow.ResponseError
	switch {
	case f.Err == nil && f.Response.Violations != nil: // --validation=report printed the flow
		code = exitInvalid
		r.printViolations(&flexflow.ResponseError{SID: f.SID, RequestID: f.Response.RequestID, Violations: f.Response.Violations})
	case errors.As(f.Err, &broken):
		r.printViolations(broken)
	case f.Err != nil && g.Line > 0 && errors.Is(f.Err, flexflow.ErrInvalidSID):
		r.printError(fmt.Errorf("line %d: %w", g.Line, f.Err))
	case f.Err != nil:
		r.printError(f.Err)
	case r.batch && flexflow.Value(f.Flow.SID) == "":
		r.printError(fmt.Errorf("the flow requested as %s has no sid", g.SID))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.counts[code]++
	if f.Err != nil {
		r.failing++
		r.bar.Describe(fmt.Sprintf("fetching, %d failed", r.failing))
	}
	r.bar.Add(1)
	return code
}

// printViolations prints an error and the violations of a response.
func (r *report) printViolations(broken *flexflow.ResponseError) {
	request := ""
	if broken.RequestID != "" {
		request = " (request " + broken.RequestID + ")"
	}
	r.printError(fmt.Errorf("%s: the response violates the contract%s", broken.SID, request))
	fmt.Fprint(os.Stderr, output.ViolationTable(broken.Violations, r.paint(os.Stderr, color.Bold)))
}

// end prints the summary and returns the exit code. A single SID gets no summary.
func (r *report) end(stopped *stopped, sids *input.SIDs) int {
	code, done := exitOK, r.counts[exitOK]
	parts := []string{fmt.Sprintf("%d fetched", r.counts[exitOK])}
	for i, name := range [][2]string{{"failed", "failed"}, {"malformed SID", "malformed SIDs"}, {"refused", "refused"}, {"violated the contract", "violated the contract"}} {
		if n := r.counts[i+1]; n > 0 {
			code, done = i+1, done+n
			parts = append(parts, output.Count(n, name[0], name[1]))
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
	if f.errors != "" && (b.report.failing > 0 || b.early != nil && b.early.left != nil) {
		steps = append(steps, fmt.Sprintf("to retry what failed: jq -r .sid %s | %s-", output.Quote(f.errors), fetch))
	}
	return steps
}

// source prints standard input from a line on. With --unique, it leaves out the SIDs that are before that line too.
func (f *fetchFlags) source(line int) string {
	if f.unique {
		return fmt.Sprintf(`awk '{print seen[$1]++ ? "" : $0}' FILE | tail -n +%d`, line)
	}
	return fmt.Sprintf("tail -n +%d FILE", line)
}
