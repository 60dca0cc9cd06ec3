package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

// The tests of this file run on the clock of a synctest bubble, where a wait takes no time and ends to the nanosecond.
// Sockets have no place in a bubble, so their server is a function.

// inMemory is a server in the place of a transport. It is told how many requests came before.
type inMemory struct {
	answer func(r *http.Request, before int) (*http.Response, error)
	times  []time.Time // of the requests
}

func (m *inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	m.times = append(m.times, time.Now())
	return m.answer(r, len(m.times)-1)
}

func (m *inMemory) client(t *testing.T, opts ...flexflow.Option) *flexflow.Client {
	return newClient(t, "https://flex.example.com", append(opts, flexflow.WithHTTPClient(&http.Client{Transport: m}))...)
}

// waits are the pauses between the requests.
func (m *inMemory) waits() []time.Duration {
	var waits []time.Duration
	for i := range len(m.times) - 1 {
		waits = append(waits, m.times[i+1].Sub(m.times[i]))
	}
	return waits
}

// answerOf is an answer as a transport gives it, with header lines such as "Retry-After: 5".
func answerOf(status int, body string, header ...string) *http.Response {
	h := http.Header{"Content-Type": {"application/json"}}
	for _, line := range header {
		name, value, _ := strings.Cut(line, ": ")
		h.Set(name, value)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body))}
}

// always is a server that gives every request the same answer.
func always(status int, header ...string) *inMemory {
	return &inMemory{answer: func(*http.Request, int) (*http.Response, error) { return answerOf(status, "", header...), nil }}
}

func TestThreeRetriesByDefault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		flow, err := server.client(t).FetchFlexFlow(t.Context(), flowSID)
		refusal(503, flexflow.ErrServer).check(t, flowSID, flow, err)
		if len(server.times) != 4 || attemptsOf(err) != 4 || !strings.Contains(err.Error(), "4 attempts") {
			t.Errorf("%d requests, want 4: %v", len(server.times), err)
		}
	})
}

func TestNumberOfRetries(t *testing.T) {
	for _, retries := range []int{0, 1, 2, 7} {
		synctest.Test(t, func(t *testing.T) {
			server := always(500)
			_, err := server.client(t, flexflow.WithRetries(retries)).FetchFlexFlow(t.Context(), flowSID)
			if len(server.times) != retries+1 || attemptsOf(err) != retries+1 {
				t.Errorf("%d requests with %d retries: %v", len(server.times), retries, err)
			}
		})
	}
}

func TestBackOffIsExponentialWithFullJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const fetches = 500
		longest := []time.Duration{250 * time.Millisecond, 500 * time.Millisecond, 1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 8 * time.Second, 8 * time.Second}
		least, most, sum := make([]time.Duration, len(longest)), make([]time.Duration, len(longest)), make([]time.Duration, len(longest))
		for range fetches {
			server := always(502)
			server.client(t, flexflow.WithRetries(len(longest))).FetchFlexFlow(t.Context(), flowSID)
			for i, wait := range server.waits() {
				if sum[i] == 0 {
					least[i] = wait
				}
				least[i], most[i], sum[i] = min(least[i], wait), max(most[i], wait), sum[i]+wait
			}
		}
		for i, bound := range longest {
			mean := sum[i] / fetches
			if most[i] > bound+time.Nanosecond || most[i] < bound*9/10 || least[i] > bound/10 || mean < bound*4/10 || mean > bound*6/10 {
				t.Errorf("wait %d is from %s to %s, on average %s; want it spread evenly from 0 to %s", i+1, least[i], most[i], mean, bound)
			}
		}
	})
}

