package flexflow_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
)

func TestFetchFlexFlow_everyAttribute(t *testing.T) {
	t.Parallel()
	got, err := fetchBody(t, encode(t, fullFlow()))
	if err != nil {
		t.Fatal(err)
	}
	for name, same := range map[string]bool{
		"AccountSID":      *got.AccountSID == "AC0123456789abcdefABCDEF0123456789",
		"ChannelType":     *got.ChannelType == flexflow.ChannelTypeWeb,
		"ChatServiceSID":  *got.ChatServiceSID == "IS0123456789abcdefABCDEF0123456789",
		"ContactIdentity": *got.ContactIdentity == "+15550100",
		"DateCreated":     got.DateCreated.Equal(time.Date(2023, 5, 4, 9, 42, 0, 0, time.UTC)),
		"DateUpdated":     got.DateUpdated.Equal(time.Date(2023, 5, 4, 7, 42, 1, 250_000_000, time.UTC)),
		"Enabled":         *got.Enabled,
		"FriendlyName":    *got.FriendlyName == "Web chat ☎",
		"Integration":     maps.Equal(got.Integration, fullFlow()["integration"].(map[string]any)),
		"IntegrationType": *got.IntegrationType == flexflow.IntegrationTypeStudio,
		"JanitorEnabled":  *got.JanitorEnabled,
		"LongLived":       !*got.LongLived,
		"SID":             *got.SID == flowSID,
		"URL":             *got.URL == "https://flex-api.twilio.com/v1/FlexFlows/"+flowSID,
	} {
		if !same {
			t.Errorf("%s is not what was sent: %+v", name, got)
		}
	}
}

func TestFetchFlexFlow_invalidSID(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, respondWith(`{}`))
	client := newClient(t, url)
	digits := flowSID[2:]
	for _, sid := range []string{
		"", ".", "..", "/", "../FlexFlows", "FO", "FO" + digits[1:], "FO" + digits + "0", "AC" + digits, "fo" + digits, "FO" + digits[1:] + "g",
		"FO" + digits[1:] + "/", "FO/" + digits[1:], "FO/../" + digits[4:], "%2e%2e", "%2e%2e%2f" + digits[7:], "FO" + digits[3:] + "%2e",
		"FO" + digits[1:] + "\x00", "\x00", "FO" + digits + "\n", "\n" + flowSID, " " + flowSID, flowSID + " ", "FO" + digits[2:] + "é", "FO" + digits[1:] + "é",
		"FО" + digits /* Cyrillic */, flowSID + "?x=1", flowSID + "#", strings.Repeat("FO", 1<<16), "\xff\xfe",
	} {
		captured := flexflow.Response{StatusCode: 200} // of an earlier fetch
		got, err := client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&captured))
		if captured.StatusCode != 0 {
			t.Errorf("SID %.40q: the response of an earlier fetch is still there", sid)
		}
		if got != nil || !errors.Is(err, flexflow.ErrInvalidSID) {
			t.Errorf("SID %.40q: %v, want ErrInvalidSID", sid, err)
			continue
		}
		if message := err.Error(); len(message) > 400 || strings.ContainsFunc(message, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("SID %.40q: message is not one short line: %q", sid, message)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestFetchFlexFlow_request(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		creds         flexflow.Credentials
		path          string
		authorization string
	}{
		"auth token":                   {flexflow.AuthToken("ACuser", "pass:word"), "", "Basic QUN1c2VyOnBhc3M6d29yZA=="},
		"API key":                      {flexflow.APIKey("SKuser", "secret"), "", "Basic U0t1c2VyOnNlY3JldA=="},
		"bearer":                       {flexflow.Bearer(func(context.Context) (string, error) { return "a.b-c", nil }), "", "Bearer a.b-c"},
		"base URL with a path":         {flexflow.AuthToken("a", "b"), "/twilio", "Basic YTpi"},
		"base URL with a path and a /": {flexflow.AuthToken("a", "b"), "/twilio/", "Basic YTpi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if want := strings.TrimSuffix(test.path, "/") + "/v1/FlexFlows/" + flowSID; r.Method != http.MethodGet || r.RequestURI != want {
					t.Errorf("%s %s, want GET %s", r.Method, r.RequestURI, want)
				}
				for header, want := range map[string]string{"Authorization": test.authorization, "Accept": "application/json"} {
					if got := r.Header.Values(header); len(got) != 1 || got[0] != want {
						t.Errorf("%s %q, want %q", header, got, want)
					}
				}
				if got := r.Header.Get("User-Agent"); !strings.HasPrefix(got, "tests/1 flexflow-go/"+flexflow.Version+" (go") {
					t.Errorf("User-Agent %q", got)
				}
				respondWith(encode(t, fullFlow()))(w, r)
			})
			client, err := flexflow.New(test.creds, flexflow.WithBaseURL(url+test.path), flexflow.WithUserAgent("tests/1"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
				t.Error(err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestBearer_noToken(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, respondWith(`{}`))
	failed := errors.New("the identity provider is down")
	for name, token := range map[string]func(context.Context) (string, error){
		"error":        func(context.Context) (string, error) { return "", failed },
		"empty":        func(context.Context) (string, error) { return "", nil },
		"line break":   func(context.Context) (string, error) { return "a\r\nX: y", nil },
		"not ASCII":    func(context.Context) (string, error) { return "é", nil },
		"out of space": func(context.Context) (string, error) { return "a b", nil },
	} {
		client, err := flexflow.New(flexflow.Bearer(token), flexflow.WithBaseURL(url))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		var transport *flexflow.TransportError
		if !errors.As(err, &transport) || transport.Attempts != 0 || transport.SID != flowSID {
			t.Errorf("%s: %v, want a TransportError without attempts", name, err)
		}
		if name == "error" && !errors.Is(err, failed) {
			t.Errorf("%v does not wrap the token function's error", err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

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
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Twilio-Request-Id", "RQ1")
				w.Header().Set("Twilio-Concurrent-Requests", "4")
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			})
			var got flexflow.Response
			newClient(t, url).FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&got))
			if got.StatusCode != test.status || string(got.Body) != test.body || got.RequestID != "RQ1" || got.Attempts != 1 ||
				got.Header.Get("Twilio-Concurrent-Requests") != "4" {
				t.Errorf("captured %+v", got)
			}
		})
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	if flexflow.Value[string](nil) != "" || flexflow.Value(new(7)) != 7 {
		t.Error("Value does not return what the pointer points to, or zero")
	}
}

