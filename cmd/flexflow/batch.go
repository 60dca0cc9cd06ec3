package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/input"
	"github.com/flexflow-go/flexflow/internal/output"
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
}

// stopped describes why a batch ended before the end of its input.
type stopped struct {
	reason string
	next   input.Given // where to go on: the first SID without a result
	left   []string    // SIDs of the command line without a result; nil when standard input was read
}

// run fetches all SIDs. It returns why it stopped early, or nil, and the first error of its output. After an interrupt, it
// records the SIDs of the command line that have no result, but not those of standard input, because the batch can go on from
// their line.
func (b *batch) run(ctx context.Context) (early *stopped, err error) {
	for f := range b.client.FetchFlexFlows(ctx, b.sids.All(), b.concurrency) {
		g := b.sids.Take()
		b.report.hideBar()
		switch {
		case f.Err != nil && ctx.Err() != nil && errors.Is(f.Err, ctx.Err()):
			early = cmp.Or(early, &stopped{reason: b.reasonOf(ctx), next: g})
			if b.report.total == unknown {
				return early, nil
			}
			err = b.leave(early, g)
		case f.Err == nil:
			if err = b.printer.Print(f.Response.Body); err == nil && b.report.batch && flexflow.Value(f.Flow.SID) == "" {
				b.printError(fmt.Errorf("the flow requested as %s has no sid", g.SID))
			}
			b.report.add(g, f)
		default:
			err = b.failures.Add(output.NewFailure(g, f.Err))
			b.report.add(g, f)
		}
		if err != nil {
			return nil, err
		}
		if reason := b.rules.after(f.Err); early == nil && reason != "" && !b.done() {
			early = &stopped{reason: reason, next: b.sids.Next()}
			break
		}
	}
	if ctx.Err() != nil && early == nil && !b.done() {
		early = &stopped{reason: b.reasonOf(ctx), next: b.sids.Next()}
	}
	if early != nil && b.report.total != unknown {
		for _, g := range b.sids.Rest() {
			if err := b.leave(early, g); err != nil {
				return nil, err
			}
		}
	}
	return early, nil
}

// done reports whether every SID has a result.
func (b *batch) done() bool { return b.sids.Next().Arg == len(b.args) }

// leave records a SID of the command line that was not fetched.
func (b *batch) leave(early *stopped, g input.Given) error {
	failed := output.Interruption(g)
	if err := checkSID(b.client, g.SID); err != nil {
		failed = output.NewFailure(g, err)
	}
	early.left = append(early.left, failed.SID)
	return b.failures.Add(failed)
}

// reasonOf returns why the context ended.
func (b *batch) reasonOf(ctx context.Context) string {
	if cause, ok := context.Cause(ctx).(signaled); ok {
		return cause.Error()
	}
	return fmt.Sprintf("the deadline of %s passed", b.deadline)
}

// inARow is the number of failed requests in a row after which a batch stops.
const inARow = 20

// stopRules stop a batch when the remaining fetches would fail too.
type stopRules struct {
	keepGoing   bool
	maxFailures int // 0 for no limit

	failures, unreachable int
}

// after counts a result and returns why the batch stops, or "".
func (s *stopRules) after(err error) string {
	if err == nil {
		s.unreachable = 0
		return ""
	}
	s.failures++
	switch output.KindOf(err) {
	case "transport":
		s.unreachable++
	case "invalid_sid": // nothing was sent
	default:
		s.unreachable = 0
	}
	switch {
	case s.maxFailures > 0 && s.failures >= s.maxFailures:
		return fmt.Sprintf("%d failed, the limit of --max-failures", s.failures)
	case s.keepGoing:
		return ""
	case errors.Is(err, flexflow.ErrUnauthorized):
		return "the API does not accept the credentials"
	case s.unreachable >= inARow:
		return fmt.Sprintf("%d requests in a row failed", inARow)
	}
	return ""
}
