package flexflowtest

import (
	"bytes"
	"log"
	"os"
	"strings"
	"testing"
)

// The test replaces the output of the standard logger, so it must not run in parallel with others.
func TestServer_logsPanics(t *testing.T) {
	var logged bytes.Buffer
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	t.Run("request", func(t *testing.T) { // its end waits for the server to close
		srv := NewServer(t)
		srv.contract = nil
		if resp, err := srv.HTTPClient().Get(srv.URL); err == nil {
			resp.Body.Close()
			t.Error("the panic ended in a response")
		}
	})
	if !strings.Contains(logged.String(), "panic serving") {
		t.Errorf("logged %q", &logged)
	}
}
