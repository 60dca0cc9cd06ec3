package send

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// maxErrorBody limits the body of an error. An attempt reads maxSecret more bytes, so that credentials that begin
// before the limit are complete and can be redacted.
const (
	maxErrorBody = 64 << 10
	maxSecret    = 8 << 10
)

// attempt sends one request and reads the complete response, within the timeout.
func (s *Sender) attempt(caller context.Context, call Call, number int, earlier secret.Redactor) (out Outcome) {
	ctx, cancel := context.WithTimeout(caller, s.Timeout)
	defer cancel()
	out.Attempts = number - 1
	auth, err := s.Authorize(ctx)
	out.Redactor = auth.Redactor.And(earlier)
	var req *http.Request
	if err == nil {
		req, err = s.newRequest(ctx, call, auth.Header)
	}
	if err != nil {
		out.Err = withEnd(caller, withText(err, out.Redact(err.Error())))
		return out
	}
	out.Attempts, out.path = number, req.URL.Path
	start := time.Now()
	resp, err := s.RoundTrip(req)
	if err == nil {
		out.Status, out.Header, out.Success = resp.StatusCode, resp.Header, call.Statuses.IsSuccess(resp.StatusCode)
		err = s.readBody(&out, req, resp)
	}
	if err != nil {
		withoutQuery := *req.URL // a query may have personal data
		withoutQuery.RawQuery = ""
		cause := error(&url.Error{Op: "Get", URL: withoutQuery.String(), Err: WithoutSecrets(err, out.Redactor)})
		if ctx.Err() != nil && caller.Err() == nil {
			cause = fmt.Errorf("the attempt took longer than %s: %w", s.Timeout, withEnd(ctx, cause))
		}
		out.Err, out.Success = withEnd(caller, cause), false
	}
	out.temporary = !out.Success && isTemporary(req.Method, out.Status, err)
	if s.Logger != nil {
		s.logAttempt(caller, req, &out, time.Since(start))
	}
	return out
}

// newRequest makes an authorized request, with header values of its own, because a RoundTripper may change them.
func (s *Sender) newRequest(ctx context.Context, call Call, authorization string) (*http.Request, error) {
	if ctx.Err() != nil {
		return nil, EndOf(ctx)
	}
	req, err := call.NewRequest(ctx)
	if err != nil {
		return nil, err
	}
	values := []string{authorization, s.UserAgent, call.Accept} // one allocation instead of three
	for i, name := range [...]string{"Authorization", "User-Agent", "Accept"} {
		req.Header[name] = values[i : i+1 : i+1]
	}
	return req, nil
}

// readBody reads the body, and for an error also the headers Retry-After and Location. It returns an error only for the
// incomplete body of a success; without a success, the status is the error.
func (s *Sender) readBody(out *Outcome, req *http.Request, resp *http.Response) error {
	defer resp.Body.Close()
	if out.Success {
		body, err := ReadUpTo(resp.Body, resp.ContentLength, s.MaxBody)
		out.Body, out.TooLarge = body, int64(len(body)) > s.MaxBody
		if err != nil {
			out.Body = []byte(out.Redact(string(body)))
		}
		return err
	}
	out.RetryAfter, out.retryAfterGiven = retryAfter(resp.Header)
	out.Location = RedirectHost(req.URL, resp, out.Redactor)
	if resp.StatusCode >= http.StatusOK { // the body of a 101 is the connection itself, which has no end
		body, _ := ReadUpTo(resp.Body, resp.ContentLength, maxErrorBody+maxSecret)
		body = []byte(out.Redact(string(body)))
		out.Body = body[:min(len(body), maxErrorBody)]
	}
	return nil
}

// RedirectHost returns the host that the response to a request redirects to, or "".
func RedirectHost(sent *url.URL, resp *http.Response, known secret.Redactor) string {
	location := resp.Header.Get("Location")
	target, err := sent.Parse(location)
	if location == "" || resp.StatusCode/100 != 3 || err != nil {
		return ""
	}
	return secret.OneLine(known.Redact(target.Host))
}

// ReadUpTo reads to the end, or until it has more bytes than the limit. It begins with a buffer for the length that the
// server announced, or 512 bytes if that is negative. The first buffer has at most 1 MiB and a 16th of the limit,
// because the length may be wrong, and it grows as bytes arrive.
func ReadUpTo(r io.Reader, length, limit int64) ([]byte, error) {
	if length < 0 {
		length = 511
	}
	body := make([]byte, 0, min(length, limit/16, 1<<20)+1) // one more, to read the end without growing
	for int64(len(body)) <= limit {
		body = slices.Grow(body, 1)
		n, err := r.Read(body[len(body):cap(body)])
		body = body[:len(body)+n]
		if err == io.EOF {
			return body, nil
		}
		if err != nil {
			return body, err
		}
	}
	return body, nil
}

func (s *Sender) logAttempt(ctx context.Context, req *http.Request, out *Outcome, took time.Duration) {
	attrs := []slog.Attr{
		slog.String("method", req.Method), slog.String("path", req.URL.Path), slog.Int("status", out.Status),
		slog.Int("attempt", out.Attempts), slog.Duration("duration", took), slog.String("request_id", out.RequestID()),
	}
	if out.Err != nil {
		attrs = append(attrs, slog.String("error", secret.OneLine(out.Err.Error())))
	}
	s.Logger.LogAttrs(ctx, slog.LevelDebug, "flexflow: attempt", attrs...)
}
