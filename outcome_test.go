package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/flexflow-go/flexflow"
)

const otherSID = "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"

// validFlow is a body that keeps the contract, with further members such as `"enabled":true`.
func validFlow(sid string, members ...string) string {
	return fmt.Sprintf(`{"sid":%q,"friendly_name":"Name of %s","date_created":"2026-01-15T09:42:00Z"%s}`,
		sid, sid, strings.Join(append([]string{""}, members...), ","))
}

// goodAnswer is the right flow for whatever SID is asked for.
func goodAnswer(sid string) string { return whole(200, validFlow(sid), jsonType) }

// outcome is how a fetch has to end. The zero outcome is the right flow.
type outcome struct {
	status    int    // of an *APIError
	violation string // the first one of a *ResponseError, as "keyword pointer"
	transport bool   // whether it is a *TransportError
	match     error  // what errors.Is finds; it finds no other sentinel
}

var theFlow outcome

func refusal(status int, sentinel error) outcome { return outcome{status: status, match: sentinel} }

func broken(keyword, pointer string) outcome {
	return outcome{violation: keyword + " " + pointer, match: flexflow.ErrInvalidResponse}
}

// noAnswer takes nil for a cause that has no name.
func noAnswer(cause error) outcome { return outcome{transport: true, match: cause} }

var sentinels = []error{
	flexflow.ErrInvalidConfig, flexflow.ErrInvalidSID, flexflow.ErrUnauthorized, flexflow.ErrForbidden, flexflow.ErrNotFound,
	flexflow.ErrRateLimited, flexflow.ErrServer, flexflow.ErrInvalidResponse, context.Canceled, context.DeadlineExceeded,
}

// check holds the result of a fetch of sid against the outcome.
func (want outcome) check(t testing.TB, sid string, flow *flexflow.FlexFlow, err error) {
	t.Helper()
	if mismatch := want.compare(sid, flow, err); mismatch != nil {
		t.Fatal(mismatch)
	}
}

func (want outcome) compare(sid string, flow *flexflow.FlexFlow, err error) error {
	if want == theFlow {
		if err != nil {
			return fmt.Errorf("want the flow, got error %w", err)
		}
		if got, name := flexflow.Value(flow.SID), flexflow.Value(flow.FriendlyName); got != sid || name != "Name of "+sid {
			return fmt.Errorf("want flow %s, got %s with name %q", sid, got, name)
		}
		return nil
	}
	if err == nil || flow != nil {
		return fmt.Errorf("want %+v, got flow %v and error %w", want, flow, err)
	}
	for _, sentinel := range sentinels {
		if sentinel != want.match && errors.Is(err, sentinel) {
			return fmt.Errorf("errors.Is finds %q in %w", sentinel, err)
		}
	}
	if want.match != nil && !errors.Is(err, want.match) {
		return fmt.Errorf("errors.Is does not find %q in %w", want.match, err)
	}
	same := false
	switch err := err.(type) {
	case *flexflow.APIError:
		same = !want.transport && want.violation == "" && err.StatusCode == want.status
	case *flexflow.ResponseError:
		same = err.Violations[0].Keyword+" "+err.Violations[0].Pointer == want.violation
	case *flexflow.TransportError:
		_, sent := errors.AsType[*url.Error](err)
		same = want.transport && sent
	}
	if !same {
		return fmt.Errorf("want %+v, got %w", want, err)
	}
	return owed(sid, err)
}

// owed is what an error lacks of what all errors of a fetch owe: to be of a documented type, and to name the SID in one
// line that can stand in a log.
func owed(sid string, err error) error {
	switch err.(type) {
	case *flexflow.APIError, *flexflow.ResponseError, *flexflow.TransportError:
	default:
		return fmt.Errorf("undocumented error %T: %w", err, err)
	}
	if text := err.Error(); !strings.HasPrefix(text, "flexflow: FetchFlexFlow "+sid+": ") || !isOneLine(text) {
		return fmt.Errorf("message %q", text)
	}
	return nil
}

// isOneLine says whether a text can stand in a log.
func isOneLine(text string) bool {
	return len(text) < 1000 && !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

func checkError(t testing.TB, sid string, err error) {
	t.Helper()
	if lack := owed(sid, err); lack != nil {
		t.Fatal(lack)
	}
}

// attemptsOf is how many requests the error says were sent.
func attemptsOf(err error) int {
	switch err := err.(type) {
	case *flexflow.APIError:
		return err.Attempts
	case *flexflow.ResponseError:
		return err.Attempts
	case *flexflow.TransportError:
		return err.Attempts
	}
	return 0
}