func TestRetryAfterIsHonouredExactly(t *testing.T) {
	in := func(ahead time.Duration) string { return time.Now().Add(ahead).UTC().Format(http.TimeFormat) }
	for _, row := range []struct {
		name   string
		header func() string
		wait   time.Duration
	}{
		{"seconds", func() string { return "7" }, 7 * time.Second},
		{"no seconds", func() string { return "0" }, 0},
		{"seconds with zeros before", func() string { return "007" }, 7 * time.Second},
		{"more than any back-off", func() string { return "120" }, 2 * time.Minute},
		{"the longest", func() string { return "600" }, 10 * time.Minute},
		{"a date", func() string { return in(90 * time.Second) }, 90 * time.Second},
		{"a date of RFC 850", func() string { return time.Now().Add(time.Minute).UTC().Format(time.RFC850) }, time.Minute},
		{"a date of C's asctime", func() string { return time.Now().Add(time.Minute).UTC().Format(time.ANSIC) }, time.Minute},
		{"a past date", func() string { return in(-90 * time.Second) }, 0},
		{"the year 1", func() string { return "Mon, 01 Jan 0001 00:00:00 GMT" }, 0},
	} {
		for _, status := range []int{408, 429, 503} {
			t.Run(fmt.Sprint(row.name, " with ", status), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					server := always(status, "Retry-After: "+row.header())
					_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
					if waits := server.waits(); len(waits) != 1 || waits[0] != row.wait {
						t.Errorf("waited %s, want %s", waits, row.wait)
					}
					if refused, ok := errors.AsType[*flexflow.APIError](err); !ok || refused.RetryAfter > row.wait {
						t.Errorf("want RetryAfter %s, got %v", row.wait, err)
					}
				})
			})
		}
	}
}

func TestRetryAfterThatIsNoneFallsBackToTheBackOff(t *testing.T) {
	for _, header := range []string{"", "soon", "-5", "+5", "1.5", "5s", "0x5", "5, 5", "٥", "Wed, 31 Feb 2026 00:00:00 GMT", "2026-01-15T09:42:00Z"} {
		synctest.Test(t, func(t *testing.T) {
			server := always(429, "Retry-After: "+header)
			_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
			if waits := server.waits(); len(waits) != 1 || waits[0] > 250*time.Millisecond {
				t.Errorf("waited %s after Retry-After %q", waits, header)
			}
			if refused := err.(*flexflow.APIError); refused.RetryAfter != 0 {
				t.Errorf("Retry-After %q is read as %s", header, refused.RetryAfter)
			}
		})
	}
}

// Nobody waits for longer than ten minutes, see WithRetries.
func TestRetryAfterBeyondTenMinutesEndsTheFetch(t *testing.T) {
	const longest = time.Duration(1<<63-1) / time.Second * time.Second
	for header, want := range map[string]time.Duration{
		"601":                           601 * time.Second,
		"9223372036":                    longest,
		"9223372037":                    longest,
		"99999999999999999999":          longest,
		"Sun, 02 Jan 2000 00:00:00 GMT": 24 * time.Hour, // on the clock of a bubble, which starts with 2000
		"Fri, 31 Dec 9999 23:59:59 GMT": time.Duration(1<<63 - 1),
	} {
		synctest.Test(t, func(t *testing.T) {
			server := always(429, "Retry-After: "+header)
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(t.Context(), flowSID)
			refusal(429, flexflow.ErrRateLimited).check(t, flowSID, flow, err)
			if refused := err.(*flexflow.APIError); refused.RetryAfter != want || refused.Attempts != 1 || time.Since(start) != 0 {
				t.Errorf("Retry-After %q: want one attempt and %s, got %s in %v after %s", header, want, refused.RetryAfter, err, time.Since(start))
			}
		})
	}
}

func TestWaitThatOutlastsTheDeadlineEndsTheFetchAtOnce(t *testing.T) {
	for header, deadline := range map[string]time.Duration{
		"Retry-After: 10": 5 * time.Second,
		"Retry-After: 5":  5 * time.Second,
		"Retry-After: 6":  5*time.Second + time.Nanosecond,
		"None: 0":         time.Nanosecond, // the back-off is longer
	} {
		synctest.Test(t, func(t *testing.T) {
			server := always(503, header)
			ctx, cancel := context.WithTimeout(t.Context(), deadline)
			defer cancel()
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
			refusal(503, flexflow.ErrServer).check(t, flowSID, flow, err)
			if took := time.Since(start); took != 0 || attemptsOf(err) != 1 {
				t.Errorf("%s took %s: %v", header, took, err)
			}
		})
	}
}