// asked creates a client with the options, fetches a flow, and returns the URL of the request.
func asked(t *testing.T, make func(...flexflow.Option) (*flexflow.Client, error), opts ...flexflow.Option) string {
	t.Helper()
	var url string
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		url = r.URL.String()
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(`{}`)), Request: r}, nil
	})
	client, err := make(append(opts, flexflow.WithHTTPClient(&http.Client{Transport: transport}))...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
		t.Fatal(err)
	}
	return url
}

func withCredentials(opts ...flexflow.Option) (*flexflow.Client, error) {
	return flexflow.New(flexflow.AuthToken(accountSID, authToken), opts...)
}

func TestNew_regionAndEdge(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ region, edge, base, want string }{
		{"", "", "", "https://flex-api.twilio.com"},
		{"ie1", "", "", "https://flex-api.ie1.twilio.com"},
		{"", "dublin", "", "https://flex-api.dublin.us1.twilio.com"},
		{"ie1", "dublin", "", "https://flex-api.dublin.ie1.twilio.com"},
		{"ie1", "dublin", "https://gateway.example.com/twilio", "https://gateway.example.com/twilio"},
	} {
		opts := []flexflow.Option{flexflow.WithRegion(test.region), flexflow.WithEdge(test.edge), flexflow.WithBaseURL(test.base)}
		if got := asked(t, withCredentials, opts...); got != test.want+"/v1/FlexFlows/"+flowSID {
			t.Errorf("region %q, edge %q, base URL %q: %s", test.region, test.edge, test.base, got)
		}
	}
}

