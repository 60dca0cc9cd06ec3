package sandbox

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

// addFaults adds each fault as a step to the script of its SID. It returns an error for a malformed fault.
func addFaults(fake *flexflowtest.Handler, faults []string) (err error) {
	for _, fault := range faults {
		if err := addFault(fake, fault); err != nil {
			return fmt.Errorf("--fault %s: %w", fault, err)
		}
	}
	return nil
}

func addFault(fake *flexflowtest.Handler, fault string) (err error) {
	defer func() { // without a test, flexflowtest panics on a mistake
		if p := recover(); p != nil {
			err = errors.New(strings.TrimPrefix(fmt.Sprint(p), "flexflowtest: "))
		}
	}()
	sid, words, ok := strings.Cut(fault, "=")
	if !ok {
		return errors.New("write SID=WORDS, such as FO...=status:503")
	}
	step := fake.On(sid)
	for word := range strings.SplitSeq(words, ",") {
		name, value, _ := strings.Cut(word, ":")
		var invalid error
		switch name {
		case "status":
			var status int
			if status, invalid = strconv.Atoi(value); invalid == nil {
				step.Status(status)
			}
		case "retry-after":
			var seconds int
			if seconds, invalid = strconv.Atoi(value); invalid == nil {
				step.RetryAfter(time.Duration(seconds) * time.Second)
			}
		case "slow":
			var delay time.Duration
			if delay, invalid = time.ParseDuration(value); invalid == nil {
				step.Slow(delay)
			}
		case "violate":
			step.Violate(value)
		case "drop":
			step.Drop()
		case "truncate":
			step.Truncate()
		default:
			invalid = errors.New("write status:N, retry-after:N, slow:TIME, violate:/POINTER, drop or truncate")
		}
		if invalid != nil {
			return fmt.Errorf("%s: %w", word, invalid)
		}
	}
	return nil
}
