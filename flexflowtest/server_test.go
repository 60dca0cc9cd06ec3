package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

var (
	_ flexflowtest.TB = (*testing.T)(nil)
	_ flexflowtest.TB = (*testing.B)(nil)
	_ flexflowtest.TB = (*testing.F)(nil)
)

// trial is a test that is meant to fail.
type trial struct {
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (t *trial) Helper()          {}
func (t *trial) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *trial) Errorf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failures = append(t.failures, fmt.Sprintf(format, args...))
}

func (t *trial) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	runtime.Goexit()
}

func (t *trial) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.failures) > 0
}

// failuresOf runs a test with a server to its end and returns what it was told.
func failuresOf(test func(*flexflowtest.Server)) []string {
	t := &trial{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(flexflowtest.NewServer(t))
	}()
	<-done
	for _, cleanup := range slices.Backward(t.cleanups) {
		cleanup()
	}
	return t.failures
}

func TestMistakesFailTheTestInOneLine(t *testing.T) {
	t.Parallel()
	flow := flexflowtest.Examples()[0]
	for _, test := range []struct {
		name   string
		misuse func(*flexflowtest.Server)
		want   []string // nothing else
	}{
		{"none", func(s *flexflowtest.Server) {
			s.Put(flow)
			s.On(*flow.SID).Drop()
			s.Client().FetchFlexFlow(context.Background(), *flow.SID)
		}, nil},
		{"flow without SID", func(s *flexflowtest.Server) { s.Put(flexflow.FlexFlow{}) },
			[]string{"the flow has no SID"}},
		{"flow that breaks the contract", func(s *flexflowtest.Server) {
			s.Put(flexflow.FlexFlow{SID: flow.SID, ChannelType: new(flexflow.ChannelType("fax"))})
		}, []string{"the flow " + *flow.SID + " breaks the contract: /channel_type: "}},
		{"option that cannot be", func(s *flexflowtest.Server) { s.Client(flexflow.WithRetries(-1)) },
			[]string{"the number of retries is -1"}},
		{"script for a SID that cannot be", func(s *flexflowtest.Server) { s.On("FO1").Drop() },
			[]string{`On("FO1"): no request can ask for this SID: minimum string length is 34`}},
		{"status too small", func(s *flexflowtest.Server) { s.Next().Status(199) }, []string{"Status(199)"}},
		{"status too large", func(s *flexflowtest.Server) { s.Next().Status(600) }, []string{"Status(600)"}},
		{"no time", func(s *flexflowtest.Server) { s.Next().Times(0) }, []string{"Times(0)"}},
		{"pointer to everything", func(s *flexflowtest.Server) { s.Next().Violate("") },
			[]string{`Violate(""): the pointer to an attribute starts with /`}},
		{"pointer without slash", func(s *flexflowtest.Server) { s.Next().Violate("sid") },
			[]string{`Violate("sid"): the pointer to an attribute starts with /`}},
		{"pointer to nothing", func(s *flexflowtest.Server) { s.Next().Violate("/Sid") },
			[]string{`Violate("/Sid"): the contract has no attribute there`}},
		{"pointer to what is free", func(s *flexflowtest.Server) { s.Next().Violate("/integration/flow_sid") },
			[]string{`Violate("/integration/flow_sid"): the contract has no attribute there`}},
		{"violation of a flow that is not there", func(s *flexflowtest.Server) {
			s.On(*flow.SID).Violate("/sid")
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{`GET /v1/FlexFlows/` + *flow.SID + `: the script changes a flow, and there is none: the answer is HTTP 404`}},
		{"success where there is no flow", func(s *flexflowtest.Server) {
			s.Next().Status(206)
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{"the script changes a flow, and there is none: the answer is HTTP 404"}},
		{"steps that are not reached", func(s *flexflowtest.Server) {
			s.Put(flow)
			s.Next().Succeed().Then().Drop()
			s.On(*flow.SID).Drop().Then().Status(500).Times(2)
			s.Client(flexflow.WithRetries(0)).FetchFlexFlow(context.Background(), *flow.SID)
		}, []string{"2 step(s) of the script Next() were not reached", `2 step(s) of the script On("` + *flow.SID + `") were not reached`}},
		{"steps that are not reached because the test has failed", func(s *flexflowtest.Server) {
			s.Next().Drop()
			s.Put(flexflow.FlexFlow{})
		}, []string{"the flow has no SID"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := failuresOf(test.misuse)
			if len(got) != len(test.want) {
				t.Fatalf("got %q, want %q", got, test.want)
			}
			for i, failure := range got {
				if !strings.HasPrefix(failure, "flexflowtest: ") || !strings.Contains(failure, test.want[i]) || strings.Contains(failure, "\n") {
					t.Errorf("got %q, want one line with %q", failure, test.want[i])
				}
			}
		})
	}
}

func TestARequestThatOutlivesTheTestFailsIt(t *testing.T) {
	t.Parallel()
	ended := make(chan error)
	start := time.Now()
	got := failuresOf(func(s *flexflowtest.Server) {
		s.Next().Slow(time.Hour)
		client := s.Client(flexflow.WithRetries(0), flexflow.WithTimeout(time.Hour))
		go func() {
			_, err := client.FetchFlexFlow(context.Background(), storedSID)
			ended <- err
		}()
		for len(s.Requests()) == 0 {
			runtime.Gosched()
		}
	})
	if len(got) != 1 || !strings.Contains(got[0], "1 request(s) under way at the end of the test") {
		t.Errorf("got %q", got)
	}
	if err := <-ended; err == nil || time.Since(start) > time.Minute {
		t.Errorf("the request ended with %v after %s", err, time.Since(start))
	}
}

func TestAClientThatGoesAwayEndsASlowAnswer(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"no body": "", "a body that nobody asked for": strings.Repeat("x", 1<<20)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := failuresOf(func(s *flexflowtest.Server) {
				s.Next().Slow(time.Hour)
				ctx, cancel := context.WithCancel(context.Background())
				go func() {
					for len(s.Requests()) == 0 {
						runtime.Gosched()
					}
					cancel()
				}()
				req, err := http.NewRequestWithContext(ctx, "GET", s.URL, strings.NewReader(body))
				if err == nil {
					_, err = s.HTTPClient().Do(req)
				}
				if !errors.Is(err, context.Canceled) {
					t.Errorf("the request ended with %v", err)
				}
			})
			if len(got) > 0 {
				t.Errorf("the answer goes on: %q", got)
			}
		})
	}
}

func TestAMistakeOnAHandlerWithoutATestPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := fmt.Sprint(recover()); !strings.HasPrefix(got, `flexflowtest: Violate("/nope"): `) {
			t.Errorf("got %q", got)
		}
	}()
	flexflowtest.NewHandler().Next().Violate("/nope")
}
