package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/flexflow-go/flexflow"
)

// result is the outcome of one fetch.
type result struct {
	body []byte // the answer, when it is a flow
	err  error  // also beside a body, when the flow breaks the contract and is wanted all the same
}

// violationKey is where fetchOne finds in its context what the client's violation handler was told.
type violationKey struct{}

func keepViolation(ctx context.Context, broken *flexflow.ResponseError) {
	*ctx.Value(violationKey{}).(*error) = broken
}

func fetchOne(ctx context.Context, client *flexflow.Client, sid string) result {
	var broken error
	var response flexflow.Response
	ctx = context.WithValue(ctx, violationKey{}, &broken)
	if _, err := client.FetchFlexFlow(ctx, sid, flexflow.CaptureResponse(&response)); err != nil {
		return result{err: err}
	}
	return result{response.Body, broken}
}

// inOrder fetches up to concurrency SIDs at once and yields the results in the order of the SIDs. It reads no further
// ahead than a slow fetch is worth, so that an input without end does not fill the memory.
func inOrder(ctx context.Context, sids <-chan string, concurrency int, fetch func(sid string) result) iter.Seq[result] {
	pending := make(chan chan result, 4*concurrency)
	running := make(chan struct{}, concurrency)
	start := func() {
		defer close(pending)
		for {
			select {
			case <-ctx.Done():
				return
			case sid, ok := <-sids:
				if !ok {
					return
				}
				done := make(chan result, 1)
				select {
				case <-ctx.Done():
					return
				case pending <- done: // before the fetch, so that nothing is fetched in vain
				}
				running <- struct{}{}
				go func() {
					done <- fetch(sid)
					<-running
				}()
			}
		}
	}
	return func(yield func(result) bool) {
		go start()
		for done := range pending {
			if !yield(<-done) {
				return
			}
		}
	}
}

// sendSIDs sends the SIDs on the command line, and in the place of each "-" the lines of in.
func sendSIDs(ctx context.Context, args []string, in io.Reader, sids chan<- string) error {
	send := func(sid string) {
		select {
		case sids <- sid:
		case <-ctx.Done():
		}
	}
	for _, arg := range args {
		if arg != "-" {
			send(arg)
			continue
		}
		lines := bufio.NewReader(in)
		for ctx.Err() == nil {
			line, err := readLine(lines)
			if line != "" {
				send(line)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// readLine reads a line without the space around it. Of a line that is far too long for a SID only the start is kept,
// with an ellipsis that no SID has.
func readLine(r *bufio.Reader) (string, error) {
	start, more, err := r.ReadLine()
	line := string(start)
	if more {
		line += "\u2026"
	}
	for more && err == nil {
		_, more, err = r.ReadLine()
	}
	return strings.TrimSpace(line), err
}
