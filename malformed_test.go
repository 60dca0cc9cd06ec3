package flexflow_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// Error texts and log records do not contain bytes of a malformed response, or of the body of a 2xx.
func TestErrors_noBytesOfTheResponse(t *testing.T) {
	t.Parallel()
	const value = "Ann-Example" // without eight characters of the credentials, which would be redacted
	for name, response := range map[string]string{
		"a body without a status line":      `{"friendly_name":"` + value + `"}` + "\r\n\r\n",
		"a status line of another protocol": "SSH-2.0-" + value + "\r\n\r\n",
		"a status that is not a number":     "HTTP/1.1 " + value + "\r\n\r\n",
		"a version":                         "HTTP/" + value + " 200 OK\r\n\r\n",
		"a body without the blank line":     "HTTP/1.1 200 OK\r\n" + `{"friendly_name":"` + value + `"}` + "\r\n\r\n",
		"a header line without a colon":     "HTTP/1.1 200 OK\r\n" + value + "\r\n\r\n",
		"a header name with a space":        "HTTP/1.1 200 OK\r\na " + value + ": x\r\n\r\n",
		"a length":                          "HTTP/1.1 200 OK\r\nContent-Length: " + value + "\r\n\r\n",
		"two lengths":                       "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: " + value + "\r\n\r\n",
		"a transfer encoding":               "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + value + "\r\n\r\n",
		"a trailer":                         head(200, jsonType, chunked) + "0\r\n" + value + "\r\n\r\n",
		"a chunk's length":                  head(200, jsonType, chunked) + value + "\r\n",
		"a 201 in text":                     whole(201, value),
		"a 202 in JSON":                     whole(202, `{"message":"`+value+`","code":`+"77123"+`}`, jsonType),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkNoBytes(t, startRaw(t, hangUp(response)).URL, value)
		})
	}
	authority := testserver.NewAuthority(t)
	for name, frames := range map[string]string{
		"text of GOAWAY":   testserver.HTTP2GoAway(`{"friendly_name":"` + value + `"}`),
		"a field name":     testserver.HTTP2Headers(":status", "200", "a "+value, "x"),
		"a field value":    testserver.HTTP2Headers(":status", "200", "a", value+"\x00"),
		"a pseudo-header":  testserver.HTTP2Headers(":"+value, "200"),
		"a status":         testserver.HTTP2Headers(":status", value),
		"a length":         testserver.HTTP2Headers(":status", "200", "content-length", value),
		"a trailer's name": testserver.HTTP2Headers(":status", "200", "content-type", "application/json") + testserver.HTTP2Body("{") + testserver.HTTP2Trailer("b "+value, "x"),
	} {
		t.Run("HTTP/2, "+name, func(t *testing.T) {
			t.Parallel()
			checkNoBytes(t, testserver.StartHTTP2(t, authority, frames).URL, value, trusting(t, authority))
		})
	}
}

// checkNoBytes fails if a fetch from the URL has a flow, or if its error or log contains the value.
func checkNoBytes(t *testing.T, url, value string, opts ...flexflow.Option) {
	t.Helper()
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := newClient(t, url, append(opts, flexflow.WithRetries(1), flexflow.WithLogger(logger), flexflow.WithTimeout(soon))...)
	flow, err := client.FetchFlexFlow(t.Context(), flowSID)
	checkError(t, flowSID, err)
	if text := err.Error() + log.String(); flow != nil || strings.Contains(text, value) || strings.Contains(text, "77123") {
		t.Errorf("flow %v, error %v, log %s", flow, err, &log)
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		if strings.Contains(inner.Error(), value) {
			t.Errorf("the error wraps %v", inner)
		}
	}
}

// HTTP/2 allows a status of any length.
func TestFetchFlexFlow_statusOverHTTP2(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	for status, want := range map[string]bool{"200": true, "20000": false, "20099": false, "2": false} {
		frames := testserver.HTTP2Headers(":status", status, "content-type", "application/json") + testserver.HTTP2Body(validFlow(flowSID)) + testserver.HTTP2End()
		client := newClient(t, testserver.StartHTTP2(t, authority, frames).URL, trusting(t, authority), flexflow.WithRetries(0))
		if flow, err := client.FetchFlexFlow(t.Context(), flowSID); (err == nil) != want || (flow != nil) != want {
			t.Errorf("status %s: flow %v, error %v", status, flow, err)
		}
	}
}

