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
// that begin with #. Its error is of reading stdin; the next argument follows.
func readSIDs(args []string, stdin io.Reader) iter.Seq2[given, error] {
	return func(yield func(given, error) bool) {
		for i, arg := range args {
			if arg != "-" {
				if !yield(given{sid: arg, arg: i}, nil) {
					return
				}
				continue
			}
			lines, number := bufio.NewScanner(asUTF8(stdin)), 1
			for ; lines.Scan(); number++ {
				line := strings.TrimSpace(lines.Text())
				isSID := line != "" && !strings.HasPrefix(line, "#")
				if isSID && !yield(given{line, number, i}, nil) {
					return
				}
			}
			if err := lines.Err(); err != nil && !yield(given{}, fmt.Errorf("line %d: %w", number, err)) {
				return
			}
		}
	}
}

// sids hands the SIDs of a batch to its fetches, in another goroutine, and says which one each result is for.
type sids struct {
	args   []string
	stdin  io.Reader
	start  int64           // the offset of stdin, if it is a file, from which on it is read
	unique bool            // skip a SID that occurred before
	have   map[string]bool // SIDs to skip

	mu      sync.Mutex
	pending []given // read, but without a result yet
	after   given   // where the next SID is read from
	lines   int     // number of SIDs on standard input
	skipped int     // number of SIDs that are not fetched
	failed  error   // of reading standard input
}

// all yields the SIDs.
func (s *sids) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		isNew := s.filter()
		for g, err := range readSIDs(s.args, s.stdin) {
			if s.add(g, err, isNew) && !yield(g.sid) {
				return
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.after = given{arg: len(s.args)}
	}
}

// filter returns a function that reports whether to fetch a SID, when it is called with each of them.
func (s *sids) filter() (isNew func(sid string) bool) {
	seen := map[string]bool{}
	return func(sid string) bool {
		lower := strings.ToLower(sid)
		skip := s.have[lower] && sid != "" || seen[lower]
		seen[lower] = s.unique
		return !skip
	}
}

// add adds a SID, and reports whether it is to be fetched.
func (s *sids) add(g given, err error, isNew func(sid string) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed = fmt.Errorf("standard input, %w", err)
		return false
	}
	s.after = given{arg: g.arg + 1}
	if g.line > 0 {
		s.lines++
		s.after = given{line: g.line + 1, arg: g.arg}
	}
	if !isNew(g.sid) {
		s.skipped++
		return false
	}
	s.pending = append(s.pending, g)
	return true
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

// result returns how many SIDs were skipped, whether standard input had none, and the error of reading it.
func (s *sids) result() (skipped int, isEmpty bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.skipped, slices.Contains(s.args, "-") && s.lines == 0 && s.failed == nil, s.failed
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
		stdin = io.NewSectionReader(file, s.start, info.Size()) // leaves the offset of the file as it is
	}
	isNew := s.filter()
	for g, err := range readSIDs(s.args, stdin) {
		if err == nil && isNew(g.sid) {
			n++
		}
	}
	return n, true
}

// place says where to go on.
func (s *sids) place(g given) string {
	if s.args[g.arg] == "-" {
		return fmt.Sprintf("line %d", max(g.line, 1))
	}
	return fmt.Sprintf("argument %d", g.arg+1)
}
