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

// batch fetches the input, and prints, records and counts what became of it, in the order of the input.
type batch struct {
	*cli
	client      *flexflow.Client
	sids        *input.SIDs
	printer     *output.Printer
	failures    *failureFile
	report      *report
	rules       stopRules
	concurrency int
	deadline    time.Duration
}

// stopped says why a batch ended before its input.
type stopped struct {
	reason string
	next   input.Given // the first SID without a result
}

// run returns why it stopped early, or nil, and the first error of its own output. What an interrupt cut off in standard
// input is left for the line to go on from; on the command line there is no such line, so each SID is recorded.
func (b *batch) run(ctx context.Context) (early *stopped, err error) {
	for f := range b.client.FetchFlexFlows(ctx, b.sids.All(), b.concurrency) {
		g := b.sids.Take()
		b.report.hideBar()
		switch {
		case f.Err != nil && ctx.Err() != nil && errors.Is(f.Err, ctx.Err()):
			early = cmp.Or(early, &stopped{b.reasonOf(ctx), g})
			if b.report.total == unknown {
				return early, nil
			}
			err = b.failures.add(interruption(g))
		case f.Err == nil:
			if err = b.printer.Print(f.Response.Body); err == nil && b.report.batch && flexflow.Value(f.Flow.SID) == "" {
				b.printError(fmt.Errorf("the flow requested as %s has no sid", g.SID))
			}
			b.report.add(g, f)
		default:
			err = b.failures.add(newFailure(g, f.Err))
			b.report.add(g, f)
		}
		if reason := b.rules.after(f.Err); err == nil && early == nil && reason != "" {
			early = &stopped{reason, b.sids.Peek()}
			break
		}
		if err != nil {
			return nil, err
		}
	}
	if ctx.Err() != nil && early == nil && !b.sids.Done() {
		early = &stopped{b.reasonOf(ctx), b.sids.Peek()}
	}
	if early != nil && b.report.total != unknown {
		for _, g := range b.sids.Rest() {
			if err := b.failures.add(interruption(g)); err != nil {
				return nil, err
			}
		}
	}
	return early, nil
}

// reasonOf says what ended the context.
func (b *batch) reasonOf(ctx context.Context) string {
	if cause, ok := context.Cause(ctx).(signaled); ok {
		return cause.Error()
	}
	return fmt.Sprintf("the deadline of %s is over", b.deadline)
}

// inARow is how many fetches in a row may fail to reach the API before a batch gives up.
const inARow = 20

// stopRules end a batch whose further fetches would only fail as well.
type stopRules struct {
	keepGoing   bool
	maxFailures int // 0 for no limit

	failures, unreachable int
}

// after counts a result and returns why the batch ends with it, or "".
func (s *stopRules) after(err error) string {
	if err == nil {
		s.unreachable = 0
		return ""
	}
	s.failures++
	s.unreachable++
	if kindOf(err) != "transport" {
		s.unreachable = 0
	}
	switch {
	case s.keepGoing:
		return ""
	case errors.Is(err, flexflow.ErrUnauthorized):
		return "the API does not accept the credentials, and would refuse the others as well"
	case s.maxFailures > 0 && s.failures >= s.maxFailures:
		return fmt.Sprintf("%d failures, as --max-failures allows", s.failures)
	case s.unreachable >= inARow:
		return fmt.Sprintf("%d fetches in a row could not reach the API", inARow)
	}
	return ""
}
