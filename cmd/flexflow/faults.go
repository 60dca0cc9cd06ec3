package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

// addFault adds a fault, SID=WORDS, as a step to the script of its SID.
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
		number, noNumber := strconv.Atoi(value)
		seconds, noSeconds := time.ParseDuration(value + "s")
		delay, noDelay := time.ParseDuration(value)
		switch {
		case name == "status" && noNumber == nil:
			step.Status(number)
		case name == "retry-after" && noNumber == nil && noSeconds == nil:
			step.RetryAfter(seconds)
		case name == "slow" && noDelay == nil:
			step.Slow(delay)
		case name == "violate":
			step.Violate(value)
		case word == "drop":
			step.Drop()
		case word == "truncate":
			step.Truncate()
		default:
			const known = "status:N, retry-after:N (to 9223372036), slow:TIME, violate:/POINTER, drop or truncate"
			return fmt.Errorf("%s: write %s", word, known)
		}
	}
	return nil
}