func TestWaitThatEndsBeforeTheDeadlineIsWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503, "Retry-After: 5")
		ctx, cancel := context.WithTimeout(t.Context(), 13*time.Second)
		defer cancel()
		_, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		if waits := server.waits(); len(waits) != 2 || attemptsOf(err) != 3 || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waited %s, want 5 s twice: %v", waits, err)
		}
	})
}

func TestCancelEndsTheWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(429, "Retry-After: 300")
		ctx, cancel := context.WithCancelCause(t.Context())
		start := time.Now()
		time.AfterFunc(time.Second, func() { cancel(errors.New("the user has left")) })
		_, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, flowSID, err)
		if took := time.Since(start); took != time.Second {
			t.Errorf("came back after %s, want 1 s", took)
		}
		if _, transport := err.(*flexflow.TransportError); !transport || !errors.Is(err, context.Canceled) || errors.Is(err, flexflow.ErrRateLimited) || attemptsOf(err) != 1 {
			t.Errorf("want a TransportError of one attempt that matches context.Canceled alone, got %v", err)
		}
		if want := "flexflow: FetchFlexFlow " + flowSID + ": no response: context canceled during a wait of 5m0s after HTTP 429, Retry-After"; err.Error() != want {
			t.Errorf("message\n%s\nwant\n%s", err, want)
		}
	})
}

func TestCancelEndsAnAttemptAtOnce(t *testing.T) {
	for want, end := range map[error]func(context.Context) (context.Context, context.CancelFunc){
		context.Canceled: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(time.Second, cancel)
			return ctx, cancel
		},
		context.DeadlineExceeded: func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, time.Second)
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			server := &inMemory{answer: hang}
			ctx, cancel := end(t.Context())
			defer cancel()
			start := time.Now()
			flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
			noAnswer(want).check(t, flowSID, flow, err)
			if took := time.Since(start); took != time.Second || attemptsOf(err) != 1 || strings.Contains(err.Error(), "attempt took longer") {
				t.Errorf("%v after %s: %v", want, took, err)
			}
		})
	}
}

func hang(r *http.Request, _ int) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestEachAttemptHasItsOwnTimeout(t *testing.T) {
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
			server, timeout := &inMemory{answer: hang}, row.want
			opts := []flexflow.Option{flexflow.WithHTTPClient(&http.Client{Transport: server, Timeout: row.ofClient})}
			if row.timeout != 0 {
				opts = append(opts, flexflow.WithTimeout(row.timeout))
			}
			start := time.Now()
			flow, err := newClient(t, "https://flex.example.com", opts...).FetchFlexFlow(t.Context(), flowSID)
			noAnswer(context.DeadlineExceeded).check(t, flowSID, flow, err)
			const waits = 250*time.Millisecond + 500*time.Millisecond + time.Second
			if took := time.Since(start); took < 4*timeout || took > 4*timeout+waits || attemptsOf(err) != 4 {
				t.Errorf("4 attempts of %s took %s: %v", timeout, took, err)
			}
			if !strings.Contains(err.Error(), "the attempt took longer than "+timeout.String()) {
				t.Errorf("the message does not name the timeout: %v", err)
			}
		})
	}
}

func TestNothingIsSentWhenTheContextHasEnded(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	for want, ctx := range map[error]context.Context{context.Canceled: canceled, context.DeadlineExceeded: late} {
		server := always(503)
		flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
		checkError(t, flowSID, err)
		if flow != nil || !errors.Is(err, want) || len(server.times) != 0 || attemptsOf(err) != 0 {
			t.Errorf("%d requests, error %v", len(server.times), err)
		}
	}
}

