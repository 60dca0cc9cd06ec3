package flexflow_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestEachAttemptIsLogged(t *testing.T) {
	t.Parallel()
	const path = "/v1/FlexFlows/" + flowSID
	answers := []reply{
		send(whole(503, "a body", "Twilio-Request-Id: RQ1", "Retry-After: 0", "Secret: a header")),
		hangUp("HTTP/1.1 200 OK\r\n"),
		send(whole(200, validFlow(flowSID), jsonType, "Twilio-Request-Id: RQ2")),
	}
	s := startRaw(t, nil)
	s.respond(func(conn net.Conn, r *http.Request) bool { return answers[s.requests.Load()-1](conn, r) })

	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	flow, err := newClient(t, s.URL, flexflow.WithLogger(logger)).FetchFlexFlow(t.Context(), flowSID)
	theFlow.check(t, flowSID, flow, err)

	common := []string{"attempt", "duration", "level", "method", "msg", "path", "request_id", "status", "time"}
	records, waits := []string{}, []string{}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, `"msg":"flexflow: wait"`) {
			waits = append(waits, line)
		} else {
			records = append(records, line)
		}
	}
	for i, want := range []string{`"wait":0,"reason":"HTTP 503, Retry-After","attempt":2}`, `"reason":"no response","attempt":3}`} {
		if len(waits) != 2 || !strings.HasSuffix(waits[i], want+"\n") || !strings.Contains(waits[i], `"level":"DEBUG"`) || !strings.Contains(waits[i], `"path":"`+path+`"`) {
			t.Fatalf("waits %s, want two, the one at %d with %s", waits, i, want)
		}
	}
	if len(records) != len(answers) {
		t.Fatalf("%d records for %d attempts: %s", len(records), len(answers), &log)
	}
	for i, want := range []struct {
		status    float64
		requestID string
		keys      []string
	}{
		{503, "RQ1", common},
		{0, "", append([]string{"error"}, common...)},
		{200, "RQ2", common},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(records[i]), &got); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want.keys)
		if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want.keys) {
			t.Errorf("record %d has %s, want %s", i+1, keys, want.keys)
		}
		if got["level"] != "DEBUG" || got["msg"] != "flexflow: attempt" || got["method"] != "GET" || got["path"] != path ||
			got["status"] != want.status || got["attempt"] != float64(i+1) || got["request_id"] != want.requestID {
			t.Errorf("record %d is %s", i+1, records[i])
		}
		if duration, _ := got["duration"].(float64); duration <= 0 || time.Duration(duration) > time.Minute {
			t.Errorf("record %d has duration %v", i+1, got["duration"])
		}
	}
	for _, private := range []string{"a body", "a header", "Authorization", "Name of"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("%q is in the log: %s", private, &log)
		}
	}
}

func TestNothingIsLoggedAboveDebug(t *testing.T) {
	var log bytes.Buffer
	client := newClient(t, startRaw(t, hangUp()).URL, flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), flexflow.WithRetries(0))
	if _, err := client.FetchFlexFlow(t.Context(), flowSID); err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}

func TestWhatIsNotSentIsNotLogged(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, err := newClient(t, "https://127.0.0.1:1", flexflow.WithLogger(logger)).FetchFlexFlow(t.Context(), "FO"); err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}
