// Package input reads the input of the command: SIDs and stored flows.
package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"sync"
)

// Given is a SID and the line that it is on.
type Given struct {
	SID  string
	Line int // of standard input, from 1; 0 for a SID on the command line
}

// SIDs reads the SIDs of a batch in order, and returns the SID of each result. It reads only as far ahead as the batch fetches.
type SIDs struct {
	args   []string
	stdin  io.Reader
	unique bool

	mu      sync.Mutex
	pending []Given // read, but without a result yet
	taken   int     // number of SIDs with a result
	all     bool    // all SIDs are read
	seen    map[string]bool
	err     error // of reading standard input
}

// NewSIDs returns the SIDs of the command line. The lines of stdin replace each "-". With unique, it skips a SID that occurred
// before.
func NewSIDs(args []string, stdin io.Reader, unique bool) *SIDs {
	return &SIDs{args: args, stdin: stdin, unique: unique, seen: map[string]bool{}}
}

// All yields the SIDs. It skips empty lines and those that begin with #.
func (s *SIDs) All() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, arg := range s.args {
			if arg != "-" {
				if !s.next(Given{SID: arg}, yield) {
					return
				}
				continue
			}
			lines := bufio.NewReader(s.stdin)
			for number := 1; ; number++ {
				line, err := readLine(lines)
				if number == 1 {
					line = strings.TrimPrefix(line, "\ufeff") // a byte order mark
				}
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") && !s.next(Given{line, number}, yield) {
					return
				}
				if err != nil {
					s.fail(err, number)
					break
				}
			}
		}
		s.mu.Lock()
		s.all = true
		s.mu.Unlock()
	}
}

func (s *SIDs) next(g Given, yield func(string) bool) bool {
	s.mu.Lock()
	again := s.unique && s.seen[g.SID]
	if !again {
		s.pending = append(s.pending, g)
	}
	if s.unique {
		s.seen[g.SID] = true
	}
	s.mu.Unlock()
	return again || yield(g.SID)
}

func (s *SIDs) fail(err error, line int) {
	if !errors.Is(err, io.EOF) {
		s.mu.Lock()
		s.err = fmt.Errorf("standard input, line %d: %w", line, err)
		s.mu.Unlock()
	}
}

// Take returns the SID of the next result, and advances to the SID after it.
func (s *SIDs) Take() Given {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.pending[0]
	s.pending = s.pending[1:]
	s.taken++
	return first
}

// Peek returns the SID that Take would return, or the zero value when it has not been read yet.
func (s *SIDs) Peek() Given {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) == 0 {
		return Given{}
	}
	return s.pending[0]
}

// Done reports whether every SID has a result.
func (s *SIDs) Done() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all && len(s.pending) == 0
}

// Rest returns the SIDs without a result. All SIDs must be on the command line.
func (s *SIDs) Rest() []Given {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []Given
	seen := map[string]bool{}
	for _, arg := range s.args {
		if !s.unique || !seen[arg] {
			all = append(all, Given{SID: arg})
		}
		seen[arg] = true
	}
	return all[min(s.taken, len(all)):]
}

// Err returns the error of reading standard input.
func (s *SIDs) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// readLine reads a line. It cuts a line that is far too long for a SID, and appends an ellipsis, so the SID is invalid.
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
