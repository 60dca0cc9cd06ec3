package flexflow_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// hanging returns a server that does not respond. When a request ends, its transport returns err, or the error of the
// request's context if err is nil.
func hanging(err error) *memoryServer {
	return &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
		<-r.Context().Done()
		return nil, cmp.Or(err, r.Context().Err())
	}}
}

func TestWithTimeout(t *testing.T) {
	for _, row := range []struct {
		timeout, ofClient, want time.Duration // zero for the default
	}{
		{0, 0, 10 * time.Second},
		{3 * time.Second, 0, 3 * time.Second},
		{0, 2 * time.Second, 2 * time.Second},
		{time.Second, 2 * time.Second, time.Second},
		{0, time.Minute, 10 * time.Second},
	} {
		for _, cause := range []error{nil, errors.New("gone"), fmt.Errorf("read: %w", context.DeadlineExceeded)} {
			synctest.Test(t, func(t *testing.T) {
				opts := []flexflow.Option{
					flexflow.WithHTTPClient(&http.Client{Transport: hanging(cause), Timeout: row.ofClient}),
				}
				if row.timeout != 0 {
					opts = append(opts, flexflow.WithTimeout(row.timeout))
				}
				start := time.Now()
				err := transportError(context.DeadlineExceeded).of(t, newClient(t, exampleURL, opts...))
				const waits = 250*time.Millisecond + 500*time.Millisecond + time.Second
				if took := time.Since(start); took < 4*row.want || took > 4*row.want+waits || attemptsOf(err) != 4 {
					t.Errorf("4 attempts of %s took %s: %v", row.want, took, err)
				}
				if !strings.Contains(err.Error(), "the attempt took longer than "+row.want.String()) ||
					!as[*flexflow.TransportError](t, err).Timeout() {
					t.Errorf("no timeout, or a message that does not name it: %v", err)
				}
			})
		}
	}
}

// shortTimeout is the timeout of an attempt to which the server does not respond in time.
const shortTimeout = 400 * time.Millisecond

func TestWithTimeout_slowServer(t *testing.T) {
	t.Parallel()
	for _, f := range slowServers() {
		t.Run(f.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, transport := testserver.StartWithoutSockets(t, f.reply)
				start := time.Now()
				f.runOn(t, s, over(transport), flexflow.WithTimeout(shortTimeout))
				const longestWait = 250 * time.Millisecond
				took, least := time.Since(start), shortTimeout*time.Duration(f.attempts)
				if took < least || took > least+longestWait {
					t.Errorf("%d attempts of %s ended after %s", f.attempts, shortTimeout, took)
				}
			})
		})
	}
}

func slowServers() []fault {
	const emptyBlock = "\x00\x00\x00\xff\xff" // of a deflate stream: no data, and not the last block
	late := transportError(context.DeadlineExceeded)
	flow := chunk(validFlow(flowSID))
	begun, inGzip := head(200, jsonType, chunked), head(200, jsonType, chunked, gzipped)+chunk(zip("")[:10])
	notFound, broken := apiError(404, flexflow.ErrNotFound), apiError(500, flexflow.ErrServer)
	return []fault{
		{"no response", stall(), late, twice, dropped},
		{"a header that drips", drip(jsonType+"\r\n", "HTTP/1.1 200 OK\r\n"), late, twice, dropped},
		{"no body", stall(begun), late, twice, dropped},
		{"no end of the body", stall(begun, flow), late, twice, dropped},
		{"a body that drips", drip(chunk(" "), begun), late, twice, dropped},
		{"a trailer that drips", drip("Name: value\r\n", begun, flow, "0\r\n"), late, twice, dropped},
		{"gzip that drips", drip(chunk(emptyBlock), inGzip), late, twice, dropped},
		{"103 without end", drip(head(103), ""), late, twice, dropped},
		{"an error without its body", stall(head(404, jsonType, "Content-Length: 9")), notFound, once, dropped},
		{"an error whose body drips", drip(chunk(" "), head(500, chunked)), broken, twice, dropped},
	}
}

// The response arrived in time, so it is returned although the context has ended.
func TestFetchFlexFlow_contextEndsWithResponse(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := respondingTo(func(*http.Request, int) *http.Response {
		cancel()
		return newResponse(404, "")
	})
	flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
	apiError(404, flexflow.ErrNotFound).check(t, flowSID, flow, err)
}

