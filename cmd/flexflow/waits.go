package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/flexflow-go/flexflow/internal/output"
)

// logHandler returns a handler that prints all log records with --verbose, or waits on a terminal, or nil.
func (f *fetchFlags) logHandler(report *report) slog.Handler {
	switch {
	case f.verbose:
		return slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})
	case output.IsTerminal(os.Stderr):
		return waits{report}
	}
	return nil
}

// waits prints the waits of a second or more.
type waits struct{ report *report }

func (w waits) Enabled(context.Context, slog.Level) bool { return true }
func (w waits) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w waits) WithGroup(string) slog.Handler            { return w }

func (w waits) Handle(_ context.Context, record slog.Record) error {
	attributes := map[string]slog.Value{}
	record.Attrs(func(a slog.Attr) bool {
		attributes[a.Key] = a.Value
		return true
	})
	if wait, ok := attributes["wait"]; ok && wait.Kind() == slog.KindDuration && wait.Duration() >= time.Second {
		w.report.note("waiting " + wait.Duration().Round(time.Second).String() + ": " + attributes["reason"].String())
	}
	return nil
}