func TestNew_baseURL(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"https://example.com", "HTTPS://example.com/", "https://example.com:8443/a/b", "https://10.0.0.1",
		"http://localhost", "http://LOCALHOST:80", "http://127.0.0.1:1", "http://127.8.8.8", "http://[::1]:80/x",
	} {
		if _, err := withCredentials(flexflow.WithBaseURL(url)); err != nil {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := withCredentials(flexflow.WithBaseURL("http://example.com"), flexflow.WithInsecureHTTP()); err != nil {
		t.Errorf("plain http with WithInsecureHTTP: %v", err)
	}
}

func TestNew_invalidConfig(t *testing.T) {
	t.Parallel()
	good := flexflow.AuthToken(accountSID, authToken)
	for name, test := range map[string]struct {
		creds flexflow.Credentials
		opt   flexflow.Option
		want  string // in the message
	}{
		"no credentials":           {flexflow.Credentials{}, nil, "no credentials"},
		"empty account SID":        {flexflow.AuthToken("", "x"), nil, "account SID is empty"},
		"empty auth token":         {flexflow.AuthToken("x", ""), nil, "auth token is empty"},
		"empty API key SID":        {flexflow.APIKey("", "x"), nil, "API key SID is empty"},
		"empty API key secret":     {flexflow.APIKey("x", ""), nil, "API key secret is empty"},
		"colon in the user name":   {flexflow.AuthToken("a:b", "x"), nil, "colon"},
		"line break in the token":  {flexflow.AuthToken("a", "hush-hush\n"), nil, "white space"},
		"control character":        {flexflow.AuthToken("a", "hush\x00hush"), nil, "control character"},
		"nil token function":       {flexflow.Bearer(nil), nil, "token function is nil"},
		"base URL without scheme":  {good, flexflow.WithBaseURL("example.com"), "must begin with https:// or http://"},
		"base URL without host":    {good, flexflow.WithBaseURL("https://"), "must begin with https:// or http://"},
		"base URL with a port":     {good, flexflow.WithBaseURL("https://:443"), "must begin with https:// or http://"},
		"base URL is a path":       {good, flexflow.WithBaseURL("/v1"), "must begin with https:// or http://"},
		"base URL without slashes": {good, flexflow.WithBaseURL("https:example.com"), "must begin with https:// or http://"},
		"base URL of another kind": {good, flexflow.WithBaseURL("ftp://example.com"), "must begin with https:// or http://"},
		"base URL is not a URL":    {good, flexflow.WithBaseURL("https://hush:hush-hush@%zz"), "malformed"},
		"base URL with user info":  {good, flexflow.WithBaseURL("https://hush:hush-hush@example.com"), "user info"},
		"base URL with a user":     {good, flexflow.WithBaseURL("https://hush-hush@example.com"), "user info"},
		"base URL with a query":    {good, flexflow.WithBaseURL("https://example.com/?hush-hush"), "query"},
		"base URL ends in ?":       {good, flexflow.WithBaseURL("https://example.com?"), "query"},
		"base URL with a fragment": {good, flexflow.WithBaseURL("https://example.com#hush-hush"), "fragment"},
		"base URL ends in #":       {good, flexflow.WithBaseURL("https://example.com#"), "fragment"},
		"plain http":               {good, flexflow.WithBaseURL("http://example.com"), "plain http to example.com"},
		"plain http with a port":   {good, flexflow.WithBaseURL("http://example.com:8080"), "plain http to example.com:8080"},
		"plain http to 0.0.0.0":    {good, flexflow.WithBaseURL("http://0.0.0.0"), "plain http"},
		"plain http, looks local":  {good, flexflow.WithBaseURL("http://127.0.0.1.example.com"), "plain http"},
		"plain http, name local":   {good, flexflow.WithBaseURL("http://localhost.example.com"), "plain http"},
		"region with a dot":        {good, flexflow.WithRegion("evil.com/"), "region"},
		"edge with a slash":        {good, flexflow.WithEdge("evil/"), "edge"},
		"edge in capitals":         {good, flexflow.WithEdge("Dublin"), "edge"},
		"long region":              {good, flexflow.WithRegion(strings.Repeat("a", 64)), "region"},
		"nil HTTP client":          {good, flexflow.WithHTTPClient(nil), "HTTP client is nil"},
		"timeout of zero":          {good, flexflow.WithTimeout(0), "timeout is 0s"},
		"timeout below zero":       {good, flexflow.WithTimeout(-time.Second), "timeout is -1s"},
		"retries below zero":       {good, flexflow.WithRetries(-1), "retries is -1"},
		"unknown mode":             {good, flexflow.WithValidation(7), "no validation mode 7"},
		"negative mode":            {good, flexflow.WithValidation(-1), "no validation mode -1"},
		"line break in user agent": {good, flexflow.WithUserAgent("a\r\nX: y"), "user agent"},
		"limit of zero":            {good, flexflow.WithMaxResponseBytes(0), "limit of a response is 0 bytes"},
		"nil option":               {good, flexflow.Option(nil), "option is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var opts []flexflow.Option
			if test.opt != nil || name == "nil option" {
				opts = append(opts, test.opt)
			}
			client, err := flexflow.New(test.creds, opts...)
			if client != nil || !errors.Is(err, flexflow.ErrInvalidConfig) {
				t.Fatalf("client %v, error %v, want ErrInvalidConfig", client, err)
			}
			if message := err.Error(); !strings.Contains(message, test.want) || strings.Contains(message, "hush") || strings.Contains(message, "\n") {
				t.Errorf("message %q, want one line with %q and no secret", message, test.want)
			}
		})
	}
}

