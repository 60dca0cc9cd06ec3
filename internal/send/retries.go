package send

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// retries decides after each attempt of a call whether, how long and why to wait for another.
type retries struct {
	sender  *Sender
	backOff backoff.ExponentialBackOff
	failed  int           // attempts that used up a retry
	waited  time.Duration // all waits so far
	reason  string        // of the last wait
}

func (s *Sender) newRetries() *retries {
	// Full jitter: from 0 to twice the interval. So up to 250 ms at first, and never more than 8 s.
	return &retries{sender: s, backOff: backoff.ExponentialBackOff{
		InitialInterval: firstPause / 2, RandomizationFactor: 1, Multiplier: 2, MaxInterval: longestPause / 2,
	}}
}

// waitAfter returns how long to wait after an attempt, or false if its outcome is the last. A 429 was not processed
// and does not use up a retry: the call goes on until the sum of its waits would exceed MaxWait. It also holds back
// the other calls of a batch.
func (r *retries) waitAfter(ctx context.Context, out *Outcome, sent time.Time) (wait time.Duration, retry bool) {
	left := r.sender.MaxWait - r.waited
	limited := out.Status == http.StatusTooManyRequests
	var pause time.Duration // of the batch
	switch {
	case out.Err == nil && !out.temporary: // the API processed it, whatever the status
		r.sender.Gate.succeed()
	case limited && out.RetryAfter <= left:
		pause = r.sender.Gate.hold(sent, out.RetryAfter, left)
	case !limited:
		r.failed++
	}
	if r.failed > r.sender.Retries || r.sender.Retries == 0 || ctx.Err() != nil || !out.temporary {
		return 0, false
	}
	r.reason = reasonFor(out)
	wait = r.backOff.NextBackOff()
	switch {
	case limited:
		wait = max(wait, out.RetryAfter, pause)
	case out.RetryAfterGiven:
		wait = out.RetryAfter
	default:
		wait = min(wait, left)
	}
	r.waited += wait
	deadline, ok := ctx.Deadline()
	return wait, wait <= left && !(ok && time.Until(deadline) <= wait)
}

// reasonFor says in a few words why there is another attempt, for messages and the log.
func reasonFor(out *Outcome) string {
	switch {
	case out.Err != nil:
		return "a failed request"
	case out.RetryAfterGiven:
		return fmt.Sprintf("HTTP %d, Retry-After", out.Status)
	}
	return fmt.Sprintf("HTTP %d", out.Status)
}

// temporaryStatuses lists the statuses after which another attempt can succeed.
var temporaryStatuses = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// isTemporary reports whether another attempt can succeed, after a failed request or after a status that is not a
// success.
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
		const most = int64(1<<63-1) / int64(time.Second)
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > most {
			seconds = most
		}
		return time.Duration(seconds) * time.Second, true
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
