// Package wire sends a request, and retries it after a failure that may be temporary. It bounds each attempt, wait and body,
// and redacts the credentials in what the server sends. Whether it retries depends on the status or the cause of the failure,
// never on the body.
package wire

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// Sender has the settings of all requests of a client.
type Sender struct {
	RoundTrip func(*http.Request) (*http.Response, error)
	Authorize Authorize
	UserAgent string
	Timeout   time.Duration // of one attempt
	Retries   int
	MaxWait   time.Duration // before one retry
	MaxBody   int64         // of a success, in bytes
	Logger    *slog.Logger  // may be nil
	Gate      *Gate         // may be nil
}

// Call is one request and the statuses that are a success.
type Call struct {
	NewRequest func(context.Context) (*http.Request, error)
	Accept     string
	Success    interface{ IsSuccess(status int) bool }

	earlier Authorization // of the attempts before
}

// Response is a response that was received completely, or up to a limit.
type Response struct {
	Status   int // 0 when there was no response
	Header   http.Header
	Body     []byte // after decompression; that of a complete success is as received, any other is redacted, and cut to 64 KiB without a success
	TooLarge bool   // the body of a success is over the limit
}

// Outcome is the result of a call: a response, or Err.
type Outcome struct {
	Response
	Location string // host of a redirect's target
	Attempts int    // requests sent

	RetryAfter      time.Duration
	RetryAfterGiven bool

	Err error // why there is no complete response; without the credentials

	auth  Authorization
	path  string
	again bool // another attempt can succeed
}

// Received returns the outcome of a request that another client sent.
func Received(r Response, auth Authorization) Outcome {
	return Outcome{Response: r, Attempts: 1, auth: auth}
}

// Redact replaces the credentials in text from the server.
func (o *Outcome) Redact(text string) string { return o.auth.redact(text) }

// Safe returns an error of net/http without the credentials, and without what it quotes of a malformed response.
func (o *Outcome) Safe(err error) error { return safe(err, o.Redact(withoutQuotes(err))) }

// RequestID returns the Twilio-Request-Id, safe to print.
func (o *Outcome) RequestID() string { return OneLine(o.Redact(o.Header.Get("Twilio-Request-Id"))) }

// Send makes attempts until one succeeds, fails permanently, or no retry is left. It retries only GET requests.
func (s *Sender) Send(ctx context.Context, call Call) Outcome {
	s.Gate.pass(ctx)
	if err := ctx.Err(); err != nil {
		return Outcome{Err: err}
	}
	// Full jitter: from 0 to twice the interval. So up to 250 ms at first, and never more than 8 s.
	backOff := backoff.ExponentialBackOff{InitialInterval: 125 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 4 * time.Second}
	reason := "" // of the retry
	for attempt := 1; ; attempt++ {
		out := s.attempt(ctx, call, attempt)
		call.earlier = out.auth
		if out.Err != nil && ctx.Err() != nil && reason != "" {
			out.Err = fmt.Errorf("%w, after %s", out.Err, reason)
		}
		if s.Gate != nil && out.Status == http.StatusTooManyRequests && out.RetryAfterGiven && out.RetryAfter <= s.MaxWait {
			s.Gate.close(out.RetryAfter)
		}
		if attempt > s.Retries || ctx.Err() != nil || !out.again {
			return out
		}
		wait := min(backOff.NextBackOff(), s.MaxWait)
		reason = "a failed request"
		if out.Err == nil {
			reason = fmt.Sprintf("HTTP %d", out.Status)
		}
		if out.RetryAfterGiven {
			wait, reason = out.RetryAfter, reason+", Retry-After"
		}
		if deadline, ok := ctx.Deadline(); wait > s.MaxWait || ok && time.Until(deadline) <= wait {
			return out
		}
		if s.Logger != nil {
			s.Logger.LogAttrs(ctx, slog.LevelDebug, "flexflow: wait",
				slog.String("path", out.path), slog.Duration("wait", wait), slog.String("reason", reason), slog.Int("attempt", attempt+1))
		}
		err := sleep(ctx, wait)
		if err == nil {
			s.Gate.pass(ctx) // another call may have extended the pause
			err = ctx.Err()
		}
		if err != nil {
			out.Err = fmt.Errorf("%w during a wait of %s after %s", err, wait.Round(time.Millisecond), reason)
			return out
		}
	}
}
