package flexflow_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

func TestCaptureResponse(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"flow":      {200, encode(t, fullFlow())},
		"violation": {200, `{"sid":1}`},
		"refused":   {403, `{"code":20003,"message":"no"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startRaw(t, send(whole(test.status, test.body, jsonType,
				"Twilio-Request-Id: RQ1", "Twilio-Concurrent-Requests: 4")))
			var got flexflow.Response
			fetch(t, newClient(t, s.URL), flexflow.CaptureResponse(&got))
			if got.StatusCode != test.status || string(got.Body) != test.body || got.RequestID != "RQ1" ||
				got.Attempts != 1 || got.Header.Get("Twilio-Concurrent-Requests") != "4" {
				t.Errorf("captured %+v", got)
			}
		})
	}
}

// Without an error, the body is the one that the server sent.
func TestCaptureResponse_success(t *testing.T) {
	t.Parallel()
	body := validFlow(flowSID, `"x":"`+authToken+`"`)
	var response flexflow.Response
	s := startRaw(t, send(whole(200, body, jsonType)))
	success.of(t, newClient(t, s.URL), flexflow.CaptureResponse(&response))
	if string(response.Body) != body {
		t.Errorf("body %s", response.Body)
	}
}

// A header that repeats the credentials is redacted in the Response, like the body of an error.
func TestCaptureResponse_noSecret(t *testing.T) {
	t.Parallel()
	s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
		credentials := r.Header.Get("Authorization")
		return send(whole(404, credentials, "Echo: "+credentials, "Other: as it is", authToken+": x"))(conn, r)
	})
	var response flexflow.Response
	fetch(t, newClient(t, s.URL), flexflow.CaptureResponse(&response))
	checkSecret(t, basicSecrets(accountSID, authToken), response)
	for name := range response.Header { // net/http changes the letter case of a name
		if strings.Contains(strings.ToLower(name), authToken) {
			t.Errorf("a header is called %s", name)
		}
	}
	if got := response.Header.Get("Echo"); got != "[redacted]" || string(response.Body) != got ||
		response.Header.Get("Other") != "as it is" {
		t.Errorf("header %v, body %s", response.Header, response.Body)
	}
}

func TestCaptureResponse_incomplete(t *testing.T) {
	t.Parallel()
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000")+`{"x":"`+authToken))
	var response flexflow.Response
	client := newClient(t, s.URL, flexflow.WithRetries(0))
	if _, err := fetch(t, client, flexflow.CaptureResponse(&response)); err == nil {
		t.Error("there is no error")
	}
	if got := string(response.Body); got != "[redacted]" {
		t.Errorf("body %s", got)
	}
}

// The header that a transport keeps, for example in a cache, is not changed.
func TestCaptureResponse_headerOfTheTransport(t *testing.T) {
	t.Parallel()
	kept := newResponse(404, "", "Echo: "+authToken)
	server := respondingTo(func(*http.Request, int) *http.Response { return kept })
	var response flexflow.Response
	fetch(t, server.client(t), flexflow.CaptureResponse(&response))
	if got := kept.Header.Get("Echo"); got != authToken || response.Header.Get("Echo") == authToken {
		t.Errorf("the header of the transport is %q, that of the Response %q", got, response.Header.Get("Echo"))
	}
}

func TestResponse_violations(t *testing.T) {
	t.Parallel()
	invalid := changedFlow(t, map[string]any{"enabled": 1, "channel_type": "pigeon"})
	for _, mode := range []flexflow.Mode{flexflow.Enforce, flexflow.Report} {
		s := startRaw(t, send(whole(200, invalid, jsonType)))
		var told []*flexflow.ResponseError
		client := newClient(t, s.URL, flexflow.WithValidation(mode), flexflow.WithViolationHandler(
			func(_ context.Context, broken *flexflow.ResponseError) { told = append(told, broken) }))
		var response flexflow.Response
		flow, err := fetch(t, client, flexflow.CaptureResponse(&response))
		if (flow == nil) != (mode == flexflow.Enforce) || (err == nil) != (mode == flexflow.Report) {
			t.Fatalf("flow %v, %v", flow, err)
		}
		checkViolations(t, response.Violations, "/channel_type enum", "/enabled type")
		if len(told) != 1 || !slices.Equal(response.Violations, told[0].Violations) {
			t.Errorf("mode %d: %v; the handler was told %v", mode, response.Violations, told)
		}
		s.Respond(replyFlow)
		success.of(t, client, flexflow.CaptureResponse(&response))
		if response.Violations != nil {
			t.Errorf("violations %v of a valid response", response.Violations)
		}
	}
}

// A secret that is a property name, or in what the contract requires, is redacted in all that comes with the error.
func TestResponse_violationsRedacted(t *testing.T) {
	t.Parallel()
	const secret = "it must not be null"
	for _, body := range []string{"null", `{"` + secret + `":1,"` + secret + `":2}`} {
		client := newClientAs(t, flexflow.AuthToken(user, secret), startRaw(t, send(whole(200, body, jsonType))).URL)
		var response flexflow.Response
		_, err := fetch(t, client, flexflow.CaptureResponse(&response))
		invalid := as[*flexflow.ResponseError](t, err)
		text := fmt.Sprintf("%+v %s %+v %s", invalid.Violations, invalid.Body, response.Violations, response.Body)
		if strings.Contains(text, secret) || strings.Count(text, "[redacted]") < 2 {
			t.Errorf("%s: %s", body, text)
		}
	}
}
