package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/fatih/color"
	"golang.org/x/term"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/secret"
)

// unknown is the number of SIDs on standard input, and of flows in a list.
const unknown = -1

// report writes to standard error: progress, waits, errors and the summary.
type report struct {
	batch   bool             // of more than one flow
	counts  map[exitCode]int // results by exit code, or printedAnyway
	account string           // the SID of the account, if it is known
	start   time.Time

	what, total  string // such as fetching and /12
	done, failed int
	pages        int        // of a list
	visible      bool       // whether it shows progress
	showsWaits   bool       // otherwise, only the log has them
	waitsUntil   time.Time  // when the waits end that it showed
	mu           sync.Mutex // held while the report writes, so that the progress is never within a line
}

// printedAnyway is counted in place of the exit code of a flow that violates the contract and was printed.
const printedAnyway exitCode = -1

// newReport returns the report of fetching or listing this many flows, or unknown. It shows progress on a terminal, but
// not if standard output is a pipe, because the program that reads it may write to the same terminal.
func newReport(what string, total int, verbose bool) *report {
	r := &report{batch: total != 1, counts: map[exitCode]int{}, start: time.Now(), what: what}
	if total != unknown {
		r.total = fmt.Sprintf("/%d", total)
	}
	info, err := os.Stdout.Stat()
	piped := err != nil || info.Mode()&os.ModeNamedPipe != 0
	many := total == unknown || total > 5
	r.showsWaits = verbose || isTerminal(os.Stderr)
	r.visible = isTerminal(os.Stderr) && os.Getenv("TERM") != "dumb" && many && !piped && !verbose && !quiet
	return r
}

// draw replaces the progress by a text, cut at the width of the terminal, because draw can erase only one line.
func (r *report) draw(text string) {
	if !r.visible {
		return
	}
	width, _, _ := term.GetSize(int(os.Stderr.Fd()))
	text, _ = cut(text, cmp.Or(width, 80)-1)
	fmt.Fprint(os.Stderr, "\x1b[2K\r", text)
}

// hide clears the progress before other output; add draws it again.
func (r *report) hide() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draw("")
}

// add counts the result of one SID and prints its error.
func (r *report) add(g given, f flexflow.Fetched) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.draw("")
	as := codeOf(f.Err)
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
		printError(errors.New(line + message(f.Err)))
	case r.batch && g.sid != "" && flexflow.Value(f.Flow.SID) == "":
		printError(fmt.Errorf("%sthe flow requested as %s has no sid", line, g.sid))
	}
	r.counts[as]++
	r.done++
	if f.Err != nil {
		r.failed++
	}
	if f.Flow != nil && f.Response.Violations == nil {
		r.account = cmp.Or(r.account, flexflow.Value(f.Flow.AccountSID))
	}
	rate := float64(r.done) / time.Since(r.start).Seconds()
	r.draw(fmt.Sprintf("%s: %d%s, %d failed, %.0f flows/s", r.what, r.done, r.total, r.failed, rate))
}

// printViolations prints an error and the violations of a response as a table.
func printViolations(line, sid, requestID string, found []flexflow.Violation) {
	request := ""
	if requestID != "" {
		request = " (request " + requestID + ")"
	}
	printError(fmt.Errorf("%s%s: the response violates the contract%s", line, cmp.Or(sid, "no sid"), request))
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "  POINTER\tKEYWORD\tREASON")
	for _, v := range found {
		pointer, reason := cmp.Or(v.Pointer, "(the response)"), words.Replace(v.Reason)
		fmt.Fprintf(rows, "  %s\t%s\t%s\n", secret.OneLine(pointer), v.Keyword, secret.OneLine(reason))
	}
	rows.Flush()
	header, body, _ := strings.Cut(table.String(), "\n")
	fmt.Fprint(os.Stderr, paint(os.Stderr, color.Bold, header)+"\n"+body)
}

// end prints the summary and returns the exit code. A single SID gets no summary.
func (r *report) end(stopped *stop, s *sids) exitCode {
	code, done := exitOK, r.counts[exitOK]
	parts := []string{fmt.Sprintf("%d fetched", done)}
	for _, result := range []struct {
		as, code exitCode
		text     string
	}{
		{exitFailed, exitFailed, "failed"},
		{exitUsage, exitUsage, "malformed"},
		{exitRefused, exitRefused, "refused"},
		{printedAnyway, exitInvalid, "printed despite violations"},
		{exitInvalid, exitInvalid, "invalid"},
	} {
		if n := r.counts[result.as]; n > 0 {
			code, done = result.code, done+n
			parts = append(parts, fmt.Sprintf("%d %s", n, result.text))
		}
	}
	skipped, isEmpty, _ := s.result()
	if skipped > 0 {
		parts = append(parts, fmt.Sprintf("%d skipped", skipped))
	}
	if stopped != nil {
		code = cmp.Or(stopped.code, exitIncomplete)
		left := "the rest not fetched"
		if n, known := s.count(); known {
			left = fmt.Sprintf("%d not fetched", n-done)
		}
		parts = append(parts, left)
		if stopped.reason != "" {
			printError(errors.New("stopped: " + stopped.reason))
		}
	}
	if stopped == nil && isEmpty {
		printError(errors.New("standard input had no SIDs"))
		code = max(code, exitUsage)
	}
	if r.batch || stopped != nil {
		note(fmt.Sprintf("%s, in %s", strings.Join(parts, ", "), r.tookFrom()))
	}
	return code
}

// tookFrom returns how long it took, and the account that the flows are from.
func (r *report) tookFrom() string {
	text := time.Since(r.start).Round(time.Millisecond).String()
	if r.account != "" {
		text += ", account " + r.account
	}
	return text
}
