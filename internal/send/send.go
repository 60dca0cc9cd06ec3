// Package send sends a request, and retries it after a failure that may be temporary. It bounds each attempt, wait and
// body, and redacts the credentials in what the server sends. It never looks at the body to decide on a retry.
package send

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// Sender has the settings of all requests of a client.
type Sender struct {
	RoundTrip func(*http.Request) (*http.Response, error)
	Authorize secret.Authorize
	UserAgent string
	Timeout   time.Duration // of one attempt
	Retries   int
	MaxWait   time.Duration // of all waits of a call together
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

	RetryAfter time.Duration
	Err        error // why there is no complete response; without the credentials

	secret.Redactor
	path            string
	temporary       bool // whether another attempt can succeed
	retryAfterGiven bool
}

// RequestID returns the Twilio-Request-Id, safe to print.
func (o *Outcome) RequestID() string {
	return secret.OneLine(o.Redact(o.Header.Get("Twilio-Request-Id")))
}

// Send makes attempts until one succeeds, fails permanently, or no retry is left. It retries only GET requests.
func (s *Sender) Send(ctx context.Context, call Call) Outcome {
	s.Gate.pass(ctx)
	if ctx.Err() != nil {
		return Outcome{Err: EndOf(ctx)}
	}
	r := s.newRetries()
	var earlier secret.Redactor // for the tokens of the attempts before, which the server may repeat
	for attempt := 1; ; attempt++ {
		sent := time.Now()
		out := s.attempt(ctx, call, attempt, earlier)
		earlier = out.Redactor
		if out.Err != nil && ctx.Err() != nil && attempt > 1 {
			out.Err = fmt.Errorf("%w, after %s", out.Err, r.reason)
		}
		wait, ok := r.waitAfter(ctx, &out, sent)
		if !ok {
			return out
		}
		s.logWait(ctx, &out, wait, r.reason)
		sleep(ctx, wait)
		s.Gate.pass(ctx) // another call may have extended the pause
		if ctx.Err() != nil {
			out.Err = fmt.Errorf("%w during a wait of %s after %s", EndOf(ctx), wait.Round(time.Millisecond), r.reason)
			return out
		}
	}
}

func (s *Sender) logWait(ctx context.Context, out *Outcome, wait time.Duration, reason string) {
	if s.Logger != nil {
		s.Logger.LogAttrs(ctx, slog.LevelDebug, "flexflow: wait", slog.String("path", out.path),
			slog.Duration("wait", wait), slog.String("reason", reason), slog.Int("attempt", out.Attempts+1))
	}
}
