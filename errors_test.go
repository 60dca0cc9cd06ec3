package flexflow_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestAPIError_Error(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]flexflow.APIError{
		"flexflow: HTTP 418":                                                       {StatusCode: 418},
		"flexflow: HTTP 418 (code 7): short and stout":                             {StatusCode: 418, Code: 7, Message: "short and stout"},
		"flexflow: FetchFlexFlow FO1: HTTP 418":                                    {Operation: "FetchFlexFlow", SID: "FO1", StatusCode: 418},
		"flexflow: HTTP 418 (2 attempts)":                                          {StatusCode: 418, Attempts: 2},
		"flexflow: HTTP 418 (request RQ1)":                                         {StatusCode: 418, Attempts: 1, RequestID: "RQ1"},
		"flexflow: HTTP 418 (request RQ1, 2 attempts)":                             {StatusCode: 418, Attempts: 2, RequestID: "RQ1"},
		"flexflow: HTTP 429; send fewer requests at once":                          {StatusCode: 429},
		"flexflow: HTTP 429; wait 2s before the next request":                      {StatusCode: 429, RetryAfter: 2 * time.Second},
		"flexflow: HTTP 503; try again later":                                      {StatusCode: 503, RetryAfter: 2 * time.Second},
		"flexflow: HTTP 302; a redirect to x was not followed: check the base URL": {StatusCode: 302, Location: "x"},
		"flexflow: HTTP 302; check the base URL":                                   {StatusCode: 302},
	} {
		if got := err.Error(); got != want {
			t.Errorf("message %q, want %q", got, want)
		}
	}
}

// The body of an error is read even if its JSON has duplicate names or is not valid UTF-8.
func TestAPIError_lenientBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"code":1,"code":20001,"message":"no"}`:  "20001 no",
		"{\"code\":20001,\"message\":\"n\xffo\"}": "20001 n\ufffdo",
		`{"code":0,"message":"no"}`:               "0 no",
		`{"code":2147483648,"message":"no"}`:      "0 no",
		`{"code":-1,"message":"no"}`:              "0 no",
		`{"code":"x","message":"no"}`:             "0 no",
		`{"message":{},"code":20001}`:             "20001 Not Found",
		`{"code":2147483647,"message":"no"}`:      "2147483647 no",
	} {
		s := startRaw(t, send(whole(404, body)))
		_, err := newClient(t, s.URL).FetchFlexFlow(t.Context(), flowSID)
		refused, ok := errors.AsType[*flexflow.APIError](err)
		if !ok || fmt.Sprint(refused.Code, " ", refused.Message) != want {
			t.Errorf("%q: error %v, want code and message %q", body, err, want)
		}
	}
}

// New accepts the longest region, and the first and last printable characters.
func TestNew_limits(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]flexflow.Option{
		"region":     flexflow.WithRegion("a-z09" + strings.Repeat("x", 58)),
		"user agent": flexflow.WithUserAgent("a b~"),
	} {
		if _, err := flexflow.New(flexflow.AuthToken(accountSID, authToken), opt); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	bearer := flexflow.Bearer(func(context.Context) (string, error) { return "!token~", nil })
	url, requests := serve(t, respondWith(validFlow(flowSID)))
	client, err := flexflow.New(bearer, flexflow.WithBaseURL(url))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil || requests.Load() != 1 {
		t.Errorf("a token of the first and last printable characters: %v", err)
	}
}

func TestNewTransport_limit(t *testing.T) {
	t.Parallel()
	body := validFlow(flowSID)
	for limit, want := range map[int64]bool{int64(len(body)): true, int64(len(body)) - 1: false} {
		base := roundTripper(func(*http.Request) (*http.Response, error) { return newResponse(200, body), nil })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://example.com/v1/FlexFlows/"+flowSID, nil)
		if err != nil {
			t.Fatal(err)
		}
		_, err = flexflow.NewTransport(base, flexflow.WithMaxResponseBytes(limit)).RoundTrip(req)
		if (err == nil) != want || err != nil && !errors.Is(err, flexflow.ErrResponseTooLarge) {
			t.Errorf("limit %d: error %v, want success %t", limit, err, want)
		}
	}
}
