package main

import (
	"context"
	"log/slog"
	"time"
)

// watch is a handler of the client's log. It tells the report of waits and of pages.
type watch struct{ *report }

func (w watch) Enabled(context.Context, slog.Level) bool { return true }
func (w watch) WithAttrs([]slog.Attr) slog.Handler       { return w }
func (w watch) WithGroup(string) slog.Handler            { return w }

// Handle notes a wait of a second or more. Of those of a batch that end within a second, it notes the first.
func (w watch) Handle(_ context.Context, record slog.Record) error {
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
	if !w.showsWaits || wait.Kind() != slog.KindDuration || wait.Duration() < time.Second {
		return nil
	}
	if until := record.Time.Add(wait.Duration()); until.After(w.waitsUntil.Add(time.Second)) {
		w.waitsUntil = until
		w.draw("")
		note("waiting " + wait.Duration().Round(time.Second).String() + ": " + attributes["reason"].String())
	}
	return nil
}
