package send

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retries decides after each attempt of a call whether, how long and why to wait for another.
type retries struct {
	sender  *Sender
	backOff backoff.ExponentialBackOff
	failed  int           // failed attempts, except those with a 429
	waited  time.Duration // all waits so far
	reason  string        // of the last wait
}

func (s *Sender) newRetries() *retries {
	// Each wait is random, from 0 to twice the interval: at most 250 ms at first, and never more than 8 s.
	return &retries{sender: s, backOff: backoff.ExponentialBackOff{
		InitialInterval: firstPause / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: longestPause / 2,
	}}
}

// waitAfter returns how long to wait before the next attempt, or false if there is none. A 429 does not use up a retry,
// because the API did not process the request: the call goes on until the sum of its waits would exceed MaxWait. A 429
// also holds back the other calls of a batch.
func (r *retries) waitAfter(ctx context.Context, out *Outcome, sent time.Time) (wait time.Duration, retry bool) {
	if !out.temporary {
		if out.Err == nil { // the API processed it, whatever the status
			r.sender.Gate.succeed()
		}
		return 0, false
	}
	r.reason = reasonFor(out)
	wait = r.backOff.NextBackOff()
	left := r.sender.MaxWait - r.waited
	limited := out.Status == http.StatusTooManyRequests
	switch {
	case limited && out.RetryAfter <= left:
		wait = max(wait, out.RetryAfter, r.sender.Gate.hold(sent, out.RetryAfter, left))
	case out.retryAfterGiven:
		wait = out.RetryAfter
	default:
		wait = min(wait, left)
	}
	if !limited {
		r.failed++
	}
	if r.failed > r.sender.Retries || r.sender.Retries == 0 || ctx.Err() != nil { // without retries, nor after a 429
		return 0, false
	}
	r.waited += wait
	deadline, hasDeadline := ctx.Deadline()
	return wait, wait <= left && (!hasDeadline || wait < time.Until(deadline))
}

// reasonFor says in a few words why there is another attempt, for messages and the log.
func reasonFor(out *Outcome) string {
	switch {
	case out.Err != nil:
		return "a failed request"
	case out.retryAfterGiven:
		return fmt.Sprintf("HTTP %d, Retry-After", out.Status)
	}
	return fmt.Sprintf("HTTP %d", out.Status)
}

// temporaryStatuses lists the statuses after which another attempt can succeed.
var temporaryStatuses = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// isTemporary reports whether another attempt can succeed after a failed request, or after a status without success.
func isTemporary(method string, status int, failed error) bool {
	switch {
	case method != http.MethodGet:
		return false
	case failed != nil:
		return !isPermanent(failed)
	}
	return slices.Contains(temporaryStatuses, status)
}

// retryAfter parses the Retry-After header (RFC 9110, section 10.2.3): seconds, or a date of the server's clock.
func retryAfter(header http.Header) (wait time.Duration, given bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		wait, err := time.ParseDuration(value + "s")
		if err != nil { // it is too long
			wait = time.Duration(math.MaxInt64).Truncate(time.Second)
		}
		return wait, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	now, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		now = time.Now()
	}
	return max(0, at.Sub(now)), true
}
