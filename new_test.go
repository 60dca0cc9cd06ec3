package flexflow_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

func withCredentials(opts ...flexflow.Option) (*flexflow.Client, error) {
	return flexflow.New(flexflow.AuthToken(accountSID, authToken), opts...)
}

type newFunc = func(...flexflow.Option) (*flexflow.Client, error)

// asked creates a client with the options, fetches a flow, and returns the URL of the request.
func asked(t *testing.T, create newFunc, opts ...flexflow.Option) (url string) {
	t.Helper()
	server := respondingTo(func(r *http.Request, _ int) *http.Response {
		url = r.URL.String()
		return requestedFlow(r)
	})
	client, err := create(append(opts, over(server))...)
	if err != nil {
		t.Fatal(err)
	}
	success.of(t, client)
	return url
}

func TestNew_regionAndEdge(t *testing.T) {
	t.Parallel()
	const gateway = "https://gateway.example.com/twilio"
	for _, test := range []struct{ region, edge, base, want string }{
		{"", "", "", "https://flex-api.twilio.com"},
		{"au1", "", "", "https://flex-api.sydney.au1.twilio.com"},
		{"br1", "", "", "https://flex-api.sao-paulo.br1.twilio.com"},
		{"de1", "", "", "https://flex-api.frankfurt.de1.twilio.com"},
		{"ie1", "", "", "https://flex-api.dublin.ie1.twilio.com"},
		{"jp1", "", "", "https://flex-api.tokyo.jp1.twilio.com"},
		{"jp2", "", "", "https://flex-api.osaka.jp2.twilio.com"},
		{"sg1", "", "", "https://flex-api.singapore.sg1.twilio.com"},
		{"us1", "", "", "https://flex-api.ashburn.us1.twilio.com"},
		{"us2", "", "", "https://flex-api.umatilla.us2.twilio.com"},
		{"", "dublin", "", "https://flex-api.dublin.us1.twilio.com"},
		{"au1", "dublin", "", "https://flex-api.dublin.au1.twilio.com"},
		{"xx9", "dublin", "", "https://flex-api.dublin.xx9.twilio.com"},
		{"ie1", "dublin", gateway, gateway},
		{"xx9", "", gateway, gateway},
	} {
		got := asked(t, withCredentials,
			flexflow.WithRegion(test.region), flexflow.WithEdge(test.edge), flexflow.WithBaseURL(test.base))
		if got != test.want+flowPath {
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

// net/http bypasses a proxy for localhost only if the name is in lower case.
func TestNew_loopbackPastProxy(t *testing.T) {
	for _, base := range []string{"http://localhost:1", "http://LocalHost:1", "http://LOCALHOST:1"} {
		if got := asked(t, withCredentials, flexflow.WithBaseURL(base)); got != "http://localhost:1"+flowPath {
			t.Errorf("%s asks %s", base, got)
		}
	}
}

// New accepts the longest region, and the first and last printable characters.
func TestNew_limits(t *testing.T) {
	t.Parallel()
	for name, opt := range map[string]flexflow.Option{
		"region":     flexflow.WithRegion("a-z09" + strings.Repeat("x", 58)),
		"edge":       flexflow.WithEdge(strings.Repeat("x", 63)),
		"user agent": flexflow.WithUserAgent("a b~"),
	} {
		if _, err := withCredentials(flexflow.WithEdge("dublin"), opt); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	token := func(context.Context) (string, error) { return "!token~", nil }
	success.of(t, withTokens(t, token, responding(200, validFlow(flowSID))))
}

const secret = "the-secret-of-the-test"

func TestNew_invalidCredentials(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		creds flexflow.Credentials
		want  string // in the message
	}{
		"no credentials":               {flexflow.Credentials{}, "no credentials"},
		"empty account SID":            {flexflow.AuthToken("", "x"), "account SID is empty"},
		"empty auth token":             {flexflow.AuthToken("x", ""), "auth token is empty"},
		"empty API key SID":            {flexflow.APIKey("", "x"), "API key SID is empty"},
		"empty API key secret":         {flexflow.APIKey("x", ""), "API key secret is empty"},
		"secret in place of the SID":   {flexflow.APIKey(secret, ""), "API key secret is empty"},
		"colon in the user name":       {flexflow.AuthToken("a:b", "x"), "colon"},
		"both in one":                  {flexflow.APIKey("SK1:"+secret, "x"), "colon"},
		"line break in the auth token": {flexflow.AuthToken("a", secret+"\n"), "white space"},
		"line break in the secret":     {flexflow.APIKey("SK1", secret+"\n"), "white space"},
		"space after the token":        {flexflow.AuthToken("AC1", secret+" "), "white space"},
		"control character":            {flexflow.AuthToken("a", secret+"\x00x"), "control character"},
		"nil token function":           {flexflow.Bearer(nil), "token function is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := flexflow.New(test.creds)
			checkInvalidConfig(t, client, err, test.want)
		})
	}
}

func TestNew_invalidConfig(t *testing.T) {
	t.Parallel()
	const scheme = "must begin with https:// or http://"
	for name, test := range map[string]struct {
		opt  flexflow.Option
		want string // in the message
	}{
		"base URL without scheme":  {flexflow.WithBaseURL("example.com"), scheme},
		"base URL without host":    {flexflow.WithBaseURL("https://"), scheme},
		"base URL with a port":     {flexflow.WithBaseURL("https://:443"), scheme},
		"base URL is a path":       {flexflow.WithBaseURL("/v1"), scheme},
		"base URL without slashes": {flexflow.WithBaseURL("https:example.com"), scheme},
		"base URL of another kind": {flexflow.WithBaseURL("ftp://example.com"), scheme},
		"base URL is a secret":     {flexflow.WithBaseURL(secret), scheme},
		"base URL is not a URL":    {flexflow.WithBaseURL("https://SK1:" + secret + "@%zz"), "malformed"},
		"base URL with a %":        {flexflow.WithBaseURL("https://SK1:" + secret + "%zz@example.com"), "malformed"},
		"base URL of user info":    {flexflow.WithBaseURL("https://SK1:" + secret + "@"), scheme},
		"base URL with user info":  {flexflow.WithBaseURL("https://SK1:" + secret + "@example.com"), "user info"},
		"base URL with a user":     {flexflow.WithBaseURL("https://" + secret + "@example.com"), "user info"},
		"http with user info":      {flexflow.WithBaseURL("http://SK1:" + secret + "@example.com"), "user info"},
		"base URL with a query":    {flexflow.WithBaseURL("https://example.com/?token=" + secret), "query"},
		"base URL ends in ?":       {flexflow.WithBaseURL("https://example.com?"), "query"},
		"base URL with a fragment": {flexflow.WithBaseURL("https://example.com#" + secret), "fragment"},
		"http with a fragment":     {flexflow.WithBaseURL("http://example.com#" + secret), "fragment"},
		"base URL ends in #":       {flexflow.WithBaseURL("https://example.com#"), "fragment"},
		"plain http": {
			flexflow.WithBaseURL("http://example.com"),
			"plain http to example.com: use https, or WithInsecureHTTP to send the credentials in the clear",
		},
		"plain http with a port":  {flexflow.WithBaseURL("http://example.com:8080"), "plain http to example.com:8080"},
		"plain http to 0.0.0.0":   {flexflow.WithBaseURL("http://0.0.0.0"), "plain http"},
		"plain http, looks local": {flexflow.WithBaseURL("http://127.0.0.1.example.com"), "plain http"},
		"plain http, name local":  {flexflow.WithBaseURL("http://localhost.example.com"), "plain http"},
		"region without an edge": {
			flexflow.WithRegion("xx9"),
			"the region xx9 has no edge of its own: give one with WithEdge or TWILIO_EDGE",
		},
		"region with a dot":        {flexflow.WithRegion("evil.com/"), "region is not a host label"},
		"region is a hyphen":       {flexflow.WithRegion("-"), "region is not a host label"},
		"region ends in a hyphen":  {flexflow.WithRegion("ie1-"), "region is not a host label"},
		"region begins with one":   {flexflow.WithRegion("-ie1"), "region is not a host label"},
		"edge with a slash":        {flexflow.WithEdge("evil/"), "edge is not a host label"},
		"edge in capitals":         {flexflow.WithEdge("Dublin"), "edge is not a host label"},
		"edge is a hyphen":         {flexflow.WithEdge("-"), "edge is not a host label"},
		"edge ends in a hyphen":    {flexflow.WithEdge("dublin-"), "edge is not a host label"},
		"long region":              {flexflow.WithRegion(strings.Repeat("a", 64)), "region is not a host label"},
		"nil HTTP client":          {flexflow.WithHTTPClient(nil), "HTTP client is nil"},
		"timeout of zero":          {flexflow.WithTimeout(0), "timeout is 0s"},
		"timeout below zero":       {flexflow.WithTimeout(-time.Second), "timeout is -1s"},
		"retries below zero":       {flexflow.WithRetries(-1), "retries is -1"},
		"unknown mode":             {flexflow.WithValidation(7), "no validation mode 7"},
		"negative mode":            {flexflow.WithValidation(-1), "no validation mode -1"},
		"line break in user agent": {flexflow.WithUserAgent("a\r\nX: y"), "user agent"},
		"limit of zero":            {flexflow.WithMaxResponseBytes(0), "limit of a response is 0 bytes"},
		"nil option":               {nil, "option is nil"},
	} {
		t.Run(name, func(t *testing.T) {
			client, err := withCredentials(test.opt)
			checkInvalidConfig(t, client, err, test.want)
		})
	}
}

func checkInvalidConfig(t *testing.T, client *flexflow.Client, err error, want string) {
	t.Helper()
	if client != nil || !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Fatalf("client %v, error %v, want ErrInvalidConfig", client, err)
	}
	if message := err.Error(); !strings.Contains(message, want) || !isOneLine(message) {
		t.Errorf("message %q, want one line with %q", message, want)
	}
	checkSecret(t, []string{secret}, err)
}

func TestNewFromEnv(t *testing.T) {
	for name, test := range map[string]struct {
		env  string // without the prefix TWILIO_
		opts []flexflow.Option
		want string // the requested host, or part of the error
	}{
		"nothing set":     {"", nil, "TWILIO_ACCOUNT_SID is not set"},
		"no auth token":   {"ACCOUNT_SID=AC", nil, "TWILIO_AUTH_TOKEN is not set"},
		"no account SID":  {"AUTH_TOKEN=x", nil, "TWILIO_ACCOUNT_SID is not set"},
		"no API secret":   {"API_KEY=SK ACCOUNT_SID=AC AUTH_TOKEN=x", nil, "TWILIO_API_SECRET is not set"},
		"no API key":      {"API_SECRET=x", nil, "TWILIO_API_KEY is not set"},
		"auth token":      {"ACCOUNT_SID=AC AUTH_TOKEN=x", nil, "https://flex-api.twilio.com/"},
		"API key":         {"API_KEY=SK API_SECRET=x", nil, "https://flex-api.twilio.com/"},
		"region":          {"API_KEY=SK API_SECRET=x REGION=au1", nil, "https://flex-api.sydney.au1.twilio.com/"},
		"region and edge": {"API_KEY=SK API_SECRET=x REGION=au1 EDGE=tokyo", nil, "https://flex-api.tokyo.au1.twilio.com/"},
		"an option over a region": {
			"API_KEY=SK API_SECRET=x REGION=au1", []flexflow.Option{flexflow.WithRegion("ie1")},
			"https://flex-api.dublin.ie1.twilio.com/",
		},
		"a region without an edge": {
			"API_KEY=SK API_SECRET=x REGION=xx9", nil,
			"the region xx9 has no edge of its own: give one with WithEdge or TWILIO_EDGE",
		},
		"a region that ends in a hyphen": {
			"API_KEY=SK API_SECRET=x REGION=ie1-", nil, "TWILIO_REGION: the region is not a host label",
		},
		"a hostile region": {
			"API_KEY=SK API_SECRET=x REGION=evil.com#", nil,
			"TWILIO_REGION: the region is not a host label",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range []string{"ACCOUNT_SID", "AUTH_TOKEN", "API_KEY", "API_SECRET", "REGION", "EDGE"} {
				t.Setenv("TWILIO_"+variable, "")
			}
			for _, assignment := range strings.Fields(test.env) {
				variable, value, _ := strings.Cut(assignment, "=")
				t.Setenv("TWILIO_"+variable, value)
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
