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
func (c *Client) send(ctx context.Context, op *operation, sid string, build func(server string) (*http.Request, error)) (answer, error) {
	if err := ctx.Err(); err != nil {
		return answer{}, newTransportError(op, sid, ctx, answer{}, err)
	}
	var ans answer
	var err error
	wait := &pause{ctx: ctx, ExponentialBackOff: backoff.ExponentialBackOff{
		// Full jitter: from 0 to twice the interval, so up to 250 ms, doubling to 8 s.
		InitialInterval: 125 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 4 * time.Second,
	}}
	backoff.Retry(ctx, func() (struct{}, error) {
		ans, err = c.attempt(ctx, op, sid, ans.Attempts+1, build)
		wait.err = err
		if err != nil && !retryable(ctx, err) {
			return struct{}{}, backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(wait), backoff.WithMaxTries(uint(c.retries)+1), backoff.WithMaxElapsedTime(0))
	if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
		err = newTransportError(op, sid, ctx, ans, fmt.Errorf("%w while waiting to try again after: %w", ctx.Err(), err))
	}
	return ans, err
}

// pause is how long to wait after err: what the API asked for, else the exponential back-off.
type pause struct {
	backoff.ExponentialBackOff
	ctx context.Context
	err error
}

// NextBackOff stops the retries when the wait is longer than anybody would wait for.
func (p *pause) NextBackOff() time.Duration {
	wait := p.ExponentialBackOff.NextBackOff()
	var api *APIError
	if errors.As(p.err, &api) && api.retryAfterGiven {
		wait = api.RetryAfter
		if wait > maxRetryAfter {
			return backoff.Stop
		}
	}
	if deadline, ok := p.ctx.Deadline(); ok && time.Until(deadline) <= wait {
		return backoff.Stop
	}
	return wait
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