// A fetch or a batch ends when its context ends, and errors.Is finds the cause of that.
func TestContext_cause(t *testing.T) {
	quit := errors.New("the user has quit")
	const soon = time.Second
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		for name, errorsOf := range fetchesUntilTheEnd() {
			t.Run(fmt.Sprint(name, ", ", end), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, stop := context.WithTimeoutCause(t.Context(), soon, quit)
					defer stop()
					if end == context.Canceled {
						canceled, cancel := context.WithCancelCause(t.Context())
						time.AfterFunc(soon, func() { cancel(quit) })
						ctx = canceled
					}
					start := time.Now()
					errs := errorsOf(t, contextWithoutDeadline{ctx})
					if took := time.Since(start); took != soon {
						t.Errorf("took %s, want %s", took, soon)
					}
					for _, err := range errs {
						both := errors.Is(err, context.Canceled) && errors.Is(err, context.DeadlineExceeded)
						if !errors.Is(err, end) || !errors.Is(err, quit) || both || !isOneLine(err.Error()) ||
							strings.Contains(err.Error(), "attempt took longer") || strings.Contains(err.Error(), "check the") {
							t.Errorf("error %v, want one line that matches only %v and the cause", err, end)
						}
					}
					time.Sleep(time.Hour) // until the functions that ignore the context have returned
				})
			})
		}
	}
}

// fetchesUntilTheEnd returns functions that fetch with a context that ends in a second, each at another moment of the
// fetch, and return all errors.
func fetchesUntilTheEnd() map[string]func(*testing.T, context.Context) []error {
	type errorsOf = func(*testing.T, context.Context) []error
	fetching := func(t *testing.T, ctx context.Context, client *flexflow.Client, attempts int) []error {
		flow, err := client.FetchFlexFlow(ctx, flowSID)
		as[*flexflow.TransportError](t, err)
		if checkError(t, err); flow != nil || attemptsOf(err) != attempts {
			t.Errorf("flow %v, error %v, want no flow and %d attempts", flow, err, attempts)
		}
		return []error{err}
	}
	from := func(server *memoryServer) errorsOf {
		return func(t *testing.T, ctx context.Context) []error { return fetching(t, ctx, server.client(t), 1) }
	}
	bearer := func(token tokenFunc) errorsOf {
		return func(t *testing.T, ctx context.Context) []error {
			return fetching(t, ctx, withTokens(t, token, always(404)), 0)
		}
	}
	all := func(t *testing.T, results iter.Seq[flexflow.Fetched], want int) (errs []error) {
		for f := range results {
			errs = append(errs, f.Err)
		}
		if len(errs) != want || !errors.Is(errs[want-1], flexflow.ErrIncomplete) {
			t.Errorf("errors %v, want %d and the last one to match ErrIncomplete", errs, want)
		}
		return errs
	}
	batch := func(server *memoryServer, sids iter.Seq[string], want int) errorsOf {
		return func(t *testing.T, ctx context.Context) []error {
			return all(t, server.client(t).FetchFlexFlows(ctx, sids, 3), want)
		}
	}
	return map[string]errorsOf{
		"before the first attempt": func(t *testing.T, ctx context.Context) []error {
			<-ctx.Done()
			return fetching(t, ctx, always(404).client(t), 0)
		},
		"during an attempt":                        from(hanging(nil)),
		"during an attempt that fails differently": from(hanging(io.EOF)),
		"while the body is read": from(respondingTo(func(r *http.Request, _ int) *http.Response {
			response := newResponse(200, "")
			response.Body = io.NopCloser(untilDone{r.Context()})
			return response
		})),
		"between attempts": from(always(503, "Retry-After: 5")),
		"in Bearer":        bearer(func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }),
		"in Bearer, whose function does not return before": bearer(func(context.Context) (string, error) {
			time.Sleep(time.Minute)
			return "", errors.New("late")
		}),
		"in a batch":                       batch(hanging(nil), sids(9), 4),
		"in a batch that a 429 holds back": batch(always(429, "Retry-After: 5"), sids(9), 4),
		"in a batch whose SIDs block":      batch(hanging(nil), func(func(string) bool) { time.Sleep(time.Minute) }, 1),
		"in a list": func(t *testing.T, ctx context.Context) []error {
			return all(t, hanging(nil).client(t).ListFlexFlows(ctx, nil), 1)
		},
	}
}

// untilDone is a body without end that fails when the context ends.
type untilDone struct{ ctx context.Context }

func (r untilDone) Read([]byte) (int, error) { <-r.ctx.Done(); return 0, r.ctx.Err() }

// contextWithoutDeadline is a context that does not tell when it ends, because a wait does not begin if the deadline is
// before its end.
type contextWithoutDeadline struct{ context.Context }

func (contextWithoutDeadline) Deadline() (time.Time, bool) { return time.Time{}, false }
