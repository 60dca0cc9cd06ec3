// Package send sends a request, and retries it after a failure that may be temporary. It bounds each attempt, wait and
// body, and redacts the credentials in what the server sends. Whether it retries depends on the status or the cause of
// the failure, never on the body.
package send

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// Sender has the settings of all requests of a client.
type Sender struct {
	RoundTrip func(*http.Request) (*http.Response, error)
	Authorize secret.Authorize
	UserAgent string
	Timeout   time.Duration // of one attempt
	Retries   int
	MaxWait   time.Duration // before one retry
	MaxBody   int64         // of a success, in bytes
	Logger    *slog.Logger  // may be nil
	Gate      *Gate         // may be nil
}

// Call is one request.
type Call struct {
	NewRequest func(context.Context) (*http.Request, error)
	Accept     string
	Statuses   interface{ IsSuccess(status int) bool }
}

// Outcome is the result of a call: a response, or Err.
type Outcome struct {
	Status  int  // 0 when there was no response
	Success bool // whether the status is a success and Err is nil
	Header  http.Header
	// Body is decompressed. That of a success is as received; any other is redacted, and cut to 64 KiB.
	Body     []byte
	TooLarge bool   // the body of a success is over the limit
	Location string // host of a redirect's target
	Attempts int    // requests sent

	RetryAfter      time.Duration
	RetryAfterGiven bool

	Err error // why there is no complete response; without the credentials

	secret.Redactor
	path      string
	temporary bool // another attempt can succeed
}

// RequestID returns the Twilio-Request-Id, safe to print.
func (o *Outcome) RequestID() string {
	return secret.OneLine(o.Redact(o.Header.Get("Twilio-Request-Id")))
}

// Send makes attempts until one succeeds, fails permanently, or no retry is left. It retries only GET requests.
func (s *Sender) Send(ctx context.Context, call Call) Outcome {
	s.Gate.pass(ctx)
	if err := ctx.Err(); err != nil {
		return Outcome{Err: err}
	}
	// Full jitter: from 0 to twice the interval. So up to 250 ms at first, and never more than 8 s.
	backOff := backoff.ExponentialBackOff{
		InitialInterval: 125 * time.Millisecond, RandomizationFactor: 1, Multiplier: 2, MaxInterval: 4 * time.Second,
	}
	var before pause
	var earlier secret.Redactor // of the attempts before, whose token the server may repeat
	for attempt := 1; ; attempt++ {
		out := s.attempt(ctx, call, attempt, earlier)
		earlier = out.Redactor
		if out.Err != nil && ctx.Err() != nil && attempt > 1 {
			out.Err = fmt.Errorf("%w, after %s", out.Err, before.reason)
		}
		next, ok := s.pauseAfter(ctx, &out, backOff.NextBackOff)
		if !ok {
			return out
		}
		s.logPause(ctx, &out, next)
		sleep(ctx, next.wait)
		s.Gate.pass(ctx) // another call may have extended the pause
		if err := ctx.Err(); err != nil {
			out.Err = fmt.Errorf("%w during a wait of %s after %s", err, next.wait.Round(time.Millisecond), next.reason)
			return out
		}
		before = next
	}
}

func (s *Sender) logPause(ctx context.Context, out *Outcome, next pause) {
	if s.Logger != nil {
		s.Logger.LogAttrs(ctx, slog.LevelDebug, "flexflow: wait", slog.String("path", out.path),
			slog.Duration("wait", next.wait), slog.String("reason", next.reason), slog.Int("attempt", out.Attempts+1))
	}
}
