package flexflow

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// A kept connection of HTTP/2 that no answer comes over any more must not be what every further attempt waits for.
func TestAConnectionOfHTTP2ThatFallsSilentIsLeft(t *testing.T) {
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
	transport := defaultTransport().(*http.Transport).Clone()
	transport.TLSClientConfig = api.Client().Transport.(*http.Transport).TLSClientConfig
	transport.HTTP2.SendPingTimeout /= scale
	transport.HTTP2.PingTimeout /= scale
	defer transport.CloseIdleConnections()
	client, err := New(AuthToken("user", "password"), WithBaseURL("https://"+middle.Addr().String()),
		WithHTTPClient(&http.Client{Transport: transport}), WithTimeout(10*time.Second/scale), WithRetries(2))
	if err != nil {
		t.Fatal(err)
	}
	for _, lost := range []int64{0, 1} {
		silent.Store(lost)
		if _, err := client.FetchFlexFlow(context.Background(), "FO0123456789abcdefABCDEF0123456789"); err != nil {
			t.Errorf("with %d connections silent: %v", lost, err)
		}
	}
	if connections.Load() != 2 {
		t.Errorf("%d connections, want 2", connections.Load())
	}
}
