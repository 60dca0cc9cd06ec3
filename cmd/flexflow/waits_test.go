package main

import (
	"log/slog"
	"testing"
	"time"
)

// Of the waits of a batch that end within a second, the first is shown.
func TestWatch_Handle(t *testing.T) {
	t.Parallel()
	w := watch{&report{showsWaits: true}}
	start := time.Now()
	for _, row := range []struct{ at, wait, shown time.Duration }{
		{0, 2 * time.Second, 2 * time.Second},
		{time.Second, 2 * time.Second, 2 * time.Second}, // one second later
		{1001 * time.Millisecond, 2 * time.Second, 3001 * time.Millisecond},
		{time.Minute, 999 * time.Millisecond, 3001 * time.Millisecond}, // too short
		{time.Minute, time.Second, 61 * time.Second},
	} {
		record := slog.NewRecord(start.Add(row.at), slog.LevelDebug, "", 0)
		record.AddAttrs(slog.Duration("wait", row.wait))
		w.Handle(t.Context(), record)
		if got := w.waitsUntil.Sub(start); got != row.shown {
			t.Errorf("%+v: the wait that was shown last ends after %s", row, got)
		}
	}
}