func TestNewFromEnv(t *testing.T) {
	all := []string{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_REGION", "TWILIO_EDGE"}
	for name, test := range map[string]struct {
		env  map[string]string
		opts []flexflow.Option
		want string // the requested host, or part of the error
	}{
		"nothing set":             {nil, nil, "TWILIO_ACCOUNT_SID is not set"},
		"no auth token":           {map[string]string{"TWILIO_ACCOUNT_SID": "AC"}, nil, "TWILIO_AUTH_TOKEN is not set"},
		"no account SID":          {map[string]string{"TWILIO_AUTH_TOKEN": "x"}, nil, "TWILIO_ACCOUNT_SID is not set"},
		"no API secret":           {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "x"}, nil, "TWILIO_API_SECRET is not set"},
		"no API key":              {map[string]string{"TWILIO_API_SECRET": "x"}, nil, "TWILIO_API_KEY is not set"},
		"auth token":              {map[string]string{"TWILIO_ACCOUNT_SID": "AC", "TWILIO_AUTH_TOKEN": "x"}, nil, "https://flex-api.twilio.com/"},
		"API key":                 {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "x"}, nil, "https://flex-api.twilio.com/"},
		"region and edge":         {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "x", "TWILIO_REGION": "au1", "TWILIO_EDGE": "sydney"}, nil, "https://flex-api.sydney.au1.twilio.com/"},
		"an option over a region": {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "x", "TWILIO_REGION": "au1"}, []flexflow.Option{flexflow.WithRegion("ie1")}, "https://flex-api.ie1.twilio.com/"},
		"a hostile region":        {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "x", "TWILIO_REGION": "evil.com#"}, nil, "TWILIO_REGION: the region is not a host label"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range all {
				t.Setenv(variable, test.env[variable])
			}
			if strings.HasPrefix(test.want, "https://") {
				if got := asked(t, flexflow.NewFromEnv, test.opts...); !strings.HasPrefix(got, test.want) {
					t.Errorf("asked %s, want %s", got, test.want)
				}
				return
			}
			_, err := flexflow.NewFromEnv(test.opts...)
			if !errors.Is(err, flexflow.ErrInvalidConfig) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want ErrInvalidConfig with %q", err, test.want)
			}
		})
	}
}

func TestWithHTTPClient_unchanged(t *testing.T) {
	t.Parallel()
	client := &http.Client{Timeout: time.Minute}
	if _, err := withCredentials(flexflow.WithHTTPClient(client)); err != nil {
		t.Fatal(err)
	}
	if client.CheckRedirect != nil || client.Transport != nil || client.Timeout != time.Minute || client.Jar != nil {
		t.Errorf("the caller's client was changed: %+v", client)
	}
}

