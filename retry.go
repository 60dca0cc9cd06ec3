package flexflow

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// maxRetryAfter is the longest Retry-After that is waited for. It is never shortened: the error of a longer one is
// returned at once, with the time to wait, so that no answer can hold a caller without a deadline for days.
const maxRetryAfter = 10 * time.Minute

// send attempts until there is an answer to return, an error that another attempt would not mend, or no more retries.
func (c *Client) send(ctx context.Context, op *operation, args []string) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, newTransportError(op, args, ctx, answer{}, err)
	}
	wait := backoff.ExponentialBackOff{
		// Full jitter: from 0 to twice the interval, so to 250 ms at first and to 8 s at most.
		InitialInterval: 125 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 4 * time.Second,
	}
	var last error // of the attempt before
	for attempt := 1; ; attempt++ {
		ans, err := c.attempt(ctx, op, args, attempt)
		if err != nil && last != nil && ctx.Err() != nil {
			return ans, newTransportError(op, args, ctx, ans, fmt.Errorf("%w, after: %w", err, last))
		}
		if err == nil || attempt > c.retries || !retryable(ctx, err) {
			return ans, err
		}
		pause := wait.NextBackOff()
		var api *APIError
		if errors.As(err, &api) && api.retryAfterGiven {
			pause = api.RetryAfter
		}
		deadline, ok := ctx.Deadline()
		if pause > maxRetryAfter || ok && time.Until(deadline) <= pause {
			return ans, err
		}
		select {
		case <-time.After(pause):
			last = err
		case <-ctx.Done():
			err = fmt.Errorf("%w while waiting to try again after: %w", ctx.Err(), err)
			return ans, newTransportError(op, args, ctx, ans, err)
		}
	}
}

// retryable says whether another attempt may end better.
func retryable(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return false
	}
	var api *APIError
	if errors.As(err, &api) {
		switch api.StatusCode {
		case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
			http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			return true
		}
		return false
	}
	var transport *TransportError
	return errors.As(err, &transport) && !transport.permanent
}

// retryAfter reads a Retry-After header (RFC 9110, section 10.2.3): seconds, or a date.
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
