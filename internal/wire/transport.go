package wire

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// DefaultTransport is made once and shared, so that a program which makes many clients still keeps its connections.
// net/http's own keeps two to a host: with more fetches than that under way, nearly each one opens its own.
var DefaultTransport = sync.OnceValue(func() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    100,
		IdleConnTimeout:        90 * time.Second,
		TLSHandshakeTimeout:    10 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
		OnProxyConnectResponse: refusedByProxy,
		// A connection that has fallen silent is found out within one attempt, so that the next one takes another.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 4 * time.Second, PingTimeout: 3 * time.Second},
	}
})

var errProxy = errors.New("the proxy refused the connection")

// refusedByProxy names the proxy and its status in the error, where net/http gives the status text only.
func refusedByProxy(_ context.Context, _ *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return fmt.Errorf("%w with HTTP %d", errProxy, resp.StatusCode)
}

// RoundTripper sends one request over the transport itself: an http.Client adds redirects and cookies, of which there are
// none, and a tenth of the memory of a fetch. It is a function, so that no dump of a client reaches the buffers of its
// connections.
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
			return nil, &url.Error{Op: "Get", URL: req.URL.String(), Err: err}
		}
		if resp.Body == nil {
			resp.Body = http.NoBody
		}
		return resp, nil
	}
}