func TestWithLogger(t *testing.T) {
	t.Parallel()
	const path = "/v1/FlexFlows/" + flowSID
	responses := []reply{
		send(whole(503, "a body", "Twilio-Request-Id: RQ1", "Retry-After: 0", "Secret: a header")),
		hangUp("HTTP/1.1 200 OK\r\n"),
		send(whole(200, validFlow(flowSID), jsonType, "Twilio-Request-Id: RQ2")),
	}
	s := startRaw(t, nil)
	s.Respond(func(conn net.Conn, r *http.Request) bool { return responses[s.Requests.Load()-1](conn, r) })

	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	flow, err := newClient(t, s.URL, flexflow.WithLogger(logger)).FetchFlexFlow(t.Context(), flowSID)
	success.check(t, flowSID, flow, err)

	common := []string{"attempt", "duration", "level", "method", "msg", "path", "request_id", "status", "time"}
	records, waits := []string{}, []string{}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, `"msg":"flexflow: wait"`) {
			waits = append(waits, line)
		} else {
			records = append(records, line)
		}
	}
	for i, want := range []string{`"wait":0,"reason":"HTTP 503, Retry-After","attempt":2}`, `"reason":"a failed request","attempt":3}`} {
		if len(waits) != 2 || !strings.HasSuffix(waits[i], want+"\n") || !strings.Contains(waits[i], `"level":"DEBUG"`) || !strings.Contains(waits[i], `"path":"`+path+`"`) {
			t.Fatalf("waits %s, want two, the one at %d with %s", waits, i, want)
		}
	}
	if len(records) != len(responses) {
		t.Fatalf("%d records for %d attempts: %s", len(records), len(responses), &log)
	}
	for i, want := range []struct {
		status    float64
		requestID string
		keys      []string
	}{
		{503, "RQ1", common},
		{0, "", append([]string{"error"}, common...)},
		{200, "RQ2", common},
	} {
		var got map[string]any
		if err := json.Unmarshal([]byte(records[i]), &got); err != nil {
			t.Fatal(err)
		}
		slices.Sort(want.keys)
		if keys := slices.Sorted(maps.Keys(got)); !slices.Equal(keys, want.keys) {
			t.Errorf("record %d has %s, want %s", i+1, keys, want.keys)
		}
		if got["level"] != "DEBUG" || got["msg"] != "flexflow: attempt" || got["method"] != "GET" || got["path"] != path ||
			got["status"] != want.status || got["attempt"] != float64(i+1) || got["request_id"] != want.requestID {
			t.Errorf("record %d is %s", i+1, records[i])
		}
		if duration, _ := got["duration"].(float64); duration <= 0 || duration > float64(time.Minute) {
			t.Errorf("record %d has duration %v", i+1, got["duration"])
		}
	}
	for _, private := range []string{"a body", "a header", "Authorization", "Name of"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("%q is in the log: %s", private, &log)
		}
	}
}

func TestWithLogger_level(t *testing.T) {
	var log bytes.Buffer
	client := newClient(t, startRaw(t, hangUp()).URL, flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, nil))), flexflow.WithRetries(0))
	if _, err := client.FetchFlexFlow(t.Context(), flowSID); err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}

func TestWithLogger_notSent(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	if _, err := newClient(t, "https://127.0.0.1:1", flexflow.WithLogger(logger)).FetchFlexFlow(t.Context(), "FO"); err == nil || log.Len() != 0 {
		t.Errorf("logged %q, error %v", &log, err)
	}
}

func TestBearer_blocks(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	blocks := flexflow.Bearer(func(context.Context) (string, error) { <-release; return "token", nil })
	for name, limit := range map[string]func() (context.Context, context.CancelFunc, flexflow.Option){
		"the attempt": func() (context.Context, context.CancelFunc, flexflow.Option) {
			return t.Context(), func() {}, flexflow.WithTimeout(50 * time.Millisecond)
		},
		"the caller": func() (context.Context, context.CancelFunc, flexflow.Option) {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			return ctx, cancel, flexflow.WithTimeout(time.Minute)
		},
	} {
		ctx, cancel, option := limit()
		client, err := flexflow.New(blocks, option)
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(ctx, flowSID)
		cancel()
		var transport *flexflow.TransportError
		if !errors.As(err, &transport) || transport.Attempts != 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("time limit of %s: %v", name, err)
		}
	}
}

