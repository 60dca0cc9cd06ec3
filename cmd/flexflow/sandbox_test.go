package main

import (
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// firstSID is that of the first generated flow.
const firstSID = "FO00000000000000000000000000000001"

// start returns a client for a sandbox, which needs no socket.
func start(t *testing.T, s *sandbox) *flexflow.Client {
	t.Helper()
	fake, err := s.fake()
	if err != nil {
		t.Fatal(err)
	}
	creds := flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken)
	transport := &http.Client{Transport: fake.Transport()}
	client, err := flexflow.New(creds, flexflow.WithHTTPClient(transport), flexflow.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestSandbox_faults(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]func(error) bool{
		"status:503":                        func(err error) bool { return errors.Is(err, flexflow.ErrServer) },
		"status:429,retry-after:120":        func(err error) bool { return retryAfter(err) == 2*time.Minute },
		"status:429,retry-after:9223372036": func(err error) bool { return retryAfter(err) == 9223372036*time.Second },
		"drop":                              isA[*flexflow.TransportError],
		"truncate":                          isA[*flexflow.TransportError],
		"violate:/url":                      isA[*flexflow.ResponseError],
		"slow:5s":                           func(err error) bool { return err == nil },
	} {
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client := start(t, &sandbox{count: 1, faults: []string{firstSID + "=" + words}})
				begun := time.Now()
				if _, err := client.FetchFlexFlow(t.Context(), firstSID); !want(err) {
					t.Errorf("the first fetch returned %v", err)
				}
				if took := time.Since(begun); strings.HasPrefix(words, "slow:") != (took == 5*time.Second) {
					t.Errorf("the first fetch took %s", took)
				}
				if _, err := client.FetchFlexFlow(t.Context(), firstSID); err != nil {
					t.Errorf("the second fetch returned %v", err)
				}
			})
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

func TestSandbox_generatedFlows(t *testing.T) {
	t.Parallel()
	s := &sandbox{count: 2}
	client := start(t, s)
	if len(s.sids) != 2 {
		t.Fatalf("%d flows, want 2", len(s.sids))
	}
	for i, sid := range s.sids {
		got, err := client.FetchFlexFlow(t.Context(), sid)
		name, url := flexflow.Value(got.FriendlyName), flexflow.Value(got.URL)
		if err != nil || name != []string{"Flow 1", "Flow 2"}[i] || !strings.HasSuffix(url, sid) {
			t.Errorf("flow %d is %+v, %v", i+1, got, err)
		}
	}
}

func TestSandbox_pages(t *testing.T) {
	t.Parallel()
	s := &sandbox{count: 5}
	var got []string
	params := &flexflow.ListFlexFlowParams{PageSize: new(2)}
	for f := range start(t, s).ListFlexFlows(t.Context(), params) {
		if f.Err != nil {
			t.Fatal(f.Err)
		}
		got = append(got, f.SID)
	}
	if !slices.Equal(got, s.sids) || len(got) != 5 {
		t.Errorf("listed %q of %q", got, s.sids)
	}
}

func TestSandbox_flowsOfAFile(t *testing.T) {
	t.Parallel()
	const one = `{"sid":"FO00000000000000000000000000000001","new":12345678901234567890.50}`
	const two = `{"sid":"FO00000000000000000000000000000002"}`
	page := `{"meta": {"next_page_url": null}, "flex_flows": [` + one + `]}`
	utf16 := "\xff\xfe" + strings.Join(strings.SplitAfter(one, ""), "\x00") + "\x00"
	for text, want := range map[string]int{
		"[" + one + ",\n" + two + "]\n": 2, one + "\n" + two + "\n": 2, one: 1, page: 1, utf16: 1,
	} {
		s := &sandbox{file: filepath.Join(t.TempDir(), "flows")}
		if err := os.WriteFile(s.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var response flexflow.Response
		_, err := start(t, s).FetchFlexFlow(t.Context(), firstSID, flexflow.CaptureResponse(&response))
		if err != nil || len(s.sids) != want || string(response.Body) != one {
			t.Errorf("%q: %d flows, fetched %s, %v", text, len(s.sids), response.Body, err)
		}
	}
}

func TestSandbox_invalidFlags(t *testing.T) {
	t.Parallel()
	for want, s := range map[string]sandbox{
		"--count must be from 0 to 1000000": {count: 1_000_001},
		"--flows: open none.json":           {file: "none.json"},
	} {
		if _, err := s.fake(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want %q", s, err, want)
		}
	}
	for want, fault := range map[string]string{
		"status:x: write status:N":      firstSID + "=status:x",
		"retry-after:x: write status:N": firstSID + "=retry-after:x",
		"retry-after:N (to 9223372036)": firstSID + "=retry-after:10000000000",
		"slow:5: write status:N":        firstSID + "=slow:5",
		"explode: write status:N":       firstSID + "=explode",
		"write SID=WORDS":               firstSID,
	} {
		s := sandbox{faults: []string{fault}}
		if _, err := s.fake(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", fault, err, want)
		}
	}
}

// conns is a listener of connections in memory.
type conns chan net.Conn

func (c conns) Accept() (net.Conn, error) {
	if conn, ok := <-c; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (conns) Close() error   { return nil }
func (conns) Addr() net.Addr { return &net.TCPAddr{} }

// Other machines may reach a sandbox, so a request must not keep a connection or memory for long.
func TestNewServer_bounds(t *testing.T) {
	t.Parallel()
	longHeader := "GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("x", 32<<10) + "\r\n\r\n"
	shortHeader := "GET / HTTP/1.0\r\nX: " + strings.Repeat("x", 8<<10) + "\r\n\r\n"
	for name, row := range map[string]struct {
		sent, want string
		within     time.Duration
	}{
		"a header without end": {"GET / HTTP/1.1\r\nHost: x\r\n", "", 10 * time.Second},
		"a long header":        {longHeader, "HTTP/1.1 431 ", 0},
		"a short header":       {shortHeader, "HTTP/1.0 404 ", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, conn := net.Pipe()
				listener := make(conns, 1)
				listener <- conn
				close(listener)
				server := newServer(http.NotFoundHandler())
				go server.Serve(listener)
				start := time.Now()
				go io.WriteString(client, row.sent)
				client.SetDeadline(start.Add(time.Hour))
				text, err := io.ReadAll(client)
				if took := time.Since(start); err != nil || took > row.within+time.Second {
					t.Errorf("the connection ended after %s, %v", took, err)
				}
				if got := string(text); !strings.HasPrefix(got, row.want) || row.want == "" && got != "" {
					t.Errorf("got %.40q, want %q", got, row.want)
				}
				client.Close()
				server.Close()
			})
		})
	}
}
