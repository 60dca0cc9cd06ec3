package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// A retry must not wait for a dead connection of HTTP/2.
func TestSharedTransport_silentConnection(t *testing.T) {
	t.Parallel()
	api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{}`)
	}))
	api.EnableHTTP2 = true
	api.StartTLS()
	defer api.Close()
	middle, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer middle.Close()
	var silent, connections atomic.Int64
	go func() {
		for {
			client, err := middle.Accept()
			if err != nil {
				return
			}
			number := connections.Add(1)
			server, err := net.Dial("tcp", api.Listener.Addr().String())
			if err != nil {
				return
			}
			go func() { io.Copy(server, client); server.Close() }()
			go func() {
				defer client.Close()
				buffer := make([]byte, 4096)
				for {
					n, err := server.Read(buffer)
					if err != nil {
						return
					}
					if number > silent.Load() {
						client.Write(buffer[:n])
					}
				}
			}()
		}
	}()

	const scale = 20
	transport := SharedTransport().Clone()
	transport.TLSClientConfig = api.Client().Transport.(*http.Transport).TLSClientConfig
	transport.HTTP2.SendPingTimeout /= scale
	transport.HTTP2.PingTimeout /= scale
	defer transport.CloseIdleConnections()
	sender := Sender{
		RoundTrip: RoundTripper(transport), Authorize: secret.Basic("user", "password"),
		Timeout: 10 * time.Second / scale, Retries: 2, MaxWait: time.Minute, MaxBody: 100,
	}
	for _, lost := range []int64{0, 1} {
		silent.Store(lost)
		out := sender.Send(t.Context(), callTo("https://"+middle.Addr().String()))
		if out.Err != nil || out.Status != http.StatusOK {
			t.Errorf("with %d connections silent: %d, %v", lost, out.Status, out.Err)
		}
	}
	if connections.Load() != 2 {
		t.Errorf("%d connections, want 2", connections.Load())
	}
}

func callTo(url string) Call {
	return Call{
		NewRequest: func(ctx context.Context) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		},
		Statuses: only200{},
	}
}

type only200 struct{}

func (only200) IsSuccess(status int) bool { return status == http.StatusOK }

func TestSharedTransport(t *testing.T) {
	t.Parallel()
	transport := SharedTransport()
	if transport.MaxIdleConnsPerHost != 100 || transport.IdleConnTimeout != 90*time.Second ||
		transport.TLSHandshakeTimeout != 10*time.Second || transport.MaxResponseHeaderBytes != 64<<10 {
		t.Errorf("the transport is not as WithHTTPClient documents it: %+v", transport)
	}
}

// A dial has a bound, and the transport dials with it.
func TestSharedTransport_dial(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	used := false
	dialer.Control = func(string, string, syscall.RawConn) error {
		used = true
		return nil
	}
	defer func() { dialer.Control = nil }()
	conn, err := SharedTransport().DialContext(t.Context(), "tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if !used || dialer.Timeout != 10*time.Second {
		t.Errorf("used: %t, with the timeout %s", used, dialer.Timeout)
	}
}

func TestRefusedByProxy(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]string{200: "<nil>", 407: "the proxy refused the connection with HTTP 407"} {
		if got := fmt.Sprint(refusedByProxy(t.Context(), nil, nil, &http.Response{StatusCode: status})); got != want {
			t.Errorf("status %d: %s, want %s", status, got, want)
		}
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// Only plain HTTP in response to TLS means a wrong scheme; other data means a failed handshake.
func TestRoundTripper_schemeMismatch(t *testing.T) {
	t.Parallel()
	req := &http.Request{URL: &url.URL{Scheme: "https", Host: "example.com"}}
	for header, want := range map[string]bool{"HTTP/": true, "SSH-2": false} {
		record := tls.RecordHeaderError{
			Msg: "first record does not look like a TLS handshake", RecordHeader: [5]byte([]byte(header)),
		}
		if _, err := RoundTripper(failing{record})(req); errors.Is(err, http.ErrSchemeMismatch) != want {
			t.Errorf("%s: error %v, want a mismatch: %t", header, err, want)
		}
	}
	if _, err := RoundTripper(failing{io.EOF})(req); errors.Is(err, http.ErrSchemeMismatch) {
		t.Errorf("EOF: error %v, want no mismatch", err)
	}
}