func TestBearer_panic(t *testing.T) {
	t.Parallel()
	client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) { panic("mine") }))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if got := recover(); got != "mine" {
			t.Errorf("recovered %v", got)
		}
	}()
	client.FetchFlexFlow(t.Context(), flowSID)
}

func TestBearer_contextEnds(t *testing.T) {
	t.Parallel()
	for range 20 { // select chooses at random between cases that are ready
		server, calls := always(404), new(atomic.Int64)
		ctx, cancel := context.WithCancel(t.Context())
		token := func(context.Context) (string, error) { calls.Add(1); cancel(); return "token", nil }
		client, err := flexflow.New(flexflow.Bearer(token), flexflow.WithHTTPClient(&http.Client{Transport: server}))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second fetch begins with a context that has ended
			_, err = client.FetchFlexFlow(ctx, flowSID)
			var transport *flexflow.TransportError
			if !errors.As(err, &transport) || transport.Attempts != 0 || !errors.Is(err, context.Canceled) || len(server.times) != 0 {
				t.Fatalf("%v, %d requests", err, len(server.times))
			}
		}
		client.FetchFlexFlow(t.Context(), flowSID) // returns after all earlier calls of the token function
		if calls.Load() != 2 {
			t.Fatalf("%d calls of the token function, want none for a context that has ended", calls.Load())
		}
	}
}

func TestFetchFlexFlow_misuse(t *testing.T) {
	t.Parallel()
	var none flexflow.Client
	none.CloseIdleConnections()
	if _, err := none.FetchFlexFlow(t.Context(), flowSID); !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Errorf("a zero Client: %v", err)
	}
	//lint:ignore SA1012 the test needs a nil context
	if _, err := newClient(t, "http://localhost").FetchFlexFlow(nil, flowSID); !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Errorf("a nil context: %v", err)
	}
}

func TestBearer_eachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var tokens int
		var sent []string
		server := &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
			sent = append(sent, r.Header.Get("Authorization"))
			return newResponse(503, ""), nil
		}}
		creds := flexflow.Bearer(func(context.Context) (string, error) {
			tokens++
			return fmt.Sprint("token-", tokens), nil
		})
		client, err := flexflow.New(creds, flexflow.WithHTTPClient(&http.Client{Transport: server}), flexflow.WithRetries(1))
		if err != nil {
			t.Fatal(err)
		}
		client.FetchFlexFlow(t.Context(), flowSID)
		if strings.Join(sent, ", ") != "Bearer token-1, Bearer token-2" {
			t.Errorf("sent %s", sent)
		}
	})
}

// A response that repeats the token of an earlier attempt is redacted too.
func TestBearer_tokenOfEarlierAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tokens := []string{"first-token-aaaa", "other_secret_bbbb", "third+third+third"}
		issued := 0
		server := &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
			if issued < len(tokens) {
				return newResponse(503, ""), nil
			}
			return newResponse(401, strings.Join(tokens, " and ")), nil
		}}
		creds := flexflow.Bearer(func(context.Context) (string, error) {
			issued++
			return tokens[issued-1], nil
		})
		client, err := flexflow.New(creds, flexflow.WithHTTPClient(&http.Client{Transport: server}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		if err == nil || !strings.Contains(err.Error(), "HTTP 401: [redacted] and [redacted] and [redacted]") {
			t.Errorf("error %v", err)
		}
	})
}

// A fetch does not retry after an error of the token function, which may retry itself.
func TestBearer_noRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := always(503)
		var asked int
		refused := errors.New("refused")
		creds := flexflow.Bearer(func(ctx context.Context) (string, error) {
			asked++
			_, err := (&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, refused })}).Get("https://oauth.example.com/token")
			return "", err // a *url.Error, like one of a fetch
		})
		client, err := flexflow.New(creds, flexflow.WithHTTPClient(&http.Client{Transport: server}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		checkError(t, flowSID, err)
		if asked != 1 || len(server.times) != 0 || attemptsOf(err) != 0 || !errors.Is(err, refused) {
			t.Errorf("%d tokens were asked for and %d requests sent: %v", asked, len(server.times), err)
		}
	})
}

