// Package program has the main function of the clients. Each is a program, so it has only its own dependencies.
package program

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"log"
	"net/http"
	"os"
	"syscall"
)

// The credentials and the SID that every client uses.
const (
	User     = "AC0123456789abcdef0123456789abcdef"
	Password = "fedcba9876543210fedcba9876543210"
	SID      = "FOb2c3d4e5f60718293a4b5c6d7e8f90a1"
)

// Header is that of each response.
var Header = http.Header{
	"Content-Type":      {"application/json"},
	"Twilio-Request-Id": {"RQ0123456789abcdef0123456789abcdef"},
}

// Fetch fetches and decodes the flow, or a page of a list, once.
type Fetch func(context.Context) error

// New returns the fetch of a client with its default settings. If transport is nil, that is also its default
// transport.
type New func(baseURL string, transport http.RoundTripper) Fetch

var lasting = flag.Duration("time", 0, "how long to fetch")

// Main makes the measurement that the first argument names: in-memory, list, loopback or cold-start. The second is the
// base URL. Main prints the measured values as JSON. newList is nil for a client that is not measured with a list.
func Main(newFetch, newList New) {
	flag.Parse()
	var values map[string]float64
	switch baseURL := flag.Arg(1); flag.Arg(0) {
	case "cold-start":
		Check(newFetch(baseURL, nil)(context.Background()))
		values = map[string]float64{"fetches": 1, "CPU time": float64(cpuTime()) / 1e6}
	case "in-memory":
		values = inMemory(newFetch(baseURL, responder(Must(io.ReadAll(os.Stdin)))))
	case "list":
		values = inMemory(newList(baseURL, responder(pageOf(Must(io.ReadAll(os.Stdin))))))
	case "loopback":
		values = loopback(newFetch(baseURL, nil))
	}
	Check(json.NewEncoder(os.Stdout).Encode(values))
}

// Must returns value. If err is not nil, it ends the program.
func Must[T any](value T, err error) T {
	Check(err)
	return value
}

// Check ends the program if err is not nil.
func Check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// cpuTime returns the CPU time of this process so far, in nanoseconds. Other load on the machine hardly changes it.
func cpuTime() int64 {
	var usage syscall.Rusage
	Check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}
