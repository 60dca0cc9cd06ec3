package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/flexflow-go/flexflow"
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
		if len(f.SID) > 8 { // it may be a secret in the wrong place
			f.SID = f.SID[:4] + "..."
		}
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

// kindOf returns the kind of an error.
func kindOf(err error) string {
	_, refused := errors.AsType[*flexflow.APIError](err)
	switch {
	case errors.Is(err, flexflow.ErrInvalidSID):
		return "invalid_sid"
	case errors.Is(err, flexflow.ErrInvalidResponse):
		return "broken"
	case errors.Is(err, flexflow.ErrServer):
		return "server"
	case refused:
		return "refused"
	}
	return "transport"
}

// failureFile is the --errors file, or nil without one.
type failureFile struct{ *os.File }

// openFailures opens the file with this name, if there is one. It refuses a regular file that has content, or that is
// also a standard stream: it may have the SIDs to fetch.
func openFailures(name string) (failureFile, error) {
	if name == "" {
		return failureFile{}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return failureFile{}, fmt.Errorf("--errors: %w", err)
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return failureFile{file}, err
	}
	for _, stream := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if other, err := stream.Stat(); err == nil && os.SameFile(info, other) {
			return failureFile{}, fmt.Errorf("--errors: %s is also %s: name another file", name, stream.Name())
		}
	}
	if info.Size() > 0 {
		return failureFile{}, fmt.Errorf("--errors: %s is not empty: name another file", name)
	}
	return failureFile{file}, nil
}

// add writes the line immediately, so it is not lost when the batch is killed.
func (f failureFile) add(failed failure) error {
	if f.File == nil {
		return nil
	}
	line, err := json.Marshal(failed)
	if err == nil {
		_, err = f.Write(append(printableJSON(line), '\n'))
	}
	if err != nil {
		return fmt.Errorf("--errors: %w", err)
	}
	return nil
}