// net/http bypasses a proxy for localhost only if the name is in lower case.
func TestNew_loopbackPastProxy(t *testing.T) {
	for _, base := range []string{"http://localhost:1", "http://LocalHost:1", "http://LOCALHOST:1"} {
		server := &memoryServer{respond: func(r *http.Request, _ int) (*http.Response, error) {
			if r.URL.Host != "localhost:1" {
				t.Errorf("%s asks %s", base, r.URL.Host)
			}
			return newResponse(200, validFlow(flowSID)), nil
		}}
		client := newClient(t, base, flexflow.WithHTTPClient(&http.Client{Transport: server}))
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
			t.Error(err)
		}
	}
}

func TestClient_With(t *testing.T) {
	t.Parallel()
	s := startRaw(t, send(whole(503, "")))
	client := newClient(t, s.URL)
	once, err := client.With(flexflow.WithRetries(0), flexflow.WithUserAgent("once/1"))
	if err != nil {
		t.Fatal(err)
	}
	flow, err := once.FetchFlexFlow(t.Context(), flowSID)
	apiError(503, flexflow.ErrServer).check(t, flowSID, flow, err)
	if attemptsOf(err) != 1 {
		t.Errorf("want 1 attempt: %v", err)
	}
	s.Respond(replyFlow)
	before := s.Accepted.Load()
	for _, c := range []*flexflow.Client{client, once} {
		flow, err := c.FetchFlexFlow(t.Context(), flowSID)
		success.check(t, flowSID, flow, err)
	}
	if s.Accepted.Load() != before {
		t.Error("the connection is not shared")
	}
	for name, option := range map[string]flexflow.Option{
		"a base URL":            flexflow.WithBaseURL("https://example.com"),
		"a region":              flexflow.WithRegion("ie1"),
		"an edge":               flexflow.WithEdge("dublin"),
		"plain http":            flexflow.WithInsecureHTTP(),
		"an HTTP client":        flexflow.WithHTTPClient(&http.Client{}),
		"an invalid option":     flexflow.WithTimeout(-1),
		"an option that is nil": nil,
	} {
		if c, err := client.With(option); c != nil || !errors.Is(err, flexflow.ErrInvalidConfig) {
			t.Errorf("%s: error %v, want ErrInvalidConfig", name, err)
		}
	}
	var none flexflow.Client
	if _, err := none.With(); !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Errorf("a zero Client: %v", err)
	}
}

func TestWithMaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for longest, attempts := range map[time.Duration]int{5 * time.Second: 2, 4 * time.Second: 1, 0: 1} {
			server := always(429, "Retry-After: 5")
			_, err := server.client(t, flexflow.WithMaxWait(longest), flexflow.WithRetries(1)).FetchFlexFlow(t.Context(), flowSID)
			if len(server.times) != attempts || !errors.Is(err, flexflow.ErrRateLimited) {
				t.Errorf("with %s: %d attempts, want %d: %v", longest, len(server.times), attempts, err)
			}
		}
		for range 20 { // the wait without Retry-After is random
			server := always(503)
			server.client(t, flexflow.WithMaxWait(time.Millisecond)).FetchFlexFlow(t.Context(), flowSID)
			if waits := server.waits(); len(waits) != 3 || slices.Max(waits) > time.Millisecond {
				t.Errorf("waits of %s, want 3 of at most 1ms", waits)
			}
		}
	})
}

