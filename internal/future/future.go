// Package future runs a function in another goroutine and returns its result, also when it panics.
package future

import "runtime"

// Future is the result of a function that runs in another goroutine.
type Future[T any] struct {
	Done     chan struct{} // closed when the function has ended
	value    T
	returned bool
	panicked any
}

// Go calls f in another goroutine.
func Go[T any](f func() T) *Future[T] {
	r := &Future[T]{Done: make(chan struct{})}
	go func() {
		defer close(r.Done)
		defer func() { r.panicked = recover() }()
		r.value = f()
		r.returned = true
	}()
	return r
}

// Wait returns what the function returned. If it panicked or ended its goroutine (testing.T.Fatal), so does Wait.
func (r *Future[T]) Wait() T {
	<-r.Done
	if r.panicked != nil {
		panic(r.panicked)
	}
	if !r.returned {
		runtime.Goexit()
	}
	return r.value
}
