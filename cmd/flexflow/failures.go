package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/contract"
)

// failure is a line of the --errors file: a SID that was not fetched, and why.
type failure struct {
	SID        string      `json:"sid"`
	Line       int         `json:"line,omitempty"` // of standard input
	Kind       string      `json:"kind"`
	Status     int         `json:"status,omitempty"`
	Code       int         `json:"code,omitempty"`
	Message    string      `json:"message"`
	RequestID  string      `json:"request_id,omitempty"`
	Attempts   int         `json:"attempts"`
	Violations []violation `json:"violations,omitempty"`
}

// violation is a violation of the contract as JSON.
type violation struct {
	Pointer string `json:"pointer"`
	Keyword string `json:"keyword"`
	Reason  string `json:"reason"`
}

// newFailure describes the error of a fetch.
func newFailure(g given, err error) failure {
	f := failure{SID: g.sid, Line: g.line, Kind: kindOf(err), Message: message(err)}
	var refused *flexflow.APIError
	var broken *flexflow.ResponseError
	var transport *flexflow.TransportError
	switch {
	case errors.Is(err, flexflow.ErrInvalidSID):
		f.SID = shown(g.sid)
	case errors.As(err, &refused):
		f.Status, f.Code = refused.StatusCode, refused.Code
		f.RequestID, f.Attempts = refused.RequestID, refused.Attempts
	case errors.As(err, &broken):
		f.Status, f.RequestID, f.Attempts = broken.StatusCode, broken.RequestID, broken.Attempts
		for _, v := range broken.Violations {
			f.Violations = append(f.Violations, violation{v.Pointer, v.Keyword, words.Replace(v.Reason)})
		}
	case errors.As(err, &transport):
		f.RequestID, f.Attempts = transport.RequestID, transport.Attempts
	}
	return f
}

// shown returns what may be shown of a SID: only the beginning of a malformed one, which may be a secret.
func shown(sid string) string {
	if len(sid) > 8 && contract.FetchFlexFlow().CheckArgument(sid) != nil {
		return sid[:4] + "..."
	}
	return sid
}

// kindOf returns the kind of an error.
func kindOf(err error) string {
	if errors.Is(err, flexflow.ErrServer) {
		return "server"
	}
	kinds := map[exitCode]string{exitUsage: "invalid_sid", exitInvalid: "broken", exitRefused: "refused"}
	return cmp.Or(kinds[codeOf(err)], "transport")
}

// isFailure reports whether a line is of an --errors file.
func isFailure(line []byte) bool {
	var f failure
	return json.Unmarshal(line, &f) == nil && f.Kind != "" && f.Message != ""
}

// failureFile is the --errors file.
type failureFile struct {
	*os.File
	replace func() error // removes what an earlier run wrote
}

// openFailures opens the file with this name: a pipe, a device, or a file that this run replaces. It refuses other
// content than failures. Without a name, failures are not recorded.
func openFailures(name string) (f failureFile, err error) {
	name = cmp.Or(name, os.DevNull)
	f.replace = func() error { return nil }
	if info, statErr := os.Stat(name); statErr == nil && !info.Mode().IsRegular() {
		f.File, err = os.OpenFile(name, os.O_WRONLY, 0)
	} else if f.File, err = openLocked(name); err == nil {
		f.replace = sync.OnceValue(func() error { return f.Truncate(0) })
		line, _ := bufio.NewReader(io.NewSectionReader(f, 0, 1<<20)).ReadBytes('\n')
		if len(line) > 0 && !isFailure(line) {
			err = fmt.Errorf("%s has other content than failures: name another file", name)
		}
	}
	if err != nil {
		err = fmt.Errorf("--errors: %w", err)
	}
	return f, err
}

// add writes the line immediately, so it is not lost when the batch is killed. The first line replaces what an earlier
// run wrote, which a program before this one in a pipeline has begun to read by then.
func (f failureFile) add(failed failure) error {
	line, err := json.Marshal(failed)
	err = cmp.Or(err, f.replace())
	if err == nil {
		_, err = f.Write(append(printableJSON(line), '\n'))
	}
	if err != nil {
		return fmt.Errorf("--errors: %w", err)
	}
	return nil
}

func (f failureFile) close() error { return cmp.Or(f.replace(), f.Close()) }
