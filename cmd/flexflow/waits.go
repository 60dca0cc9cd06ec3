package main

import (
	"context"
	"log/slog"
	"os"
	"time"

	"github.com/flexflow-go/flexflow/internal/output"
)

// logHandler takes the client's records: all of them with --verbose, the waits on a terminal, or nil for none.
func (f *fetchFlags) logHandler(report *report) slog.Handler {
	switch {
	case f.verbose:
		return slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})
	case output.IsTerminal(os.Stderr):
		return waits{report}
	}
	return nil
}

// waits prints the waits that somebody in front of a terminal would wonder about.
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
