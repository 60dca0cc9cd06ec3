package flexflow_test

import (
	"flag"
	"io"
	"log"
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails when a test leaves a goroutine behind.
func TestMain(m *testing.M) {
	flag.Set("test.parallel", "8") // most tests wait for a timer or a socket, so that a processor has time for several
	log.SetOutput(io.Discard)      // net/http logs each server that breaks its rules, and here they all do
	goleak.VerifyTestMain(m)
}
