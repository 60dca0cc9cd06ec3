package flexflow_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestTokenFunctionThatBlocksHoldsUpNoFetch(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	blocks := flexflow.Bearer(func(context.Context) (string, error) { <-release; return "token", nil })
	for name, limit := range map[string]func() (context.Context, context.CancelFunc, flexflow.Option){
		"the attempt": func() (context.Context, context.CancelFunc, flexflow.Option) {
			return t.Context(), func() {}, flexflow.WithTimeout(50 * time.Millisecond)
		},
		"the caller": func() (context.Context, context.CancelFunc, flexflow.Option) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			return ctx, cancel, flexflow.WithTimeout(time.Minute)
		},
	} {
		ctx, cancel, option := limit()
		client, err := flexflow.New(blocks, option)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(ctx, flowSID)
		cancel()
		var transport *flexflow.TransportError
		if !errors.As(err, &transport) || transport.Attempts != 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("time limit of %s: %v", name, err)
		}
	}
}

func TestPanicOfATokenFunctionReachesItsCaller(t *testing.T) {
	t.Parallel()
	client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) { panic("mine") }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if got := recover(); got != "mine" {
			t.Errorf("recovered %v", got)
		}
	}()
	client.FetchFlexFlow(t.Context(), flowSID)
}

func TestContextThatEndsInTheTokenFunctionSendsNothing(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, answer(`{}`))
	ctx, cancel := context.WithCancel(t.Context())
	client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) { cancel(); return "token", nil }), flexflow.WithBaseURL(url))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.FetchFlexFlow(ctx, flowSID)
	var transport *flexflow.TransportError
	if !errors.As(err, &transport) || transport.Attempts != 0 || !errors.Is(err, context.Canceled) || requests.Load() != 0 {
		t.Errorf("%v, %d requests", err, requests.Load())
	}
}

func TestWhatIsNoClientOrContextIsAnError(t *testing.T) {
	t.Parallel()
	var none flexflow.Client
	none.CloseIdleConnections()
	if _, err := none.FetchFlexFlow(t.Context(), flowSID); !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Errorf("a zero Client: %v", err)
	}
	//lint:ignore SA1012 it is what is tested
	if _, err := newClient(t, "http://localhost").FetchFlexFlow(nil, flowSID); !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Errorf("a nil context: %v", err)
	}
}

func TestAnswerCannotTurnRetriesOffByItsWords(t *testing.T) {
	t.Parallel()
	server := startRaw(t, func(conn net.Conn, _ *http.Request) bool {
		conn.Write([]byte("HTTP/1.1 503 X\r\nTransfer-Encoding: tls: x509: x\r\n\r\n"))
		return false
	})
	_, err := newClient(t, server.URL, flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
	if got := attemptsOf(err); got != 2 {
		t.Errorf("%d attempts, want 2: %v", got, err)
	}
}

func TestContextThatEndsInALaterAttemptKeepsTheErrorOfTheOneBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(503)
	})
	again := strings.TrimSuffix(url, "/")
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		if requests.Load() == 1 {
			cancel()
		}
		return http.DefaultTransport.RoundTrip(r)
	})
	_, err := newClient(t, again, flexflow.WithHTTPClient(&http.Client{Transport: transport})).FetchFlexFlow(ctx, flowSID)
	var transportError *flexflow.TransportError
	if !errors.As(err, &transportError) || !errors.Is(err, context.Canceled) || errors.Is(err, flexflow.ErrServer) || transportError.Attempts != 2 || !strings.Contains(err.Error(), "after HTTP 503") {
		t.Errorf("%v, want what ended the second attempt, and the status of the first in the message", err)
	}
}
