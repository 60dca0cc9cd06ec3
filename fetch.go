package flexflow

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// maxErrorBody bounds what is kept of an answer that is not a success, in bytes. A little more is read, so that a secret
// at the bound is found whole, however it is escaped.
const (
	maxErrorBody = 64 << 10
	maxSecret    = 8 << 10
)

// answer is a Response with what checking it and reporting on it take.
type answer struct {
	Response
	oversize bool   // Body is longer than the limit
	location string // host that a redirect leads to
	auth     authorization
}

// requestID is made where it is wanted, which is seldom where a fetch succeeds.
func (a *answer) requestID() string {
	return oneLine(a.auth.redact(a.Header.Get("Twilio-Request-Id")))
}

// fetch is the way of every operation: check the arguments, send with retries, check the answer, decode. The arguments
// are those of the path, in the order of the path.
func fetch[T any](ctx context.Context, c *Client, operationID string, args []string, opts []CallOption) (*T, error) {
	if ctx == nil || c.contract == nil {
		return nil, fmt.Errorf("%w: a fetch takes a context and a Client that New has made", ErrInvalidConfig)
	}
	op, err := c.contract.operation(operationID)
	if err != nil {
		return nil, err
	}
	var call call
	for _, opt := range opts {
		if opt != nil {
			opt(&call)
		}
	}
	if call.response != nil {
		*call.response = Response{} // what an earlier fetch left there is no answer to this one
	}
	if err := op.checkArguments(args); err != nil {
		return nil, err
	}
	ans, err := c.send(ctx, op, args)
	if call.response != nil {
		ans.RequestID = ans.requestID()
		*call.response = ans.Response
	}
	if err != nil {
		return nil, err
	}
	value, violations := decode[T](op, c.mode, args, ans)
	if len(violations) == 0 {
		return value, nil
	}
	broken := newResponseError(op, args, ans, violations)
	if c.onViolation != nil && c.mode != Off {
		c.onViolation(ctx, broken)
	}
	if c.mode == Report && value != nil {
		return value, nil
	}
	return nil, broken
}

// attempt sends one request and reads its answer whole. A status that the contract has no success for is an APIError.
func (c *Client) attempt(ctx context.Context, op *operation, args []string, number int) (ans answer, err error) {
	caller := ctx
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	ans.Attempts = number - 1
	req, err := c.newRequest(ctx, op, args, &ans)
	if err != nil {
		unsent := newTransportError(op, args, caller, ans, err)
		unsent.permanent = true
		return ans, unsent
	}
	ans.Attempts = number
	var start time.Time
	if c.logger != nil {
		start = time.Now()
	}
	resp, err := c.do(req)
	if err == nil {
		ans.StatusCode, ans.Header = resp.StatusCode, resp.Header
		err = c.read(&ans, op, req, resp)
	}
	if err != nil {
		if ctx.Err() != nil && caller.Err() == nil {
			err = fmt.Errorf("the attempt took longer than %s: %w", c.timeout, err)
		}
		err = newTransportError(op, args, caller, ans, err)
	}
	if c.logger != nil {
		c.log(caller, req, ans, time.Since(start), err)
	}
	if err != nil {
		return ans, err
	}
	if op.success[ans.StatusCode] == nil {
		return ans, newAPIError(op, args, ans, time.Now())
	}
	return ans, nil
}

// newRequest authorizes a request, and makes none when the context has ended meanwhile.
func (c *Client) newRequest(ctx context.Context, op *operation, args []string, ans *answer) (req *http.Request, err error) {
	if ans.auth, err = c.authorize(ctx); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if req, err = op.newRequest(ctx, c.baseURL, args); err != nil {
		return nil, err
	}
	req.Header["Authorization"] = ans.auth.header
	req.Header["User-Agent"] = c.userAgent
	req.Header["Accept"] = op.accept
	return req, nil
}

// read puts the body into ans. The body of an answer that is no success is read as far as it goes: its status says more
// than what cut it off.
func (c *Client) read(ans *answer, op *operation, req *http.Request, resp *http.Response) error {
	defer resp.Body.Close()
	if op.success[resp.StatusCode] != nil {
		body, err := readUpTo(resp.Body, resp.ContentLength, c.maxResponseBytes)
		ans.Body, ans.oversize = body, int64(len(body)) > c.maxResponseBytes
		if err != nil {
			return &url.Error{Op: "Get", URL: req.URL.String(), Err: err}
		}
		return nil
	}
	if target, err := req.URL.Parse(ans.auth.redact(resp.Header.Get("Location"))); err == nil {
		ans.location = oneLine(target.Host)
	}
	if resp.StatusCode >= http.StatusOK { // the body of a 101 is the bare connection, which nothing bounds
		body, _ := readUpTo(resp.Body, resp.ContentLength, maxErrorBody+maxSecret)
		body = ans.auth.redactBody(body)
		ans.Body = body[:min(len(body), maxErrorBody)]
	}
	return nil
}

// readUpTo reads to the end, or past the limit, into one buffer where the length given is right.
func readUpTo(r io.Reader, length, limit int64) ([]byte, error) {
	const most = 64 << 10 // of a length that nothing has borne out yet
	if length < 0 {
		length = 512
	}
	body := make([]byte, 0, min(length, limit, most)+1)
	for int64(len(body)) <= limit {
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
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

func (c *Client) log(ctx context.Context, req *http.Request, ans answer, took time.Duration, err error) {
	attrs := []slog.Attr{
		slog.String("method", req.Method),
		slog.String("path", req.URL.Path),
		slog.Int("status", ans.StatusCode),
		slog.Int("attempt", ans.Attempts),
		slog.Duration("duration", took),
		slog.String("request_id", ans.requestID()),
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "flexflow: attempt", attrs...)
}
