package send

import (
	"errors"
	"syscall"
	"testing"
	"time"
)

// The transport bounds a dial, and how long it keeps a connection.
func TestSharedTransport(t *testing.T) {
	used := errors.New("the dialer is used")
	dialer.Control = func(string, string, syscall.RawConn) error { return used }
	defer func() { dialer.Control = nil }()
	transport := SharedTransport()
	_, err := transport.DialContext(t.Context(), "tcp", "127.0.0.1:1")
	if !errors.Is(err, used) || dialer.Timeout != 10*time.Second || transport.IdleConnTimeout != 90*time.Second {
		t.Errorf("the dial ended with %v, its timeout is %s, and that of an idle connection %s",
			err, dialer.Timeout, transport.IdleConnTimeout)
	}
}
