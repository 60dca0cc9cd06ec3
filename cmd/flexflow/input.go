package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
)

// given is a SID of the input and where it stands.
type given struct {
	sid  string
	line int // of standard input, from 1; 0 for a SID on the command line
}

// input is the SIDs of a batch, in order. Reading runs ahead of the results by as much as is fetched at a time.
type input struct {
	args   []string
	in     io.Reader
	unique bool

	mu      sync.Mutex
	pending []given // what was read and has no result yet
	taken   int     // of which there is a result
	all     bool    // the end was reached
	seen    map[string]bool
	err     error // of reading
}

// sids reads the SIDs on the command line, and in the place of each "-" the lines of standard input. It skips empty lines
// and those that begin with #.
func (in *input) sids() iter.Seq[string] {
	in.seen = map[string]bool{}
	return func(yield func(string) bool) {
		for _, arg := range in.args {
			if arg != "-" {
				if !in.next(given{sid: arg}, yield) {
					return
				}
				continue
			}
			lines := bufio.NewReader(in.in)
			for number := 1; ; number++ {
				line, err := readLine(lines)
				if number == 1 {
					line = strings.TrimPrefix(line, "\ufeff") // a byte order mark
				}
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !in.next(given{line, number}, yield) {
					return
				}
				if err != nil {
					in.fail(err, number)
					break
				}
			}
		}
		in.mu.Lock()
		in.all = true
		in.mu.Unlock()
	}
}

func (in *input) next(g given, yield func(string) bool) bool {
	in.mu.Lock()
	again := in.unique && in.seen[g.sid]
	if !again {
		in.pending = append(in.pending, g)
	}
	if in.unique {
		in.seen[g.sid] = true
	}
	in.mu.Unlock()
	return again || yield(g.sid)
}

func (in *input) fail(err error, line int) {
	if !errors.Is(err, io.EOF) {
		in.mu.Lock()
		in.err = fmt.Errorf("standard input, line %d: %w", line, err)
		in.mu.Unlock()
	}
}

// take returns what the next result is for.
func (in *input) take() given {
	in.mu.Lock()
	defer in.mu.Unlock()
	first := in.pending[0]
	in.pending = in.pending[1:]
	in.taken++
	return first
}

// done says whether there is a result for all of the input.
func (in *input) done() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.all && len(in.pending) == 0
}

// rest is what has no result, of an input that is the command line alone.
func (in *input) rest() []given {
	in.mu.Lock()
	defer in.mu.Unlock()
	var all []given
	seen := map[string]bool{}
	for _, arg := range in.args {
		if !in.unique || !seen[arg] {
			all = append(all, given{sid: arg})
		}
		seen[arg] = true
	}
	return all[min(in.taken, len(all)):]
}

// end returns the error of reading.
func (in *input) end() error {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.err
}

// readLine reads a line. Of one that is far too long for a SID it keeps the start, with an ellipsis that no SID has.
func readLine(r *bufio.Reader) (string, error) {
	start, more, err := r.ReadLine()
	line := string(start)
	if more {
		line += "\u2026"
	}
	for more && err == nil {
		_, more, err = r.ReadLine()
	}
	return line, err
}

// peek returns what the result after the last one taken is for, as far as it was read; its line is 0 when it was not.
func (in *input) peek() given {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.pending) == 0 {
		return given{}
	}
	return in.pending[0]
}
