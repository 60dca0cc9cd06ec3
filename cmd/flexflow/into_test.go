package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

// A batch that a signal or a full disk ends at any place goes on when the same command runs again: every SID once, and
// no half line.
func TestFetch_intoInterrupted(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no process can be interrupted there")
	}
	const total = 30
	s := &sandbox{count: total}
	fake, err := s.fake()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		signal os.Signal // nil for a full disk
		at     int64     // the request with which the signal comes, or the room on the disk in blocks
		code   int
	}{
		{os.Interrupt, 1, 130}, {os.Interrupt, 12, 130}, {os.Interrupt, total, 130},
		{syscall.SIGTERM, 2, 143}, {syscall.SIGTERM, 19, 143},
		{os.Kill, 3, -1}, {os.Kill, 16, -1}, {os.Kill, total, -1},
		{nil, 1, 5}, {nil, 9, 5},
	} {
		t.Run(fmt.Sprint(row.signal, " at ", row.at), func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int64
			process := make(chan *os.Process, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if requests.Add(1) == row.at && row.signal != nil {
					(<-process).Signal(row.signal)
					<-r.Context().Done()
				}
				fake.ServeHTTP(w, r)
			}))
			defer server.Close()
			file := filepath.Join(t.TempDir(), "flows.jsonl")
			var stderr bytes.Buffer
			run := func(limit string) int {
				const script = `ulimit -f $0; trap "" XFSZ; exec flexflow fetch --base-url "$@"`
				cmd := exec.Command("sh", "-c", script, limit, server.URL, "--into", file, "--concurrency", "4", "-")
				stderr.Reset()
				cmd.Stderr = &stderr
				cmd.Stdin = strings.NewReader(strings.Join(s.sids, "\n"))
				cmd.Env = append(os.Environ(), "TWILIO_API_KEY=", "TWILIO_ACCOUNT_SID="+flexflowtest.AccountSID,
					"TWILIO_AUTH_TOKEN="+flexflowtest.AuthToken)
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				process <- cmd.Process
				if exit, ok := errors.AsType[*exec.ExitError](cmd.Wait()); ok {
					return exit.ExitCode()
				}
				return 0
			}

			limit := "unlimited"
			if row.signal == nil {
				limit = fmt.Sprint(row.at)
			}
			if code := run(limit); code != row.code {
				t.Errorf("exit code %d, want %d", code, row.code)
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if row.signal == os.Kill && len(text) > 0 { // the worst that a crash can leave
				text = text[:len(text)-10]
				if err := os.WriteFile(file, text, 0o600); err != nil {
					t.Fatal(err)
				}
			} else if len(text) > 0 && text[len(text)-1] != '\n' {
				t.Errorf("the file ends with a half line: %q", text)
			}
			summary := fmt.Sprintf("%d fetched in ", total)
			if n := bytes.Count(text, []byte("\n")); n > 0 {
				summary = fmt.Sprintf("%d fetched, %d skipped in ", total-n, n)
			}
			if row.signal == nil {
				<-process
			}
			if code := run("unlimited"); code != 0 {
				t.Errorf("the second run ended with exit code %d", code)
			}
			if !strings.Contains(stderr.String(), summary) {
				t.Errorf("the second run printed %s, want %s", &stderr, summary)
			}
			if text, err = os.ReadFile(file); err != nil {
				t.Fatal(err)
			}
			var got []string
			for line := range bytes.Lines(text) {
				var flow struct{ SID string }
				if err := json.Unmarshal(line, &flow); err != nil || line[len(line)-1] != '\n' {
					t.Errorf("the line %q: %v", line, err)
				}
				got = append(got, flow.SID)
			}
			if slices.Sort(got); !slices.Equal(got, s.sids) {
				t.Errorf("the file has %d SIDs: %q", len(got), got)
			}
		})
	}
}
