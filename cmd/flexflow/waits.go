package main

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"
)

// watch is a handler of the client's log. It notes waits on a terminal, and counts pages.
type watch struct {
	note  func(string)
	mu    sync.Mutex
	until time.Time // when the waits end that it noted
	pages int
}

// handler returns the watch. If verbose, the handler also prints all log records, and notes waits without a terminal.
func (w *watch) handler(verbose bool) slog.Handler {
	if verbose {
		debug := &slog.HandlerOptions{Level: slog.LevelDebug}
		return slog.NewMultiHandler(slog.NewTextHandler(os.Stderr, debug), w)
	}
	if !isTerminal(os.Stderr) {
		w.note = func(string) {}
	}
	return w
}

func (w *watch) Enabled(context.Context, slog.Level) bool { return true }
func (w *watch) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *watch) WithGroup(string) slog.Handler            { return w }

// Handle notes a wait of a second or more. Of those of a batch that end within a second, it notes the first.
func (w *watch) Handle(_ context.Context, record slog.Record) error {
	attributes := map[string]slog.Value{}
	record.Attrs(func(a slog.Attr) bool {
		attributes[a.Key] = a.Value
		return true
	})
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, failed := attributes["error"]; !failed && attributes["status"].String() == "200" {
		w.pages++
	}
	wait := attributes["wait"]
	if wait.Kind() != slog.KindDuration || wait.Duration() < time.Second {
		return nil
	}
	if until := record.Time.Add(wait.Duration()); until.After(w.until.Add(time.Second)) {
		w.until = until
		w.note("waiting " + wait.Duration().Round(time.Second).String() + ": " + attributes["reason"].String())
	}
	return nil
}
