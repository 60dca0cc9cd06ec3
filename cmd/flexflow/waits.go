package main

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"time"
)

// logHandler returns a handler that notes waits on a terminal, and all log records and waits if verbose.
func logHandler(verbose bool, note func(string)) slog.Handler {
	var handlers []slog.Handler
	if verbose {
		handlers = append(handlers, slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if verbose || isTerminal(os.Stderr) {
		handlers = append(handlers, &waits{note: note})
	}
	return slog.NewMultiHandler(handlers...)
}

// waits notes the waits of a second or more. Of those of a batch that end at about the same time, it notes the first.
type waits struct {
	note  func(string)
	mu    sync.Mutex
	until time.Time
}

func (w *waits) Enabled(context.Context, slog.Level) bool { return true }
func (w *waits) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w *waits) WithGroup(string) slog.Handler            { return w }

func (w *waits) Handle(_ context.Context, record slog.Record) error {
	attributes := map[string]slog.Value{}
	record.Attrs(func(a slog.Attr) bool {
		attributes[a.Key] = a.Value
		return true
	})
	wait := attributes["wait"]
	if wait.Kind() != slog.KindDuration || wait.Duration() < time.Second {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if until := record.Time.Add(wait.Duration()); until.After(w.until.Add(time.Second)) {
		w.until = until
		w.note("waiting " + wait.Duration().Round(time.Second).String() + ": " + attributes["reason"].String())
	}
	return nil
}
