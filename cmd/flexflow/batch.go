package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/flexflow-go/flexflow"
)

// batch fetches SIDs, and prints, records and counts the results in the order of the input. If it ends early, every SID
// before some place is done and none from it on, so that another batch can go on there.
type batch struct {
	*fetchFlags
	flags    *pflag.FlagSet
	client   *flexflow.Client
	sids     *sids
	printer  *printer
	failures failureFile
	report   *report

	kept    []result // from the first flow that the printer has not written yet
	stopped *stop    // nil until the batch has to end early
	lost    error    // why standard output or the --errors file could not be written
}

// result is a SID and what the report counts it as.
type result struct {
	given
	as exitCode
}

// stop describes why a batch ended before the end of its input.
type stop struct {
	reason string   // "" after an error that was printed
	code   exitCode // the exit code, or 0 for the highest that the batch met
	next   given    // where to go on
}

// run fetches all SIDs and returns the exit code.
func (b *batch) run(ctx context.Context) exitCode {
	b.fetchAll(ctx)
	if err := b.printer.close(); err != nil {
		b.lose(err, b.takeBack()...)
	}
	if b.failures.File != nil {
		if err := b.failures.Close(); err != nil {
			b.lose(err)
		}
	}
	b.report.hide()
	code := b.report.end(b.stopped, b.sids)
	for _, line := range b.nextSteps() {
		note(line)
	}
	if err := b.sids.err(); err != nil {
		printError(err)
		code = max(code, exitFailed)
	}
	if b.lost != nil {
		code = exitFailed
	}
	return code
}

// fetchAll fetches until the end of the input, or until the batch has to end early.
func (b *batch) fetchAll(ctx context.Context) {
	rules := stopRules{fetchFlags: b.fetchFlags}
	for f := range b.client.FetchFlexFlows(ctx, b.sids.all(), b.concurrency) {
		g := b.sids.take()
		if ctx.Err() != nil && errors.Is(f.Err, ctx.Err()) {
			b.stopped = b.endOf(ctx, g)
			return
		}
		b.report.hide()
		if !b.write(g, f) {
			return
		}
		as := b.report.add(g, f)
		b.kept = append(b.kept, result{g, as})
		if !b.printer.keeps() {
			b.kept = nil
		}
		next := b.sids.next()
		if reason, first := rules.after(g, next, f.Err); reason != "" && !b.sids.done() {
			if b.failures.File != nil { // it has the failures already
				first = next
			}
			b.stopped = &stop{reason: reason, next: first}
			return
		}
	}
	if ctx.Err() != nil && !b.sids.done() {
		b.stopped = b.endOf(ctx, b.sids.next())
	}
}

// write prints a flow or records a failure. It returns false if the batch has to end because it cannot.
func (b *batch) write(g given, f flexflow.Fetched) bool {
	if f.Err != nil {
		if err := b.failures.add(newFailure(g, f.Err)); err != nil {
			b.lose(err, g)
		}
	} else if err := b.printer.print(f.Response.Body); err != nil {
		b.lose(err, append(b.takeBack(), g)...)
	}
	return b.lost == nil
}

// takeBack uncounts the results that the printer has not written, and returns their SIDs.
func (b *batch) takeBack() (lost []given) {
	for _, r := range b.kept {
		b.report.counts[r.as]--
		lost = append(lost, r.given)
	}
	b.kept = nil
	return lost
}

// lose ends the batch before the first SID whose result could not be written.
func (b *batch) lose(err error, lost ...given) {
	if b.lost == nil {
		b.report.hide()
		printError(err)
	}
	b.lost = err
	if len(lost) == 0 {
		return
	}
	if b.stopped == nil {
		b.stopped = &stop{}
	}
	b.stopped.next = lost[0]
}

// endOf describes why the context ended.
func (b *batch) endOf(ctx context.Context, next given) *stop {
	if cause, ok := context.Cause(ctx).(signaled); ok {
		return &stop{reason: cause.Error(), code: cause.exitCode(), next: next}
	}
	return &stop{reason: fmt.Sprintf("the deadline of %s passed", b.deadline), code: exitFailed, next: next}
}

// inARow is the number of failed requests in a row after which a batch stops.
const inARow = 20

// stopRules stop a batch when the remaining fetches would fail too.
type stopRules struct {
	*fetchFlags
	failures    uint
	unreachable int   // requests in a row that failed
	first       given // of them
}

// after counts the result of g, and returns why the batch stops, or "", and the first SID that failed for that reason,
// or next.
func (s *stopRules) after(g, next given, err error) (reason string, first given) {
	if err == nil {
		s.unreachable = 0
		return "", next
	}
	s.failures++
	switch kindOf(err) {
	case "transport":
		if s.unreachable++; s.unreachable == 1 {
			s.first = g
		}
	case "invalid_sid": // nothing was sent
	default:
		s.unreachable = 0
	}
	var refused *flexflow.APIError
	switch {
	case s.maxFailures > 0 && s.failures >= s.maxFailures:
		return fmt.Sprintf("%d failed, the limit of --max-failures", s.failures), next
	case s.keepGoing:
		return "", next
	case errors.Is(err, flexflow.ErrUnauthorized):
		return "the API does not accept the credentials", g
	case errors.Is(err, flexflow.ErrRateLimited) && errors.As(err, &refused) && refused.RetryAfter > s.maxWait:
		wait := refused.RetryAfter.Round(time.Second)
		return fmt.Sprintf("the API asks to wait %s, longer than --max-wait %s", wait, s.maxWait), g
	case s.unreachable >= inARow:
		return fmt.Sprintf("%d requests in a row failed", inARow), s.first
	}
	return "", next
}
