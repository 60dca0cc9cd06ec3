package flexflow_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

func TestFetchFlexFlow_everyAttribute(t *testing.T) {
	t.Parallel()
	got, err := fetchBody(t, encode(t, fullFlow()))
	want := flexflow.FlexFlow{
		AccountSID:      new("AC0123456789abcdefABCDEF0123456789"),
		ChannelType:     new(flexflow.ChannelTypeWeb),
		ChatServiceSID:  new("IS0123456789abcdefABCDEF0123456789"),
		ContactIdentity: new("+15550100"),
		DateCreated:     new(time.Date(2023, 5, 4, 9, 42, 0, 0, time.UTC)),
		DateUpdated:     new(time.Date(2023, 5, 4, 9, 42, 1, 250_000_000, time.FixedZone("", 2*60*60))),
		Enabled:         new(true),
		FriendlyName:    new("Web chat ☎"),
		Integration:     fullFlow()["integration"].(map[string]any),
		IntegrationType: new(flexflow.IntegrationTypeStudio),
		JanitorEnabled:  new(true),
		LongLived:       new(false),
		SID:             new(flowSID),
		URL:             new("https://flex-api.twilio.com" + flowPath),
	}
	if err != nil || encode(t, got) != encode(t, want) {
		t.Errorf("got\n%+v\nwant\n%+v\n%v", got, want, err)
	}
}

// The token and the user agent have the first and last characters that are allowed.
func TestFetchFlexFlow_request(t *testing.T) {
	t.Parallel()
	bearer := flexflow.Bearer(func(context.Context) (string, error) { return "!token~", nil })
	for authorization, creds := range map[string]flexflow.Credentials{
		"Basic QUN1c2VyOnBhc3M6d29yZA==": flexflow.AuthToken("ACuser", "pass:word"),
		"Basic U0t1c2VyOnNlY3JldA==":     flexflow.APIKey("SKuser", "secret"),
		"Bearer !token~":                 bearer,
	} {
		s := startRaw(t, func(conn net.Conn, r *http.Request) bool {
			if r.Method != http.MethodGet || r.RequestURI != flowPath {
				t.Errorf("%s %s, want GET %s", r.Method, r.RequestURI, flowPath)
			}
			for name, want := range map[string]string{"Authorization": authorization, "Accept": "application/json"} {
				if got := r.Header.Values(name); !slices.Equal(got, []string{want}) {
					t.Errorf("%s %q, want %q", name, got, want)
				}
			}
			agent := "a b~ flexflow-go/" + flexflow.Version + " (go"
			if got := r.Header.Get("User-Agent"); !strings.HasPrefix(got, agent) {
				t.Errorf("User-Agent %q", got)
			}
			return replyFlow(conn, r)
		})
		success.of(t, newClientAs(t, creds, s.URL, flexflow.WithUserAgent("a b~")))
		if n := s.Requests.Load(); n != 1 {
			t.Errorf("%d requests", n)
		}
	}
}

// A transport that changes the header of one request does not change that of another, or another header.
func TestFetchFlexFlow_ownHeaderValues(t *testing.T) {
	t.Parallel()
	var earlier http.Header
	client := respondingTo(func(r *http.Request, _ int) *http.Response {
		for name, values := range r.Header {
			if values[0] == "changed" || earlier != nil && earlier[name][0] != "changed" {
				t.Errorf("two requests share the values of %s", name)
			}
		}
		for name, values := range r.Header {
			values[0] = "changed"
			r.Header[name] = append(values, "more")
		}
		for name, values := range r.Header {
			if values[0] != "changed" {
				t.Errorf("a second value of another header was put into %s", name)
			}
		}
		earlier = r.Header
		return requestedFlow(r)
	}).client(t)
	success.of(t, client)
	success.of(t, client)
}

func TestFetchFlexFlow_invalidSID(t *testing.T) {
	t.Parallel()
	server := always(200)
	client := server.client(t)
	for sid, want := range map[string]string{ // part of the message
		"":                           `"": it must be FO followed by 32 hexadecimal digits (it has 0 characters)`,
		flowSID + "0":                `"FO01"...: it must be FO followed by 32 hexadecimal digits (it has 35 characters)`,
		"an-auth-token-by-accident-": `"an-a"...: it must be`,
		"abcdefgh":                   `"abcdefgh": it must be`,
		flowSID + "\n":               "it ends with a line break",
		"\t" + flowSID:               "it has a space before or after it",
		flowSID + " ":                "it has a space before or after it",
		strings.ToLower(flowSID):     "(it has the right length, but an invalid character)",
		"FО" + flowSID[2:]:           "(it has the right length, but an invalid character)", // with a Cyrillic О
		strings.Repeat("FO", 1<<16):  "it has 131072 characters",
		"\xff\xfe":                   "it has 2 characters",
	} {
		captured := flexflow.Response{StatusCode: 200} // of an earlier fetch
		got, err := client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&captured))
		if got != nil || !errors.Is(err, flexflow.ErrInvalidSID) || captured.StatusCode != 0 {
			t.Errorf("SID %.40q: error %v, want ErrInvalidSID, response %+v", sid, err, captured)
			continue
		}
		notASCII := func(r rune) bool { return r < ' ' || r > '~' }
		message := err.Error()
		if len(message) > 400 || strings.ContainsFunc(message, notASCII) || strings.Contains(message, "token") ||
			!strings.Contains(message, want) {
			t.Errorf("SID %.40q: message %q, want one short line with %q", sid, message, want)
		}
	}
	if n := len(server.times); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestFetchFlexFlow_noContext(t *testing.T) {
	t.Parallel()
	var noContext context.Context
	captured := flexflow.Response{StatusCode: 200} // of an earlier fetch
	_, err := newClient(t, exampleURL).FetchFlexFlow(noContext, flowSID, flexflow.CaptureResponse(&captured))
	if !errors.Is(err, flexflow.ErrInvalidConfig) || captured.StatusCode != 0 {
		t.Errorf("error %v, response %+v", err, captured)
	}
}

