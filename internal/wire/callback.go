package wire

import "runtime"

// Start calls f in another goroutine, and then after. It sends done, which has room for it, a function that returns what f
// returned. If f panicked or ended its goroutine, as testing.T.Fatal does, that function does the same in its caller's goroutine.
func Start[T any](done chan<- func() T, f func() T, after func()) {
	go func() {
		end := func() (none T) {
			runtime.Goexit()
			return none
		}
		defer after()
		defer func() {
			if panicked := recover(); panicked != nil {
				end = func() T { panic(panicked) }
			}
			done <- end
		}()
		value := f()
		end = func() T { return value }
	}()
}
