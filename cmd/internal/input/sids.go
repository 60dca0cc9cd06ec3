// Package input reads the input of the command: SIDs and stored flows.
package input

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
)

// Given is a SID and where it was given.
type Given struct {
	SID  string
	Line int // of standard input, from 1; 0 for a SID on the command line
	Arg  int // index of the argument: the SID itself, or "-"
}

// SIDs reads the SIDs of a batch in order, and returns the SID of each result. It reads only as far ahead as the batch fetches.
type SIDs struct {
	args   []string
	stdin  io.Reader
	unique bool

	mu      sync.Mutex
	pending []Given // read, but without a result yet
	after   Given   // where the next SID is read from
	taken   int     // number of SIDs with a result
	seen    map[string]bool
	lines   int   // number of SIDs on standard input
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
		for i, arg := range s.args {
			if arg != "-" {
				if !s.next(Given{SID: arg, Arg: i}, Given{Arg: i + 1}, yield) {
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
				line = strings.TrimSpace(line)
				if line != "" && !strings.HasPrefix(line, "#") && !s.next(Given{line, number, i}, Given{Line: number + 1, Arg: i}, yield) {
					return
				}
				if err != nil {
					s.end(err, number, Given{Arg: i + 1})
					break
				}
			}
		}
	}
}

func (s *SIDs) next(g, after Given, yield func(string) bool) bool {
	s.mu.Lock()
	if g.Line > 0 {
		s.lines++
	}
	again := s.unique && s.seen[g.SID]
	if !again {
		s.pending = append(s.pending, g)
	}
	if s.unique {
		s.seen[g.SID] = true
	}
	s.after = after
	s.mu.Unlock()
	return again || yield(g.SID)
}

func (s *SIDs) end(err error, line int, after Given) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.after = after
	if !errors.Is(err, io.EOF) {
		s.err = fmt.Errorf("standard input, line %d: %w", line, err)
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

// Next returns the SID that Take would return, or where it will be read from. Its Arg is the number of arguments when every
// SID has a result.
func (s *SIDs) Next() Given {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) > 0 {
		return s.pending[0]
	}
	return s.after
}

// Rest returns the SIDs from one on. All SIDs must be on the command line.
func (s *SIDs) Rest(from Given) (rest []Given) {
	seen := map[string]bool{}
	for i, arg := range s.args {
		if i >= from.Arg && !(s.unique && seen[arg]) {
			rest = append(rest, Given{SID: arg, Arg: i})
		}
		seen[arg] = true
	}
	return rest
}

// Count returns how many SIDs there are. It cannot know when standard input is not a regular file.
func (s *SIDs) Count() (n int, known bool) {
	again := NewSIDs(s.args, nil, s.unique)
	if slices.Contains(s.args, "-") {
		file, _ := s.stdin.(*os.File)
		info, err := file.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return 0, false
		}
		again.stdin = io.NewSectionReader(file, 0, info.Size()) // leaves the offset of the file as it is
	}
	for range again.All() {
		again.Take()
	}
	return again.taken, true
}

// Empty reports whether standard input was read and had no SIDs.
func (s *SIDs) Empty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines == 0 && s.err == nil
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
