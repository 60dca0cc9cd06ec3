package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// SharedTransport returns the transport that all clients share, so that they reuse connections. That of net/http keeps
// only two idle connections per host, so most concurrent fetches would open a new one.
var SharedTransport = sync.OnceValue(func() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            dialer.DialContext,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    100,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		OnProxyConnectResponse: refusedByProxy,
		// Find a dead connection within one attempt, so that the next attempt opens another. WriteByteTimeout closes a
		// connection whose server does not read, because a write of net/http does not end with the request.
		HTTP2: &http.HTTP2Config{
			SendPingTimeout: 4 * time.Second, PingTimeout: 3 * time.Second, WriteByteTimeout: time.Second,
		},
	}
})

// dialer bounds a dial, because net/http goes on dialing after the request has ended, for minutes.
var dialer = &net.Dialer{Timeout: 10 * time.Second}

var errProxy = errors.New("the proxy refused the connection")

// refusedByProxy returns an error that says "proxy" and the status. That of net/http has only the text of the status.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return fmt.Errorf("%w with HTTP %d", errProxy, resp.StatusCode)
}

// RoundTripper returns a function that sends one request with the transport. It does not use http.Client, whose support
// for redirects and cookies costs a tenth of the memory of a fetch. It returns a function, so that printing a Client
// does not print the buffers of connections.
func RoundTripper(transport http.RoundTripper) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		resp, err := transport.RoundTrip(req)
		if err == nil && resp == nil {
			err = errors.New("the transport returned neither a response nor an error")
		}
		if record, ok := errors.AsType[tls.RecordHeaderError](err); ok && string(record.RecordHeader[:]) == "HTTP/" {
			err = http.ErrSchemeMismatch
		}
		if err != nil {
			return nil, err
		}
		if resp.Body == nil {
			resp.Body = http.NoBody
		}
		return resp, nil
	}
}
