package flexflow_test

import (
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

// hanging returns a server that does not respond.
func hanging() *memoryServer {
	return &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
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
		synctest.Test(t, func(t *testing.T) {
			httpClient := &http.Client{Transport: hanging(), Timeout: row.ofClient}
			opts := []flexflow.Option{flexflow.WithHTTPClient(httpClient)}
			if row.timeout != 0 {
				opts = append(opts, flexflow.WithTimeout(row.timeout))
			}
			start := time.Now()
			err := transportError(context.DeadlineExceeded).of(t, newClient(t, exampleURL, opts...))
			const waits = 250*time.Millisecond + 500*time.Millisecond + time.Second
			if took := time.Since(start); took < 4*row.want || took > 4*row.want+waits || attemptsOf(err) != 4 {
				t.Errorf("4 attempts of %s took %s: %v", row.want, took, err)
			}
			if !strings.Contains(err.Error(), "the attempt took longer than "+row.want.String()) {
				t.Errorf("the message does not name the timeout: %v", err)
			}
		})
	}
}

// A transport may return another error than that of the context, as it is or within others.
func TestWithTimeout_otherError(t *testing.T) {
	for _, cause := range []error{errors.New("gone"), fmt.Errorf("read: %w", context.DeadlineExceeded)} {
		synctest.Test(t, func(t *testing.T) {
			server := &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
				<-r.Context().Done()
				return nil, cause
			}}
			err := transportError(context.DeadlineExceeded).of(t, server.client(t, flexflow.WithRetries(0)))
			if !as[*flexflow.TransportError](t, err).Timeout() {
				t.Errorf("%v is no timeout", err)
			}
		})
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
		{"no end of the header", stall("HTTP/1.1 200 OK\r\nContent-"), late, twice, dropped},
		{"a header that drips", drip(jsonType+"\r\n", "HTTP/1.1 200 OK\r\n"), late, twice, dropped},
		{"no body", stall(begun), late, twice, dropped},
		{"no end of the body", stall(begun, flow), late, twice, dropped},
		{"a body that drips", drip(chunk(" "), begun), late, twice, dropped},
		{"a chunk's length that drips", drip("0", begun), late, twice, dropped},
		{"a trailer that drips", drip("Name: value\r\n", begun, flow, "0\r\n"), late, twice, dropped},
		{"gzip that drips", drip(chunk(emptyBlock), inGzip), late, twice, dropped},
		{"103 without end", drip(head(103), ""), late, twice, dropped},
		{"an error without its body", stall(head(404, jsonType, "Content-Length: 9")), notFound, once, dropped},
		{"an error whose body drips", drip(chunk(" "), head(500, chunked)), broken, twice, dropped},
	}
}

func TestFetchFlexFlow_cancel(t *testing.T) {
	for _, want := range []error{context.Canceled, context.DeadlineExceeded} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			start, lasts := time.Now(), 2*time.Second
			if want == context.Canceled {
				lasts = time.Second
				time.AfterFunc(lasts, cancel)
			}
			flow, err := hanging().client(t).FetchFlexFlow(ctx, flowSID)
			transportError(want).check(t, flowSID, flow, err)
			if took := time.Since(start); took != lasts || attemptsOf(err) != 1 ||
				strings.Contains(err.Error(), "attempt took longer") {
				t.Errorf("%v after %s: %v", want, took, err)
			}
		})
	}
}

func TestFetchFlexFlow_contextEnded(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for want, ctx := range map[error]context.Context{context.Canceled: canceled, context.DeadlineExceeded: late} {
		server := always(503)
		flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, err)
		if flow != nil || !errors.Is(err, want) || len(server.times) != 0 || attemptsOf(err) != 0 {
			t.Errorf("%d requests, error %v", len(server.times), err)
		}
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

// errors.Is finds the cause of a context, whenever the context ends.
func TestContext_cause(t *testing.T) {
	quit := errors.New("the user has quit")
	const soon = time.Second
	type bounded = func(context.Context) (context.Context, context.CancelFunc)
	for end, with := range map[error]bounded{
		context.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(soon, func() { cancel(quit) })
			return ctx, func() { cancel(nil) }
		},
		context.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeoutCause(ctx, soon, quit)
		},
	} {
		for name, ended := range endings() {
			t.Run(fmt.Sprint(name, ", ", end), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := with(t.Context())
					defer cancel()
					for _, err := range ended(t, ctx) {
						if !errors.Is(err, end) || !errors.Is(err, quit) || !isOneLine(err.Error()) {
							t.Errorf("error %v, want one line that matches %v and the cause", err, end)
						}
					}
					time.Sleep(time.Hour) // until the functions that ignore the context have returned
				})
			})
		}
	}
}