// The text of an error of the transport itself is complete.
func TestErrors_textOfTheTransport(t *testing.T) {
	t.Parallel()
	for want, response := range map[string]reply{
		"malformed HTTP response":              hangUp("SSH\r\n\r\n"),
		"malformed header":                     hangUp("HTTP/1.1 200 OK\r\nx\r\n\r\n"),
		"unexpected EOF":                       hangUp("HTTP/1.1 200 OK\r\n"),
		"unsupported transfer encoding":        hangUp("HTTP/1.1 200 OK\r\nTransfer-Encoding: zip\r\n\r\n"),
		"the attempt took longer than 400ms: ": stall(),
	} {
		client := newClient(t, startRaw(t, response).URL, flexflow.WithRetries(0), flexflow.WithTimeout(shortTimeout))
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// The message of a failed request that was not retried does not mention a retry.
func TestTransportError_message(t *testing.T) {
	t.Parallel()
	s := startRaw(t, hangUp("HTTP/1.1 200 OK\r\n"))
	_, err := newClient(t, s.URL, flexflow.WithRetries(0)).FetchFlexFlow(t.Context(), flowSID)
	want := "flexflow: FetchFlexFlow " + flowSID + `: request failed: Get "` + s.URL + "/v1/FlexFlows/" + flowSID + `": net/http: HTTP/1.x transport connection broken: unexpected EOF; check the network, and try again later`
	if err == nil || err.Error() != want {
		t.Errorf("message %q, want %q", err, want)
	}
}

// A cause that is cut leaves the hint, the request ID and the number of attempts whole.
func TestTransportError_longCause(t *testing.T) {
	t.Parallel()
	err := &flexflow.TransportError{
		Operation: "FetchFlexFlow", SID: flowSID, RequestID: "RQ1", Attempts: 2,
		Err: &url.Error{Op: "Get", URL: "https://example.com/" + strings.Repeat("x", 1000), Err: io.ErrUnexpectedEOF},
	}
	if text := err.Error(); len(text) > 500 || !strings.HasSuffix(text, "...; check the network, and try again later (request RQ1, 2 attempts)") {
		t.Errorf("message %q", text)
	}
}

// Credentials are redacted even if the limit for the body of an error cuts them off.
func TestAPIError_credentialsAtEndOfBody(t *testing.T) {
	t.Parallel()
	padding := strings.Repeat("x ", 32<<10-2)
	s := startRaw(t, send(whole(404, padding+authToken)))
	_, err := newClient(t, s.URL).FetchFlexFlow(t.Context(), flowSID)
	refused, ok := errors.AsType[*flexflow.APIError](err)
	if !ok || strings.Contains(string(refused.Body), authToken[:3]) || !strings.HasPrefix(string(refused.Body), padding) {
		t.Errorf("error %v, want an APIError without a part of the token", err)
	}
}

// A header that repeats the credentials is redacted in the Response, like the body of an error.
func TestCaptureResponse_noSecret(t *testing.T) {
	t.Parallel()
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		echo := "Echo: " + r.Header.Get("Authorization")
		return send(whole(404, r.Header.Get("Authorization"), echo, "Other: as it is", authToken+": x"))(conn, r)
	})
	var response flexflow.Response
	client := newClient(t, s.URL)
	client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
	checkSecret(t, basicSecrets(accountSID, authToken), response)
	for name := range response.Header { // net/http changes the letter case of a name
		if strings.Contains(strings.ToLower(name), authToken) {
			t.Errorf("a header is called %s", name)
		}
	}
	if got := response.Header.Get("Echo"); got != "Basic [redacted]" || string(response.Body) != got || response.Header.Get("Other") != "as it is" {
		t.Errorf("header %v, body %s", response.Header, response.Body)
	}
}

func TestCaptureResponse_incomplete(t *testing.T) {
	t.Parallel()
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000")+`{"x":"`+authToken))
	var response flexflow.Response
	if _, err := newClient(t, s.URL, flexflow.WithRetries(0)).FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response)); err == nil {
		t.Error("there is no error")
	}
	if got := string(response.Body); got != `{"x":"[redacted]` {
		t.Errorf("body %s", got)
	}
}

