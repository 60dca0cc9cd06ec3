package flexflow_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// asked makes a client with the options, fetches, and returns the URL that was asked.
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

func TestRegionAndEdgeNameTheHost(t *testing.T) {
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

func TestABaseURLIsAcceptedWhenItIsSafe(t *testing.T) {
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

func TestAMistakeInTheConfigurationIsAnErrorFromNew(t *testing.T) {
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
		"base URL without scheme":  {good, flexflow.WithBaseURL("example.com"), "not absolute"},
		"base URL without host":    {good, flexflow.WithBaseURL("https://"), "not absolute"},
		"base URL with a port":     {good, flexflow.WithBaseURL("https://:443"), "not absolute"},
		"base URL is a path":       {good, flexflow.WithBaseURL("/v1"), "not absolute"},
		"base URL without slashes": {good, flexflow.WithBaseURL("https:example.com"), "not absolute"},
		"base URL of another kind": {good, flexflow.WithBaseURL("ftp://example.com"), "not absolute"},
		"base URL is no URL":       {good, flexflow.WithBaseURL("https://hush:hush-hush@%zz"), "cannot be parsed"},
		"base URL with user info":  {good, flexflow.WithBaseURL("https://hush:hush-hush@example.com"), "user info"},
		"base URL with a user":     {good, flexflow.WithBaseURL("https://hush-hush@example.com"), "user info"},
		"base URL with a query":    {good, flexflow.WithBaseURL("https://example.com/?hush-hush"), "query"},
		"base URL ends in ?":       {good, flexflow.WithBaseURL("https://example.com?"), "query"},
		"base URL with a fragment": {good, flexflow.WithBaseURL("https://example.com#hush-hush"), "fragment"},
		"base URL ends in #":       {good, flexflow.WithBaseURL("https://example.com#"), "fragment"},
		"plain http":               {good, flexflow.WithBaseURL("http://example.com"), "plain http to example.com"},
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

func TestTheEnvironmentConfiguresTheClient(t *testing.T) {
	all := []string{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET", "TWILIO_REGION", "TWILIO_EDGE"}
	for name, test := range map[string]struct {
		env  map[string]string
		opts []flexflow.Option
		want string // the host asked, or what the message says
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
		"a hostile region":        {map[string]string{"TWILIO_API_KEY": "SK", "TWILIO_API_SECRET": "x", "TWILIO_REGION": "evil.com#"}, nil, "the region is not a host label"},
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

func TestTheCallersHTTPClientIsNotChanged(t *testing.T) {
	t.Parallel()
	client := &http.Client{Timeout: time.Minute}
	if _, err := withCredentials(flexflow.WithHTTPClient(client)); err != nil {
		t.Fatal(err)
	}
	if client.CheckRedirect != nil || client.Transport != nil || client.Timeout != time.Minute || client.Jar != nil {
		t.Errorf("the caller's client was changed: %+v", client)
	}
}