// endings returns functions that fetch with a context that ends in a second, each at another moment of the fetch, and
// return all errors.
func endings() map[string]func(*testing.T, context.Context) []error {
	fetchWith := func(t *testing.T, ctx context.Context, client *flexflow.Client) []error {
		flow, err := client.FetchFlexFlow(ctx, flowSID)
		if checkError(t, err); flow != nil {
			t.Errorf("flow %v with the error", flow)
		}
		return []error{err}
	}
	ignoring := roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, io.EOF
	})
	reading := roundTripper(func(r *http.Request) (*http.Response, error) {
		response := newResponse(200, "")
		response.Body = io.NopCloser(untilDone{r.Context()})
		return response, nil
	})
	during := func(transport http.RoundTripper) func(*testing.T, context.Context) []error {
		return func(t *testing.T, ctx context.Context) []error {
			return fetchWith(t, ctx, newClient(t, exampleURL, over(transport)))
		}
	}
	bearer := func(token tokenFunc) func(*testing.T, context.Context) []error {
		return func(t *testing.T, ctx context.Context) []error {
			return fetchWith(t, ctx, withTokens(t, token, always(404)))
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
	return map[string]func(*testing.T, context.Context) []error{
		"before the first attempt": func(t *testing.T, ctx context.Context) []error {
			<-ctx.Done()
			return fetchWith(t, ctx, always(404).client(t))
		},
		"during an attempt":                        during(hanging()),
		"during an attempt that fails differently": during(ignoring),
		"while the body is read":                   during(reading),
		"between attempts": func(t *testing.T, ctx context.Context) []error {
			unhurried := contextWithoutDeadline{ctx} // because a wait does not begin if the deadline is before its end
			return fetchWith(t, unhurried, always(503, "Retry-After: 5").client(t))
		},
		"in Bearer": bearer(func(ctx context.Context) (string, error) { <-ctx.Done(); return "", ctx.Err() }),
		"in Bearer, whose function does not return before": bearer(func(context.Context) (string, error) {
			time.Sleep(time.Minute)
			return "", errors.New("late")
		}),
		"in a batch": func(t *testing.T, ctx context.Context) []error {
			return all(t, hanging().client(t).FetchFlexFlows(ctx, sids(9), 3), 4)
		},
		"in a batch that a 429 holds back": func(t *testing.T, ctx context.Context) []error {
			client := always(429, "Retry-After: 5").client(t)
			return all(t, client.FetchFlexFlows(contextWithoutDeadline{ctx}, sids(9), 3), 4)
		},
		"in a batch whose SIDs block": func(t *testing.T, ctx context.Context) []error {
			blocking := func(func(string) bool) { time.Sleep(time.Minute) }
			return all(t, hanging().client(t).FetchFlexFlows(ctx, blocking, 3), 1)
		},
		"in a list": func(t *testing.T, ctx context.Context) []error {
			return all(t, hanging().client(t).ListFlexFlows(ctx, nil), 1)
		},
	}
}

// untilDone is a body without end that fails when the context ends.
type untilDone struct{ ctx context.Context }

func (r untilDone) Read([]byte) (int, error) { <-r.ctx.Done(); return 0, r.ctx.Err() }

// contextWithoutDeadline is a context that does not tell when it ends.
type contextWithoutDeadline struct{ context.Context }

func (contextWithoutDeadline) Deadline() (time.Time, bool) { return time.Time{}, false }
