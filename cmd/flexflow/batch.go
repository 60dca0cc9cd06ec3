package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow"
)

// batch fetches SIDs, and writes, records and counts the results in the order of the input. If it ends early, every SID
// before some place is done and none from it on, so that another batch can go on there.
type batch struct {
	*fetchFlags
	*reader
	sids  *sids
	rules stopRules

	stopped *stop // nil until the batch has to end early
	lost    error // why SIDs could not be read, or flows or failures written
}

// stop describes why a batch ended before the end of its input.
type stop struct {
	reason string   // "" after an error that was printed
	code   exitCode // 0 for exitIncomplete
	next   given    // where to go on
}

// run fetches all SIDs and returns the exit code.
func (b *batch) run(ctx context.Context) exitCode {
	b.fetchAll(ctx)
	kept, err := b.printer.keeps(), b.printer.close()
	b.lose(err)
	if kept && err != nil {
		b.stopAt(given{}, kept)
	}
	_, isEmpty, unread := b.sids.result()
	b.lose(unread)
	if !isEmpty { // otherwise nothing is replaced
		b.lose(b.failures.close())
	}
	b.report.hide()
	code := b.report.end(b.stopped, b.sids)
	failed := b.report.failed
	failsAgain := failed > 0 && failed == b.report.counts[exitUsage]+b.rules.unknown
	switch {
	case b.into != "" && failsAgain && b.lost == nil && ctx.Err() == nil:
		note("the SIDs that failed are malformed or unknown: correct them, or use the credentials of their account")
	case b.into != "" && (b.stopped != nil || failed > 0):
		note("to fetch what is left, run the same command again")
	case b.stopped != nil && b.report.batch:
		note("to continue, begin from " + b.sids.place(b.stopped.next))
	}
	for _, arg := range b.sids.args {
		if info, err := os.Stat(arg); b.report.counts[exitUsage] > 0 && err == nil && info.Mode().IsRegular() {
			note("to read SIDs from a file: flexflow fetch - < FILE")
		}
	}
	if b.lost != nil {
		code = max(code, exitIncomplete)
	}
	return code
}

// fetchAll fetches until the end of the input, or until the batch has to end early.
func (b *batch) fetchAll(ctx context.Context) {
	b.rules = stopRules{fetchFlags: b.fetchFlags, found: len(b.have) > 0}
	for f := range b.client.FetchFlexFlows(ctx, b.sids.all(), b.concurrency) {
		if ctx.Err() != nil && errors.Is(f.Err, ctx.Err()) {
			reason, code := endOf(ctx)
			b.stopped = &stop{reason, code, b.sids.next()}
			return
		}
		g, kept := b.sids.take(), f.Err == nil && b.printer.keeps()
		if err := b.write(g, f); err != nil {
			b.lose(err)
			b.stopAt(g, kept)
			return
		}
		b.report.add(g, f)
		if reason, next := b.rules.after(g, b.sids.next(), f.Err); reason != "" && !b.sids.done() {
			b.stopped = &stop{reason: reason, next: next}
			return
		}
	}
}

// lose prints the first error of reading or writing, if there is one.
func (b *batch) lose(err error) {
	if err != nil && b.lost == nil {
		b.report.hide()
		printError(err)
		b.lost = err
	}
}

// stopAt ends the batch before a SID, or before all of them if the printer kept their flows: it has written none then.
func (b *batch) stopAt(next given, kept bool) {
	if kept {
		next = given{}
		clear(b.report.counts)
	}
	b.stopped = cmp.Or(b.stopped, &stop{})
	b.stopped.next = next
}

// inARow is the number of SIDs after which a batch stops, if it got nothing of use for all of them.
const inARow = 20

// stopRules stop a batch when the remaining fetches would fail too.
type stopRules struct {
	*fetchFlags
	failures uint
	useless  int   // SIDs in a row that failed, but not because they are unknown or their flow is invalid
	first    given // of them
	unknown  int   // SIDs that the account does not have
	found    bool  // a SID that it has
}

// isOtherType reports whether the violation is of a response of another type, such as the login page of a proxy.
func isOtherType(v flexflow.Violation) bool { return v.Keyword == "content-type" }

// after counts the result of g. It returns why the batch stops, or "", and where another batch can go on.
func (s *stopRules) after(g, next given, err error) (reason string, first given) {
	if err == nil {
		s.useless, s.found = 0, true
		return "", next
	}
	s.failures++
	var refused *flexflow.APIError
	unauthorized := errors.Is(err, flexflow.ErrUnauthorized)
	other := errors.As(err, &refused) && refused.Code == 0 // a proxy, not the API
	var invalid *flexflow.ResponseError
	switch {
	case errors.Is(err, flexflow.ErrInvalidSID): // nothing was sent
	case errors.As(err, &invalid) && !slices.ContainsFunc(invalid.Violations, isOtherType):
		s.useless, s.found = 0, true
	case errors.Is(err, flexflow.ErrNotFound) && !other:
		s.useless = 0
		s.unknown++
	default:
		if s.useless++; s.useless == 1 {
			s.first = g
		}
	}
	switch {
	case s.maxFailures > 0 && s.failures >= s.maxFailures:
		return fmt.Sprintf("%d failed, the limit of --max-failures", s.failures), next
	case s.keepGoing:
		return "", next
	case unauthorized && !other:
		return "the API does not accept the credentials", g
	case errors.Is(err, flexflow.ErrRateLimited) && refused.RetryAfter > s.maxWait:
		wait := refused.RetryAfter.Round(time.Second)
		return fmt.Sprintf("the API asks to wait %s, longer than --max-wait %s", wait, s.maxWait), g
	case s.unknown >= 50 && !s.found:
		return "the first 50 SIDs are unknown: the credentials may belong to another account", given{}
	case s.useless >= inARow:
		return fmt.Sprintf("%d SIDs in a row failed: run flexflow doctor", inARow), s.first
	}
	return "", next
}
