package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/flexflow-go/flexflow"
)

// flowRequest returns a request of another API client for the flow.
func flowRequest(t *testing.T, baseURL string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, baseURL+flowPath, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// check fetches the flow with NewTransport over the base, and returns the error.
func check(t *testing.T, base http.RoundTripper, opts ...flexflow.Option) error {
	t.Helper()
	_, err := flexflow.NewTransport(base, opts...).RoundTrip(flowRequest(t, exampleURL))
	return err
}

// respondingWith responds with a body that is not a string.
func respondingWith(status int, body io.ReadCloser, header ...string) *memoryServer {
	return respondingTo(func(*http.Request, int) *http.Response {
		response := newResponse(status, "", header...)
		response.Body = body
		return response
	})
}

func TestNewTransport(t *testing.T) {
	t.Parallel()
	flow, invalid, another := validFlow(flowSID), validFlow(flowSID, `"enabled":1`), validFlow(otherSID)
	size := int64(len(flow))
	options := func(opts ...flexflow.Option) []flexflow.Option { return opts }
	report, off := flexflow.WithValidation(flexflow.Report), flexflow.WithValidation(flexflow.Off)
	exact, short := flexflow.WithMaxResponseBytes(size), flexflow.WithMaxResponseBytes(size-1)
	const silent, told = 0, 1 // calls of the handler
	for _, row := range []struct {
		name, method, path, body string
		opts                     []flexflow.Option
		want                     string // the first violation; "" when the response is returned
		told                     int
	}{
		{"a flow", "GET", flowPath, flow, nil, "", silent},
		{"a flow behind a gateway", "GET", "/twilio" + flowPath, invalid, nil, "/enabled type", told},
		{"a violation in mode Report", "GET", flowPath, invalid, options(report), "", told},
		{"a violation in mode Off", "GET", flowPath, invalid, options(off), "", silent},
		{"another flow", "GET", flowPath, another, nil, "/sid identity", told},
		{"a body as long as the limit", "GET", flowPath, flow, options(exact), "", silent},
		{"a body too large", "GET", flowPath, flow, options(short), "size", told},
		{"a body too large in mode Report", "GET", flowPath, flow, options(short, report), "", told},
		{"another method", "DELETE", flowPath, invalid, nil, "", silent},
		{"another path", "GET", "/v1/FlexFlow", invalid, nil, "", silent},
		{"another resource", "GET", "/v1/Other/" + flowSID, invalid, nil, "", silent},
		{"a path below", "GET", flowPath + "/x", invalid, nil, "", silent},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, send(whole(200, row.body, jsonType)))
			calls := 0
			handler := flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { calls++ })
			base := flexflow.DefaultTransport()
			t.Cleanup(base.CloseIdleConnections)
			req := flowRequest(t, s.URL)
			req.Method, req.URL.Path = row.method, row.path
			resp, err := (&http.Client{Transport: flexflow.NewTransport(base, append(row.opts, handler)...)}).Do(req)
			if calls != row.told {
				t.Errorf("the handler was called %d times, want %d", calls, row.told)
			}
			if row.want != "" {
				broken := as[*flexflow.ResponseError](t, err)
				if violationAt(broken.Violations[0]) != row.want || broken.SID != flowSID || broken.StatusCode != 200 {
					t.Errorf("error %v, want %s", err, row.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if body, err := io.ReadAll(resp.Body); err != nil || string(body) != row.body {
				t.Errorf("the body is %q, %v", body, err)
			}
		})
	}
	err := check(t, responding(200, "{}", "Content-Type: text/html"))
	if broken := as[*flexflow.ResponseError](t, err); violationAt(broken.Violations[0]) != "content-type" {
		t.Errorf("another content type: %v", err)
	}
}

// Each call of DefaultTransport returns a copy of its own, with the settings of the one that Clients share.
func TestDefaultTransport(t *testing.T) {
	t.Parallel()
	s := startRaw(t, replyFlow)
	changed := flexflow.DefaultTransport()
	t.Cleanup(changed.CloseIdleConnections)
	changed.MaxResponseHeaderBytes = 10
	changed.HTTP2.PingTimeout = time.Hour
	transportError(nil).of(t, newClient(t, s.URL, over(changed), flexflow.WithRetries(0)))

	fresh := flexflow.DefaultTransport()
	t.Cleanup(fresh.CloseIdleConnections)
	if fresh.MaxResponseHeaderBytes != 64<<10 || fresh.MaxIdleConnsPerHost != 100 ||
		fresh.HTTP2.PingTimeout != 3*time.Second || fresh.TLSHandshakeTimeout != 10*time.Second || fresh.Proxy == nil ||
		!fresh.ForceAttemptHTTP2 {
		t.Errorf("the settings of another copy are in %+v", fresh)
	}
	before := s.Accepted.Load()
	success.of(t, newClient(t, s.URL))
	success.of(t, newClient(t, s.URL, over(fresh)))
	if n := s.Accepted.Load() - before; n != 2 {
		t.Errorf("%d connections, want one of Clients and one of the copy", n)
	}
}

