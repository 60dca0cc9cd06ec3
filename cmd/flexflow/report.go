package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/fatih/color"
	"github.com/schollz/progressbar/v3"

	"github.com/flexflow-go/flexflow"
)

const (
	handful = 5  // SIDs for which nobody needs to see progress
	unknown = -1 // number of SIDs when they come from standard input
)

// report tells on standard error what became of each SID.
type report struct {
	*cli
	bar     *progressbar.ProgressBar
	start   time.Time
	counts  [exitInvalid + 1]int // outcomes by exit code
	stopped int                  // fetches that the interrupt stopped
}

func (c *cli) newReport(total int, showBar bool) *report {
	bar := progressbar.NewOptions(total,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetVisibility(showBar),
		progressbar.OptionSetDescription("fetching"),
		progressbar.OptionShowCount(),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // drawn by add alone, never amid other output
	)
	return &report{cli: c, bar: bar, start: time.Now()}
}

// hideBar makes room for output; add draws the bar again.
func (r *report) hideBar() { r.bar.Clear() }

// add counts the outcome of one SID and prints what went wrong. What an interrupt stopped is no news to who sent it.
func (r *report) add(err error, interrupted bool) {
	var broken *flexflow.ResponseError
	switch {
	case interrupted && errors.Is(err, context.Canceled):
		r.stopped++
		return
	case errors.As(err, &broken):
		r.printViolations(broken)
	case err != nil:
		r.printError(err)
	}
	r.counts[codeOf(err)]++
	r.bar.Add(1)
}

// printViolations shows a response that breaks the contract, with all that is wrong in a table.
func (r *report) printViolations(broken *flexflow.ResponseError) {
	request := ""
	if broken.RequestID != "" {
		request = " (request " + broken.RequestID + ")"
	}
	r.printError(fmt.Errorf("%s %s: the response breaks the contract%s", broken.Operation, broken.SID, request))
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "  POINTER\tRULE\tREASON")
	for _, v := range broken.Violations {
		pointer := v.Pointer
		if pointer == "" {
			pointer = "(the response)"
		}
		fmt.Fprintf(rows, "  %s\t%s\t%s\n", printable(pointer), printable(v.Keyword), printable(v.Reason))
	}
	rows.Flush()
	header, body, _ := strings.Cut(table.String(), "\n")
	fmt.Fprintf(os.Stderr, "%s\n%s", r.paint(os.Stderr, color.Bold)(header), body)
}

// end prints a summary and returns the highest exit code that was met. One SID needs no summary.
func (r *report) end(interrupted, batch bool) int {
	code := exitOK
	parts := []string{fmt.Sprintf("%d fetched", r.counts[exitOK])}
	for i, outcome := range []string{"failed", "invalid SID", "refused", "broke the contract"} {
		if n := r.counts[i+1]; n > 0 {
			code = i + 1
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	if interrupted {
		code = max(code, exitFailed)
		parts = append(parts, fmt.Sprintf("%d interrupted", r.stopped))
	}
	if interrupted || batch {
		took := time.Since(r.start).Round(time.Millisecond)
		fmt.Fprintf(os.Stderr, "flexflow: %s in %s\n", strings.Join(parts, ", "), took)
	}
	return code
}
