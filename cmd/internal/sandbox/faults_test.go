package sandbox

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// start returns a client for a sandbox with the config.
func start(t *testing.T, config Config) (*Server, *flexflow.Client) {
	t.Helper()
	server, err := New(config)
	if err == nil {
		err = server.Listen("127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), flexflow.WithBaseURL(server.URL), flexflow.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.CloseIdleConnections)
	return server, client
}

func TestNew_faults(t *testing.T) {
	t.Parallel()
	const sid = "FO00000000000000000000000000000001"
	for words, want := range map[string]func(error) bool{
		"status:503":                 func(err error) bool { return errors.Is(err, flexflow.ErrServer) },
		"status:429,retry-after:120": func(err error) bool { return retryAfter(err) == 2*time.Minute },
		"drop":                       func(err error) bool { return isA[*flexflow.TransportError](err) },
		"truncate":                   func(err error) bool { return isA[*flexflow.TransportError](err) },
		"violate:/url":               func(err error) bool { return isA[*flexflow.ResponseError](err) },
		"slow:50ms":                  func(err error) bool { return err == nil },
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			_, client := start(t, Config{Count: 1, Faults: []string{sid + "=" + words}})
			begun := time.Now()
			if _, err := client.FetchFlexFlow(t.Context(), sid); !want(err) {
				t.Errorf("the first fetch returned %v", err)
			}
			if took := time.Since(begun); strings.HasPrefix(words, "slow:") && took < 50*time.Millisecond {
				t.Errorf("the first fetch took %s", took)
			}
			if _, err := client.FetchFlexFlow(t.Context(), sid); err != nil {
				t.Errorf("the second fetch returned %v", err)
			}
		})
	}
}

func retryAfter(err error) time.Duration {
	api, ok := errors.AsType[*flexflow.APIError](err)
	if !ok {
		return 0
	}
	return api.RetryAfter
}

func isA[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

func TestNew_generatedFlows(t *testing.T) {
	t.Parallel()
	server, client := start(t, Config{Count: 2})
	if len(server.Flows) != 2 {
		t.Fatalf("%d flows, want 2", len(server.Flows))
	}
	for i, flow := range server.Flows {
		got, err := client.FetchFlexFlow(t.Context(), *flow.SID)
		if err != nil || flexflow.Value(got.FriendlyName) != []string{"Flow 1", "Flow 2"}[i] || !strings.HasSuffix(flexflow.Value(got.URL), *flow.SID) {
			t.Errorf("flow %d is %+v, %v", i+1, got, err)
		}
	}
}

func TestNew_invalidConfig(t *testing.T) {
	t.Parallel()
	const sid = "FO00000000000000000000000000000001"
	for want, config := range map[string]Config{
		"--count must be from 0 to 1000000": {Count: 1_000_001},
		"status:x: ":                        {Faults: []string{sid + "=status:x"}},
		"retry-after:x: ":                   {Faults: []string{sid + "=retry-after:x"}},
		"slow:5: ":                          {Faults: []string{sid + "=slow:5"}},
		"write SID=WORDS":                   {Faults: []string{sid}},
		"explode: write status:N":           {Faults: []string{sid + "=explode"}},
		"--flows: open none.json":           {Flows: "none.json"},
	} {
		if _, err := New(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", config, err, want)
		}
	}
	if _, err := New(Config{Count: -1}); err == nil {
		t.Error("a negative count is accepted")
	}
}