// The SID in a message is from the path of a request that another client made.
func TestNewTransport_oneLine(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 302} {
		client := &http.Client{Transport: flexflow.NewTransport(responding(status, "[]"))}
		_, err := client.Get(exampleURL + "/v1/FlexFlows/FO1%0Aflexflow:%20all%20is%20well")
		if cause := errors.Unwrap(err); cause == nil || !isOneLine(cause.Error()) {
			t.Errorf("status %d: %q", status, cause)
		}
	}
}

// A status below 400 that the contract does not have is an error, also when a flow or no body comes with it.
func TestNewTransport_status(t *testing.T) {
	t.Parallel()
	for _, status := range []int{101, 201, 204, 206, 300, 302, 304, 308} {
		for _, mode := range []flexflow.Mode{flexflow.Enforce, flexflow.Report, flexflow.Off} {
			body := &closeCounter{Reader: strings.NewReader("{}")}
			base := respondingWith(status, body, "Location: https://example.com/", "Twilio-Request-Id: RQ1")
			client := &http.Client{Transport: flexflow.NewTransport(base, flexflow.WithValidation(mode))}
			resp, err := client.Do(flowRequest(t, exampleURL))
			refused := as[*flexflow.APIError](t, err)
			if resp != nil || !errors.Is(err, flexflow.ErrInvalidResponse) || refused.StatusCode != status ||
				refused.SID != flowSID || refused.RequestID != "RQ1" || refused.Attempts != 1 {
				t.Errorf("status %d in mode %d: %v, error %+v", status, mode, resp, refused)
			}
			if host := map[int]string{3: "example.com"}[status/100]; refused.Location != host {
				t.Errorf("status %d: redirects to %q, want %q", status, refused.Location, host)
			}
			if len(base.times) != 1 || body.closed == 0 {
				t.Errorf("status %d in mode %d: %d requests, body closed %d times",
					status, mode, len(base.times), body.closed)
			}
		}
	}
}

// Errors, responses to requests that the contract does not have, and successes in mode Off are returned as they are.
func TestNewTransport_untouched(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		method string
		status int
		mode   flexflow.Mode
	}{
		{"GET", 400, flexflow.Enforce}, {"GET", 404, flexflow.Enforce}, {"GET", 503, flexflow.Enforce},
		{"DELETE", 200, flexflow.Enforce}, {"GET", 200, flexflow.Off},
	} {
		body := &closeCounter{Reader: strings.NewReader("a stream")}
		response := newResponse(row.status, "")
		response.Body = body
		base := respondingTo(func(*http.Request, int) *http.Response { return response })
		req := flowRequest(t, exampleURL)
		req.Method = row.method
		resp, err := flexflow.NewTransport(base, flexflow.WithValidation(row.mode)).RoundTrip(req)
		if resp != response || resp.Body != body || body.closed != 0 || err != nil {
			t.Errorf("%+v: got %+v, %v", row, resp, err)
		}
	}
}

// timeout is an error of a connection whose deadline has passed.
type timeout struct{ error }

func (timeout) Timeout() bool { return true }

// An incomplete response is not valid, even if a program would not read to its end. In mode Report it reads the error
// itself. It sees through the *url.Error of net/http whether that is a timeout.
func TestNewTransport_incompleteBody(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	late := timeout{errors.New("i/o timeout")}
	for cause, isTimeout := range map[error]bool{
		late:                         true,
		fmt.Errorf("read: %w", late): true,
		ended.Err():                  true,
		io.ErrUnexpectedEOF:          false,
		&net.OpError{Op: "read", Err: syscall.ECONNRESET}: false,
	} {
		incomplete := func() *closeCounter {
			return &closeCounter{Reader: io.MultiReader(strings.NewReader(validFlow(flowSID)), iotest.ErrReader(cause))}
		}
		body := incomplete()
		client := &http.Client{Transport: flexflow.NewTransport(respondingWith(200, body))}
		_, err := client.Do(flowRequest(t, exampleURL))
		outer, inner := as[*url.Error](t, err), as[*flexflow.TransportError](t, err)
		if outer.Timeout() != isTimeout || inner.Timeout() != isTimeout || !errors.Is(err, cause) {
			t.Errorf("%v: Timeout is %t and %t, want %t: %v", cause, outer.Timeout(), inner.Timeout(), isTimeout, err)
		}
		if inner.SID != flowSID || body.closed == 0 {
			t.Errorf("%v: %+v, body closed %d times", cause, inner, body.closed)
		}
		reporting := flexflow.NewTransport(respondingWith(200, incomplete()), flexflow.WithValidation(flexflow.Report))
		resp, err := reporting.RoundTrip(flowRequest(t, exampleURL))
		if err != nil {
			t.Fatal(err)
		}
		if read, err := io.ReadAll(resp.Body); !errors.Is(err, cause) || string(read) != validFlow(flowSID) {
			t.Errorf("%v: read %q, %v", cause, read, err)
		}
	}
}

