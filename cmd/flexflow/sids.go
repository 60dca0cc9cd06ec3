package main

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
)

// given is a SID and where it was given.
type given struct {
	sid  string
	line int // of standard input, from 1; 0 for a SID on the command line
	arg  int // index of the argument: the SID itself, or "-"
}

// readSIDs yields the SIDs of the command line. The lines of stdin replace each "-", except for empty lines and those
// that begin with #. With unique, it skips a SID that occurred before. Its error is of reading stdin; the next argument
// follows.
func readSIDs(args []string, stdin io.Reader, unique bool) iter.Seq2[given, error] {
	return func(yield func(given, error) bool) {
		seen := map[string]bool{}
		isNew := func(sid string) bool {
			if unique && seen[sid] {
				return false
			}
			seen[sid] = unique
			return true
		}
		for i, arg := range args {
			if arg != "-" {
				if isNew(arg) && !yield(given{sid: arg, arg: i}, nil) {
					return
				}
				continue
			}
			lines, number := bufio.NewScanner(stdin), 1
			for ; lines.Scan(); number++ {
				line := lines.Text()
				if number == 1 {
					line = strings.TrimPrefix(line, "\ufeff") // a byte order mark
				}
				line = strings.TrimSpace(line)
				isSID := line != "" && !strings.HasPrefix(line, "#")
				if isSID && isNew(line) && !yield(given{line, number, i}, nil) {
					return
				}
			}
			if err := lines.Err(); err != nil && !yield(given{}, fmt.Errorf("standard input, line %d: %w", number, err)) {
				return
			}
		}
	}
}

// sids hands the SIDs of a batch to its fetches, and says which one each result is for. It reads only as far ahead as
// the batch fetches, in another goroutine.
type sids struct {
	args   []string
	stdin  io.Reader
	unique bool

	mu      sync.Mutex
	pending []given // read, but without a result yet
	after   given   // where the next SID is read from
	lines   int     // number of SIDs on standard input
	failed  error   // of reading standard input
}

// all yields the SIDs.
func (s *sids) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		for g, err := range readSIDs(s.args, s.stdin, s.unique) {
			if s.add(g, err); err == nil && !yield(g.sid) {
				return
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.after = given{arg: len(s.args)}
	}
}

func (s *sids) add(g given, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed = err
		return
	}
	s.pending = append(s.pending, g)
	s.after = given{arg: g.arg + 1}
	if g.line > 0 {
		s.lines++
		s.after = given{line: g.line + 1, arg: g.arg}
	}
}

// take returns the SID of the next result, and advances to the SID after it.
func (s *sids) take() given {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := s.pending[0]
	s.pending = s.pending[1:]
	return first
}

// next returns the SID that take would return, or where it will be read from.
func (s *sids) next() given {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.pending) > 0 {
		return s.pending[0]
	}
	return s.after
}

// done reports whether every SID has a result.
func (s *sids) done() bool { return s.next().arg == len(s.args) }

// err returns the error of reading standard input.
func (s *sids) err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failed
}

// inputEmpty reports whether standard input was read and had no SIDs.
func (s *sids) inputEmpty() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.args, "-") && s.lines == 0 && s.failed == nil
}

// count returns how many SIDs there are. It cannot know when standard input is not a regular file.
func (s *sids) count() (n int, known bool) {
	var stdin io.Reader
	if slices.Contains(s.args, "-") {
		file, _ := s.stdin.(*os.File)
		info, err := file.Stat()
		if err != nil || !info.Mode().IsRegular() {
			return 0, false
		}
		stdin = io.NewSectionReader(file, 0, info.Size()) // leaves the offset of the file as it is
	}
	for range readSIDs(s.args, stdin, s.unique) {
		n++
	}
	return n, true
}
