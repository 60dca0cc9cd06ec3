package flexflow_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// captured fetches a flow and returns the captured response.
func captured(t *testing.T, client *flexflow.Client) (response flexflow.Response) {
	t.Helper()
	fetch(t, client, flexflow.CaptureResponse(&response))
	return response
}

// Without an error, the body is the one that the server sent.
func TestCaptureResponse(t *testing.T) {
	t.Parallel()
	for body, status := range map[string]int{
		validFlow(flowSID, `"x":"`+authToken+`"`): 200,
		`{"sid":1}`:                     200,
		`{"code":20003,"message":"no"}`: 403,
	} {
		s := startRaw(t, send(whole(status, body, jsonType, "Twilio-Request-Id: RQ1", "Twilio-Concurrent-Requests: 4")))
		got := captured(t, newClient(t, s.URL))
		if got.StatusCode != status || string(got.Body) != body || got.RequestID != "RQ1" || got.Attempts != 1 ||
			got.Header.Get("Twilio-Concurrent-Requests") != "4" {
			t.Errorf("captured %+v, want status %d and body %s", got, status, body)
		}
	}
}

// Credentials in a header, or in the body of an error, are redacted in the Response. The header that a transport keeps,
// for example in a cache, is not changed.
func TestCaptureResponse_noSecret(t *testing.T) {
	t.Parallel()
	var kept *http.Response
	var sent string
	got := captured(t, respondingTo(func(r *http.Request, _ int) *http.Response {
		sent = r.Header.Get("Authorization")
		kept = newResponse(404, sent, "Echo: "+sent, "Other: as it is", authToken+": x")
		return kept
	}).client(t))
	checkSecret(t, basicSecrets(accountSID, authToken), got)
	for name := range got.Header { // net/http changes the letter case of a name
		if strings.Contains(strings.ToLower(name), authToken) {
			t.Errorf("a header is called %s", name)
		}
	}
	if echo := got.Header.Get("Echo"); echo != "[redacted]" || string(got.Body) != echo ||
		got.Header.Get("Other") != "as it is" || kept.Header.Get("Echo") != sent {
		t.Errorf("header %v, body %s; the header of the transport is %v", got.Header, got.Body, kept.Header)
	}
}

func TestCaptureResponse_incomplete(t *testing.T) {
	t.Parallel()
	s := startRaw(t, hangUp(head(200, jsonType, "Content-Length: 1000")+`{"x":"`+authToken))
	got := captured(t, newClient(t, s.URL, flexflow.WithRetries(0)))
	if string(got.Body) != "[redacted]" {
		t.Errorf("body %s", got.Body)
	}
}

// A secret that is a property name, or in what the contract requires, is redacted in all that comes with the error.
func TestCaptureResponse_violationsRedacted(t *testing.T) {
	t.Parallel()
	const secret = "it must not be null"
	for _, body := range []string{"null", `{"` + secret + `":1,"` + secret + `":2}`} {
		client := newClientAs(t, flexflow.AuthToken(user, secret), exampleURL, over(responding(200, body)))
		var response flexflow.Response
		_, err := fetch(t, client, flexflow.CaptureResponse(&response))
		invalid := as[*flexflow.ResponseError](t, err)
		text := fmt.Sprintf("%+v %s %+v %s", invalid.Violations, invalid.Body, response.Violations, response.Body)
		if strings.Contains(text, secret) || strings.Count(text, "[redacted]") < 2 {
			t.Errorf("%s: %s", body, text)
		}
	}
}