// The answer came in time, though nobody may be there to read it.
func TestAnswerThatComesAsTheContextEndsIsTheAnswer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := &inMemory{answer: func(*http.Request, int) (*http.Response, error) {
		cancel()
		return answerOf(404, ""), nil
	}}
	flow, err := server.client(t).FetchFlexFlow(ctx, flowSID)
	refusal(404, flexflow.ErrNotFound).check(t, flowSID, flow, err)
}

func TestWhatIsTriedAgain(t *testing.T) {
	retried := map[int]bool{408: true, 429: true, 500: true, 502: true, 503: true, 504: true}
	for status := range 600 {
		if status == 200 {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			server := always(status)
			_, err := server.client(t, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
			if got := len(server.times) == 2; got != retried[status] || attemptsOf(err) != len(server.times) {
				t.Errorf("status %d is tried again: %t: %v", status, got, err)
			}
		})
	}
}

func TestRetriesEndWithTheFirstAnswerThatIsFinal(t *testing.T) {
	broken := answerOf(200, "{")
	broken.Body, broken.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader("{"), errorReader{})), -1
	answers := []*http.Response{answerOf(503, ""), nil, broken, answerOf(429, "", "Retry-After: 5"), nil}
	for name, last := range map[string]*http.Response{
		"the flow":          answerOf(200, validFlow(flowSID)),
		"a broken contract": answerOf(200, "null"),
		"404":               answerOf(404, ""),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server := &inMemory{answer: func(r *http.Request, before int) (*http.Response, error) {
					if before == len(answers) {
						return last, nil
					}
					if answers[before] == nil {
						return nil, io.ErrUnexpectedEOF
					}
					answer := *answers[before]
					answer.Request = r
					return &answer, nil
				}}
				var response flexflow.Response
				_, err := server.client(t, flexflow.WithRetries(10)).FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
				if response.StatusCode != last.StatusCode || response.Attempts != 6 || err != nil && attemptsOf(err) != 6 {
					t.Errorf("want status %d after 6 attempts, got %d after %d: %v", last.StatusCode, response.StatusCode, response.Attempts, err)
				}
			})
		})
	}
}

// errorReader is a body that breaks off.
type errorReader struct{}

func (errorReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestTokenIsAskedForBeforeEachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tokens int
		var sent []string
		server := &inMemory{answer: func(r *http.Request, _ int) (*http.Response, error) {
			sent = append(sent, r.Header.Get("Authorization"))
			return answerOf(503, ""), nil
		}}
		creds := flexflow.Bearer(func(context.Context) (string, error) {
			tokens++
			return fmt.Sprint("token-", tokens), nil
		})
		client, err := flexflow.New(creds, flexflow.WithHTTPClient(&http.Client{Transport: server}), flexflow.WithRetries(1))
		if err != nil {
			t.Fatal(err)
		}
		client.FetchFlexFlow(t.Context(), flowSID)
		if strings.Join(sent, ", ") != "Bearer token-1, Bearer token-2" {
			t.Errorf("sent %s", sent)
		}
	})
}

// What the token endpoint says is the business of the function that asks it, which may try again itself.
func TestTokenThatCannotBeHadIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		var asked int
		refused := errors.New("refused")
		creds := flexflow.Bearer(func(ctx context.Context) (string, error) {
			asked++
			_, err := (&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused })}).Get("https://oauth.example.com/token")
			return "", err // a *url.Error, like one of a fetch
		})
		client, err := flexflow.New(creds, flexflow.WithHTTPClient(&http.Client{Transport: server}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		checkError(t, flowSID, err)
		if asked != 1 || len(server.times) != 0 || attemptsOf(err) != 0 || !errors.Is(err, refused) {
			t.Errorf("%d tokens were asked for and %d requests sent: %v", asked, len(server.times), err)
		}
	})
}