// A transport that changes the header of one request does not change that of another.
func TestFetchFlexFlow_ownHeaderValues(t *testing.T) {
	t.Parallel()
	var changed [][]string
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		for _, values := range changed {
			if values[0] != "changed" {
				t.Errorf("%q was put into the header of an earlier request", values[0])
			}
		}
		for name, values := range r.Header {
			if values[0] == "changed" {
				t.Errorf("%s has the value that an earlier request was given", name)
			}
			values[0] = "changed"
			changed = append(changed, values)
		}
		for name := range r.Header {
			r.Header.Add(name, "more")
		}
		for name, values := range r.Header {
			if values[0] != "changed" {
				t.Errorf("a second value of another header was put into %s", name)
			}
		}
		return newResponse(200, validFlow(flowSID)), nil
	})
	client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: transport}))
	for range 2 {
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
			t.Fatal(err)
		}
	}
}

// Only one call of a token function runs at a time, so one that ignores its context leaves only one goroutine behind.
func TestBearer_oneCallAtATime(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	var calls atomic.Int64
	client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) {
		calls.Add(1)
		<-release
		return "token-of-the-test", nil
	}), flexflow.WithTimeout(20*time.Millisecond), flexflow.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if _, err := client.FetchFlexFlow(t.Context(), flowSID); !errors.Is(err, context.DeadlineExceeded) || attemptsOf(err) != 0 {
			t.Errorf("error %v", err)
		}
	}
	if calls.Load() != 1 {
		t.Errorf("%d calls in progress, want 1", calls.Load())
	}
	close(release)
}

// A fetch waits for the call of another one, and then makes its own.
func TestBearer_waitsForOtherCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) {
			time.Sleep(time.Second)
			return "token-of-the-test", nil
		}), flexflow.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return newResponse(200, validFlow(flowSID)), nil
		})}))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var fetching sync.WaitGroup
		for range 3 {
			fetching.Go(func() {
				flow, err := client.FetchFlexFlow(t.Context(), flowSID)
				if mismatch := success.compare(flowSID, flow, err); mismatch != nil {
					t.Error(mismatch)
				}
			})
		}
		fetching.Wait()
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %s, want 3s: one call of the token function after the other", took)
		}
	})
}

// The error of a token function may contain its previous token, or the one that it returns.
func TestBearer_errorWithToken(t *testing.T) {
	t.Parallel()
	const first, second = "token-of-the-test-0123456789", "zyxwvu-another-987654321"
	refused := errors.New("refused")
	for name, failed := range map[string]error{
		"text":          errors.New("refresh of " + first + " failed"),
		"URL":           &url.Error{Op: "Post", URL: "https://idp.example.com/refresh?token=" + first, Err: refused},
		"around a URL":  fmt.Errorf("refresh of %s failed: %w", first, &url.Error{Op: "Post", URL: "https://idp.example.com", Err: refused}),
		"the new token": errors.New(second + " has expired"),
	} {
		calls := 0
		client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) {
			if calls++; calls > 1 {
				return second, failed
			}
			return first, nil
		}), flexflow.WithHTTPClient(&http.Client{Transport: always(404)}))
		if err != nil {
			t.Fatal(err)
		}
		client.FetchFlexFlow(t.Context(), flowSID)
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		if !strings.Contains(err.Error(), "[redacted]") {
			t.Errorf("%s: error %v", name, err)
		}
		checkSecret(t, []string{first, second}, err)
	}
}

func TestFetchFlexFlow_invalidSIDMessage(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://127.0.0.1:1")
	for sid, want := range map[string]string{
		flowSID + "0":                "FO01\"...: it must be FO followed by 32 hexadecimal digits (it has 35 characters)",
		flowSID + "\n":               "it ends with a line break",
		strings.ToLower(flowSID):     "(it has the right length, but an invalid character)",
		flowSID + " ":                "it has a space before or after it",
		"\t" + flowSID:               "it has a space before or after it",
		"":                           "\"\": it must be FO followed by 32 hexadecimal digits (it has 0 characters)",
		"abcdefgh":                   "\"abcdefgh\": it must be",
		"an-auth-token-by-accident-": "\"an-a\"...: it must be",
	} {
		_, err := client.FetchFlexFlow(t.Context(), sid)
		if !errors.Is(err, flexflow.ErrInvalidSID) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "token") {
			t.Errorf("%q: error %v, want ErrInvalidSID with %s", sid, err, want)
		}
	}
}
