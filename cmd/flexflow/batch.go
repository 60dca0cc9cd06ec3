package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
	"github.com/flexflow-go/flexflow/cmd/internal/output"
)

// batch fetches SIDs, and prints, records and counts the results in the order of the input.
type batch struct {
	*cli
	client      *flexflow.Client
	args        []string
	sids        *input.SIDs
	printer     *output.Printer
	failures    *output.FailureFile
	report      *report
	rules       stopRules
	concurrency int
	deadline    time.Duration

	kept  []result // from the first flow that the printer has not written yet, but not failures that need no other fetch
	early *stopped // nil until the batch has to end early
	full  error    // why standard output or the file of errors could not be written
}

// result is a SID and what the report counts it as.
type result struct {
	input.Given
	as int
}

// stopped describes why a batch ended before the end of its input.
type stopped struct {
	reason string      // "" after an error that was printed
	code   int         // the exit code, or 0 for the highest that the batch met
	next   input.Given // where to go on
	left   []string    // SIDs of the command line to go on with; nil when standard input was read
}

// run fetches all SIDs. When it ends early, it records the SIDs of the command line that have no result, but not those of
// standard input, because the batch can go on from their line.
func (b *batch) run(ctx context.Context) {
	rest := b.fetch(ctx)
	if ctx.Err() != nil && b.early == nil && !b.done() {
		b.early = b.endOf(ctx, b.sids.Next())
	}
	if b.early != nil && b.report.total != unknown {
		b.leave(b.sids.Rest(cmp.Or(rest, b.sids.Next()))...)
	}
	if err := b.printer.Close(); err != nil {
		b.lose(err, b.takeBack())
	}
	if err := b.failures.Close(); err != nil {
		b.lose(err, nil)
	}
}

// fetch returns the SID to go on with if that is not the first without a result.
func (b *batch) fetch(ctx context.Context) (from input.Given) {
	for f := range b.client.FetchFlexFlows(ctx, b.sids.All(), b.concurrency) {
		g := b.sids.Take()
		b.report.bar.Hide()
		switch {
		case f.Err != nil && ctx.Err() != nil && errors.Is(f.Err, ctx.Err()):
			if b.early == nil {
				b.early = b.endOf(ctx, g)
			}
			if b.report.total == unknown {
				return from
			}
			b.leave(g)
			continue
		case f.Err == nil:
			if err := b.printer.Print(f.Response.Body); err != nil {
				b.lose(err, append(b.takeBack(), g))
				return from
			}
		default:
			if err := b.failures.Add(output.NewFailure(g, f.Err)); err != nil {
				b.lose(err, []input.Given{g})
				return from
			}
		}
		as := b.report.add(g, f)
		if !b.printer.Keeps() {
			b.kept = nil
		} else if f.Err == nil || !b.failures.Usable() || b.report.total == unknown {
			b.kept = append(b.kept, result{g, as})
		}
		if reason, first := b.rules.after(g, f.Err); b.early == nil && reason != "" && !b.done() {
			if first == (input.Given{}) || b.failures.Usable() {
				first = b.sids.Next()
			}
			b.early = &stopped{reason: reason, next: first}
			return first
		}
	}
	return from
}

// done reports whether every SID has a result.
func (b *batch) done() bool { return b.sids.Next().Arg == len(b.args) }

// takeBack uncounts the results that the printer has not written, and returns their SIDs.
func (b *batch) takeBack() (lost []input.Given) {
	for _, r := range b.kept {
		b.report.counts[r.as]--
		lost = append(lost, r.Given)
	}
	b.kept = nil
	return lost
}

// lose ends the batch after results could not be written.
func (b *batch) lose(err error, lost []input.Given) {
	if b.full == nil || b.full.Error() != err.Error() {
		b.printError(err)
	}
	b.full = err
	if len(lost) == 0 {
		return
	}
	if b.early == nil {
		b.early = &stopped{}
	}
	b.early.next = lost[0]
	if b.report.total != unknown {
		b.leave(lost...)
	}
}

// leave records SIDs of the command line that were not fetched.
func (b *batch) leave(sids ...input.Given) {
	for _, g := range sids {
		failed := output.Interruption(g)
		if err := checkSID(b.client, g.SID); err != nil {
			failed = output.NewFailure(g, err)
		}
		b.early.left = append(b.early.left, failed.SID)
		if err := b.failures.Add(failed); err != nil {
			b.lose(err, nil)
		}
	}
}

// endOf describes why the context ended.
func (b *batch) endOf(ctx context.Context, next input.Given) *stopped {
	if cause, ok := context.Cause(ctx).(signaled); ok {
		return &stopped{reason: cause.Error(), code: cause.exitCode(), next: next}
	}
	return &stopped{reason: fmt.Sprintf("the deadline of %s passed", b.deadline), code: exitFailed, next: next}
}

// inARow is the number of failed requests in a row after which a batch stops.
const inARow = 20

// stopRules stop a batch when the remaining fetches would fail too.
type stopRules struct {
	keepGoing   bool
	maxFailures int // 0 for no limit
	maxWait     time.Duration

	failures, unreachable int
	first                 input.Given // of the requests in a row that failed
}

// after counts a result and returns why the batch stops, or "", and the first SID of those that failed for that reason.
func (s *stopRules) after(g input.Given, err error) (reason string, first input.Given) {
	if err == nil {
		s.unreachable = 0
		return "", first
	}
	s.failures++
	switch output.KindOf(err) {
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
		return fmt.Sprintf("%d failed, the limit of --max-failures", s.failures), first
	case s.keepGoing:
	case errors.Is(err, flexflow.ErrUnauthorized):
		return "the API does not accept the credentials", g
	case errors.Is(err, flexflow.ErrRateLimited) && errors.As(err, &refused) && refused.RetryAfter > s.maxWait:
		return fmt.Sprintf("the API asks to wait %s, longer than --max-wait %s", refused.RetryAfter.Round(time.Second), s.maxWait), g
	case s.unreachable >= inARow:
		return fmt.Sprintf("%d requests in a row failed", inARow), s.first
	}
	return "", first
}
