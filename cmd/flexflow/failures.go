package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/input"
	"github.com/flexflow-go/flexflow/internal/output"
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

type violation struct {
	Pointer string `json:"pointer"`
	Keyword string `json:"keyword"`
	Reason  string `json:"reason"`
}

// newFailure describes the error of a fetch.
func newFailure(g input.Given, err error) failure {
	f := failure{SID: g.SID, Line: g.Line, Kind: kindOf(err), Message: message(err)}
	var refused *flexflow.APIError
	var broken *flexflow.ResponseError
	var transport *flexflow.TransportError
	switch {
	case errors.Is(err, flexflow.ErrInvalidSID):
		if len(f.SID) > 8 { // it may be a secret in the wrong place
			f.SID = f.SID[:4] + "..."
		}
	case errors.As(err, &refused):
		f.Status, f.Code, f.RequestID, f.Attempts = refused.StatusCode, refused.Code, refused.RequestID, refused.Attempts
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

// interruption is the failure of a SID that was not requested.
func interruption(g input.Given) failure {
	return failure{SID: g.SID, Line: g.Line, Kind: "interrupted", Message: "the batch stopped before this SID was fetched"}
}

// kindOf returns the kind of an error.
func kindOf(err error) string {
	switch {
	case errors.Is(err, flexflow.ErrInvalidSID):
		return "invalid_sid"
	case errors.Is(err, flexflow.ErrInvalidResponse):
		return "broken"
	case errors.Is(err, flexflow.ErrServer):
		return "server"
	}
	if _, refused := errors.AsType[*flexflow.APIError](err); refused {
		return "refused"
	}
	return "transport"
}

// failureFile is the --errors file. Without a name, it ignores what is added.
type failureFile struct {
	name string
	file *os.File
}

func openFailureFile(name string) (*failureFile, error) {
	if name == "" {
		return &failureFile{}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("--errors: %w", err)
	}
	return &failureFile{name, file}, nil
}

// add writes the line immediately, so it is not lost when the batch is killed.
func (f *failureFile) add(failed failure) error {
	if f.file == nil {
		return nil
	}
	line, err := json.Marshal(failed)
	if err == nil {
		_, err = f.file.Write(append(output.PrintableJSON(line), '\n'))
	}
	if err != nil {
		return fmt.Errorf("--errors: %w", err)
	}
	return nil
}

func (f *failureFile) close() error {
	if f.file == nil {
		return nil
	}
	return f.file.Close()
}
