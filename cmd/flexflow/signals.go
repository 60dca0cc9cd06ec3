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

// exitCode returns the exit code that a shell reports for a program that the signal ended.
func (s signaled) exitCode() exitCode { return 128 + exitCode(s) }

// untilSignal returns a context that ends with SIGINT or SIGTERM. Before this function is called, a signal ends the
// program, also while it waits for a file. So does a second signal.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		received := <-signals
		signal.Stop(signals)
		cancel(signaled(received.(syscall.Signal)))
	}()
	return ctx
}
