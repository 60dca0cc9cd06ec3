package send

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pause is the wait before a retry, and why there is one.
type pause struct {
	wait   time.Duration
	reason string
}

// pauseAfter returns the pause after an attempt, or false if there is no retry. A 429 with Retry-After also pauses the
// other calls of a batch, even when there is no retry.
func (s *Sender) pauseAfter(ctx context.Context, out *Outcome, backOff func() time.Duration) (p pause, retry bool) {
	if out.Status == http.StatusTooManyRequests && out.RetryAfterGiven && out.RetryAfter <= s.MaxWait {
		s.Gate.hold(out.RetryAfter)
	}
	switch {
	case out.Attempts > s.Retries, ctx.Err() != nil, !out.temporary:
		return p, false
	case out.RetryAfterGiven:
		p = pause{out.RetryAfter, fmt.Sprintf("HTTP %d, Retry-After", out.Status)}
	case out.Err != nil:
		p = pause{min(backOff(), s.MaxWait), "a failed request"}
	default:
		p = pause{min(backOff(), s.MaxWait), fmt.Sprintf("HTTP %d", out.Status)}
	}
	deadline, ok := ctx.Deadline()
	return p, p.wait <= s.MaxWait && !(ok && time.Until(deadline) <= p.wait)
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

// retryAfter parses the Retry-After header (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(header http.Header, now time.Time) (wait time.Duration, given bool) {
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
	return max(0, at.Sub(now)), true
}