// Without an error, the body is the one that the server sent.
func TestCaptureResponse_success(t *testing.T) {
	t.Parallel()
	body := validFlow(flowSID, `"x":"`+authToken+`"`)
	var response flexflow.Response
	client := newClient(t, startRaw(t, send(whole(200, body, jsonType))).URL)
	if _, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response)); err != nil || string(response.Body) != body {
		t.Errorf("body %s, error %v", response.Body, err)
	}
}

func TestCaptureResponse_nilContext(t *testing.T) {
	t.Parallel()
	response := flexflow.Response{StatusCode: 200}
	var none context.Context
	_, err := newClient(t, "https://flex.example.com").FetchFlexFlow(none, flowSID, flexflow.CaptureResponse(&response))
	if !errors.Is(err, flexflow.ErrInvalidConfig) || response.StatusCode != 0 {
		t.Errorf("response %+v, error %v", response, err)
	}
}

// The header that a transport keeps, for example in a cache, is not changed.
func TestCaptureResponse_headerOfTheTransport(t *testing.T) {
	t.Parallel()
	kept := newResponse(404, "", "Echo: "+authToken)
	transport := roundTripper(func(*http.Request) (*http.Response, error) { return kept, nil })
	var response flexflow.Response
	client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
	if got := kept.Header.Get("Echo"); got != authToken || response.Header.Get("Echo") == authToken {
		t.Errorf("the header of the transport is %q, that of the Response %q", got, response.Header.Get("Echo"))
	}
}

// A password of less than 8 characters is not recognized by itself, but in the base64 of the user name and the
// password.
func TestAPIError_shortPassword(t *testing.T) {
	t.Parallel()
	const password = "?~?~?~"
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding} {
		encoded := encoding.EncodeToString([]byte(accountSID + ":" + password))
		s := startRaw(t, send(whole(401, "refused: "+encoded)))
		client, err := flexflow.New(flexflow.AuthToken(accountSID, password), flexflow.WithBaseURL(s.URL), flexflow.WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); !strings.Contains(err.Error(), "refused: [redacted];") {
			t.Errorf("error %v, want the credentials redacted", err)
		}
	}
}

// A server may repeat the credentials encoded, or cut them short. The base64 of this password differs from its
// base64url in the first characters.
func TestAPIError_encodedCredentials(t *testing.T) {
	t.Parallel()
	const password = "?~?~<secret>&of-the-test"
	inJSON, err := json.Marshal(password)
	if err != nil {
		t.Fatal(err)
	}
	both := []byte(accountSID + ":" + password)
	client := func(s *rawServer) *flexflow.Client {
		c, err := flexflow.New(flexflow.AuthToken(accountSID, password), flexflow.WithBaseURL(s.URL), flexflow.WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for name, encoded := range map[string]string{
		"base64 of both":                         base64.StdEncoding.EncodeToString(both),
		"base64 of both without padding":         base64.RawStdEncoding.EncodeToString(both),
		"base64url of both":                      base64.URLEncoding.EncodeToString(both),
		"base64url of both without padding":      base64.RawURLEncoding.EncodeToString(both),
		"base64 of the password":                 base64.StdEncoding.EncodeToString([]byte(password)),
		"base64 of the password, no padding":     base64.RawStdEncoding.EncodeToString([]byte(password)),
		"base64url of the password":              base64.URLEncoding.EncodeToString([]byte(password)),
		"base64url of the password, no padding":  base64.RawURLEncoding.EncodeToString([]byte(password)),
		"JSON with the escapes of HTML":          string(inJSON),
		"a URL with lower-case escapes":          "%3f%7e%3f%7e%3csecret%3e",
		"the first 12 characters":                password[:12],
		"the first 8 characters":                 password[:8],
		"the first 12 characters of the base64":  base64.StdEncoding.EncodeToString([]byte(password))[:12],
		"HTML with the escapes of JSON, cut off": strings.ReplaceAll(password, "<", `\u0026lt;`)[:18],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := client(startRaw(t, send(whole(401, "refused: "+encoded)))).FetchFlexFlow(t.Context(), flowSID)
			refused, ok := errors.AsType[*flexflow.APIError](err)
			if !ok || !strings.Contains(err.Error(), "[redacted]") || !strings.Contains(string(refused.Body), "[redacted]") ||
				strings.Contains(err.Error()+string(refused.Body), encoded[:8]) {
				t.Errorf("%s is shown: %v", encoded, err)
			}
		})
	}
}