// endingContext ends when a fetch asks for its deadline.
type endingContext struct {
	context.Context
	end context.CancelFunc
}

func (c endingContext) Deadline() (time.Time, bool) {
	c.end()
	return c.Context.Deadline()
}

// A fetch asks for the deadline at the beginning of an attempt.
func TestFetchFlexFlow_contextEndsBeforeRequest(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := always(404)
	_, err := server.client(t).FetchFlexFlow(endingContext{ctx, cancel}, flowSID)
	unsent := as[*flexflow.TransportError](t, err)
	if unsent.Attempts != 0 || !errors.Is(err, context.Canceled) || len(server.times) != 0 {
		t.Errorf("error %v, %d requests", err, len(server.times))
	}
}

func TestClient_zeroValue(t *testing.T) {
	t.Parallel()
	var none flexflow.Client
	none.CloseIdleConnections()
	_, fetchErr := fetch(t, &none)
	_, withErr := none.With()
	if !errors.Is(fetchErr, flexflow.ErrInvalidConfig) || !errors.Is(withErr, flexflow.ErrInvalidConfig) {
		t.Errorf("errors %v and %v, want ErrInvalidConfig", fetchErr, withErr)
	}
}

// TestFetchFlexFlow_allocations limits the allocations of a fetch. The official client, which does not validate, makes
// 100 for the same fetch (see bench/README.md). Unlike the time, the number of allocations is the same in each run.
func TestFetchFlexFlow_allocations(t *testing.T) {
	const most = 90 // the race detector causes some of them
	body := encode(t, fullFlow())
	header := http.Header{"Content-Type": {"application/json"}}
	client := newClient(t, exampleURL, over(roundTripper(func(r *http.Request) (*http.Response, error) {
		content := io.NopCloser(strings.NewReader(body))
		return &http.Response{StatusCode: 200, Header: header, Body: content, ContentLength: int64(len(body))}, nil
	})))
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations", allocations)
	if allocations > most {
		t.Errorf("%.0f allocations, want at most %d", allocations, most)
	}
}

func TestClient_With(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, transport := testserver.StartWithoutSockets(t, send(whole(503, "")))
		client := newClient(t, s.URL, over(transport))
		once, err := client.With(flexflow.WithRetries(0), flexflow.WithUserAgent("once/1"))
		if err != nil {
			t.Fatal(err)
		}
		if err := apiError(503, flexflow.ErrServer).of(t, once); attemptsOf(err) != 1 {
			t.Errorf("want 1 attempt: %v", err)
		}
		s.Respond(replyFlow)
		success.of(t, client)
		success.of(t, once)
		if n := s.Accepted.Load(); n != 1 {
			t.Errorf("%d connections, want one that is shared", n)
		}
	})
}

func TestClient_With_invalidConfig(t *testing.T) {
	t.Parallel()
	client := newClient(t, exampleURL)
	for i, option := range []flexflow.Option{
		flexflow.WithBaseURL("https://example.com"), flexflow.WithRegion("ie1"), flexflow.WithEdge("dublin"),
		flexflow.WithInsecureHTTP(), flexflow.WithHTTPClient(&http.Client{}), flexflow.WithTimeout(-1), nil,
	} {
		if c, err := client.With(option); c != nil || !errors.Is(err, flexflow.ErrInvalidConfig) {
			t.Errorf("option %d: error %v, want ErrInvalidConfig", i, err)
		}
	}
}

func TestClient_CloseIdleConnections(t *testing.T) {
	t.Parallel()
	base := &idleCloser{RoundTripper: always(404)}
	if newClient(t, exampleURL, over(base)).CloseIdleConnections(); base.closed != 1 {
		t.Errorf("the idle connections of the transport were closed %d times, want once", base.closed)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	if flexflow.Value[string](nil) != "" || flexflow.Value(new(7)) != 7 {
		t.Error("Value does not return what the pointer points to, or zero")
	}
}
