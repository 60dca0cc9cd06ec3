package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
)

// Failure is a line of the --errors file: a SID that was not fetched, and why.
type Failure struct {
	SID        string      `json:"sid"`
	Line       int         `json:"line,omitempty"` // of standard input
	Kind       string      `json:"kind"`
	Status     int         `json:"status,omitempty"`
	Code       int         `json:"code,omitempty"`
	Message    string      `json:"message"`
	RequestID  string      `json:"request_id,omitempty"`
	Attempts   int         `json:"attempts"`
	Violations []Violation `json:"violations,omitempty"`
}

// Violation is a violation of the contract as JSON.
type Violation struct {
	Pointer string `json:"pointer"`
	Keyword string `json:"keyword"`
	Reason  string `json:"reason"`
}

// NewFailure describes the error of a fetch.
func NewFailure(g input.Given, err error) Failure {
	f := Failure{SID: g.SID, Line: g.Line, Kind: KindOf(err), Message: Message(err)}
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
			f.Violations = append(f.Violations, Violation{v.Pointer, v.Keyword, words.Replace(v.Reason)})
		}
	case errors.As(err, &transport):
		f.RequestID, f.Attempts = transport.RequestID, transport.Attempts
	}
	return f
}

// Interruption is the failure of a SID that was not requested.
func Interruption(g input.Given) Failure {
	return Failure{SID: g.SID, Line: g.Line, Kind: "interrupted", Message: "the batch stopped before this SID was fetched"}
}

// KindOf returns the kind of an error.
func KindOf(err error) string {
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

// FailureFile is the --errors file. Without a name, it ignores what is added.
type FailureFile struct {
	file   *os.File
	broken bool
}

// OpenFailureFile opens the file with this name, if there is one. It refuses a file that has content, or that is also a standard
// stream: it may have the SIDs to fetch.
func OpenFailureFile(name string) (*FailureFile, error) {
	if name == "" {
		return &FailureFile{}, nil
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		if err = refuse(name, file); err != nil {
			file.Close()
		}
	}
	if err != nil {
		return nil, fmt.Errorf("--errors: %w", err)
	}
	return &FailureFile{file: file}, nil
}

// refuse returns why a regular file cannot be the --errors file, or nil.
func refuse(name string, file *os.File) error {
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	for _, stream := range []struct {
		name string
		file *os.File
	}{{"input", os.Stdin}, {"output", os.Stdout}, {"error", os.Stderr}} {
		if other, err := stream.file.Stat(); err == nil && os.SameFile(info, other) {
			return fmt.Errorf("%s is also standard %s: name another file", name, stream.name)
		}
	}
	if info.Size() > 0 {
		return fmt.Errorf("%s is not empty: name another file", name)
	}
	return nil
}

// Add writes the line immediately, so it is not lost when the batch is killed. After an error, it writes no more.
func (f *FailureFile) Add(failed Failure) error {
	if !f.Usable() {
		return nil
	}
	line, err := json.Marshal(failed)
	if err == nil {
		_, err = f.file.Write(append(PrintableJSON(line), '\n'))
	}
	return f.result(err)
}

// Usable reports whether there is a file and it has all failures.
func (f *FailureFile) Usable() bool { return f.file != nil && !f.broken }

// Close closes the file.
func (f *FailureFile) Close() error {
	if f.file == nil {
		return nil
	}
	return f.result(f.file.Close())
}

func (f *FailureFile) result(err error) error {
	if err != nil {
		f.broken = true
		err = fmt.Errorf("--errors: %w", err)
	}
	return err
}