// idleCloser counts the calls of CloseIdleConnections.
type idleCloser struct {
	http.RoundTripper
	closed int
}

func (c *idleCloser) CloseIdleConnections() { c.closed++ }

func TestNewTransport_CloseIdleConnections(t *testing.T) {
	t.Parallel()
	base := &idleCloser{}
	client := &http.Client{Transport: flexflow.NewTransport(base)}
	if client.CloseIdleConnections(); base.closed != 1 {
		t.Errorf("the idle connections of the base were closed %d times, want once", base.closed)
	}
}

// The credentials are those of the request, or those that the base, such as an oauth2.Transport, adds to a copy of it.
func TestNewTransport_noSecret(t *testing.T) {
	t.Parallel()
	body := validFlow(flowSID, `"enabled":"`+token+`","`+token+`":1,"`+token+`":2`)
	for _, authorize := range []func(*http.Request){
		func(r *http.Request) { r.SetBasicAuth(user, token) },
		func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) },
		func(r *http.Request) { r.Header.Set("Authorization", token) },
	} {
		req := flowRequest(t, exampleURL)
		err := check(t, respondingTo(func(r *http.Request, _ int) *http.Response {
			response := newResponse(200, body)
			response.Request = r.Clone(r.Context())
			authorize(response.Request)
			return response
		}))
		checkSecret(t, []string{token}, as[*flexflow.ResponseError](t, err))
		authorize(req)
		_, err = flexflow.NewTransport(responding(200, body)).RoundTrip(req)
		checkSecret(t, []string{token}, as[*flexflow.ResponseError](t, err))
		failing := roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("proxy: " + token) })
		_, err = flexflow.NewTransport(failing).RoundTrip(req)
		if err == nil || strings.Contains(err.Error(), token) {
			t.Errorf("the error of the base is %v", err)
		}
	}
}

// The error of an incomplete body contains no credentials and no bytes of the response.
func TestNewTransport_noBytesOfTheResponse(t *testing.T) {
	t.Parallel()
	for name, rest := range map[string]string{
		"a trailer with the token": "0\r\nEcho " + token + "\r\n\r\n",
		"a trailer":                "0\r\n" + private + "\r\n\r\n",
		"a chunk's length":         private + "\r\n",
	} {
		s := startRaw(t, hangUp(head(200, jsonType, chunked, "Twilio-Request-Id: RQ1")+chunk("{}")+rest))
		req := flowRequest(t, s.URL)
		req.SetBasicAuth(user, token)
		_, err := flexflow.NewTransport(nil).RoundTrip(req)
		failed := as[*flexflow.TransportError](t, err)
		if failed.RequestID != "RQ1" {
			t.Fatalf("%s: %v", name, err)
		}
		checkSecret(t, []string{token, private}, failed)
	}
}

// A careless base returns what package net/http does not allow.
func TestNewTransport_carelessBase(t *testing.T) {
	t.Parallel()
	noBody := &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}}
	for want, response := range map[string]*http.Response{
		"neither a response nor an error":     nil,
		"the response violates the contract:": noBody,
	} {
		err := check(t, respondingTo(func(*http.Request, int) *http.Response { return response }))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestNewTransport_invalidConfig(t *testing.T) {
	t.Parallel()
	for name, option := range map[string]flexflow.Option{
		"a base URL":        flexflow.WithBaseURL("https://example.com"),
		"retries":           flexflow.WithRetries(7),
		"an HTTP client":    flexflow.WithHTTPClient(&http.Client{}),
		"a timeout":         flexflow.WithTimeout(time.Second),
		"nil":               nil,
		"an invalid option": flexflow.WithMaxResponseBytes(0),
	} {
		body := &closeCounter{Reader: strings.NewReader("")}
		req := flowRequest(t, exampleURL)
		req.Body = body
		_, err := flexflow.NewTransport(always(200), option).RoundTrip(req)
		if !errors.Is(err, flexflow.ErrInvalidConfig) || body.closed != 1 {
			t.Errorf("%s: error %v, body closed %d times, want ErrInvalidConfig and once", name, err, body.closed)
		}
	}
}
