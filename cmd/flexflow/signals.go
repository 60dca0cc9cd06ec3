package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// signaled is the cause of a context that a signal canceled.
type signaled syscall.Signal

func (signaled) Error() string { return "interrupted" }

// untilSignal returns a context that ends with SIGINT, SIGTERM or SIGHUP. Before this function is called, a signal ends
// the program, also while it waits for a file. So does a second signal. With nohup, SIGHUP is ignored.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		received := <-signals
		signal.Stop(signals)
		cancel(signaled(received.(syscall.Signal)))
	}()
	return ctx
}

// endOf returns why the context ended, and the exit code: that which a shell reports for a program that a signal ended.
func endOf(ctx context.Context) (reason string, code exitCode) {
	cause, code := context.Cause(ctx), exitIncomplete
	if received, ok := cause.(signaled); ok {
		code = 128 + exitCode(received)
	}
	return cause.Error(), code
}
