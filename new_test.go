package flexflow_test

import (
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

func TestNew_baseURL(t *testing.T) {
	t.Parallel()
	const gateway = "https://gateway.example.com:8443/twilio/a"
	region, edge, base := flexflow.WithRegion, flexflow.WithEdge, flexflow.WithBaseURL
	longest := "a-z09" + strings.Repeat("x", 58)
	for want, opts := range map[string][]flexflow.Option{
		"https://flex-api.twilio.com":                        {region(""), edge(""), base("")},
		"https://flex-api.sydney.au1.twilio.com":             {region("au1")},
		"https://flex-api.sao-paulo.br1.twilio.com":          {region("br1")},
		"https://flex-api.frankfurt.de1.twilio.com":          {region("de1")},
		"https://flex-api.dublin.ie1.twilio.com":             {region("ie1")},
		"https://flex-api.tokyo.jp1.twilio.com":              {region("jp1")},
		"https://flex-api.osaka.jp2.twilio.com":              {region("jp2")},
		"https://flex-api.singapore.sg1.twilio.com":          {region("sg1")},
		"https://flex-api.ashburn.us1.twilio.com":            {region("us1")},
		"https://flex-api.umatilla.us2.twilio.com":           {region("us2")},
		"https://flex-api.dublin.us1.twilio.com":             {edge("dublin")},
		"https://flex-api.dublin.au1.twilio.com":             {region("au1"), edge("dublin")},
		"https://flex-api.dublin.xx9.twilio.com":             {region("xx9"), edge("dublin")},
		"https://flex-api.dublin." + longest + ".twilio.com": {region(longest), edge("dublin")},
		"https://flex-api." + longest + ".us1.twilio.com":    {edge(longest)},
		gateway:               {region("xx9"), base(gateway)},
		"https://example.com": {region("ie1"), edge("dublin"), base("HTTPS://example.com/")},
		"http://127.8.8.8":    {base("http://127.8.8.8")},
		"http://[::1]:80/x":   {base("http://[::1]:80/x")},
		"http://localhost:1":  {base("http://LocalHost:1")}, // net/http bypasses a proxy only for the name in lower case
		"http://example.com":  {base("http://example.com"), flexflow.WithInsecureHTTP()},
	} {
		if got := asked(t, withCredentials, opts...); got != want+flowPath {
			t.Errorf("asked %s, want %s", got, want)
		}
	}
}

const secret = "the-secret-of-the-test"

func TestNew_invalidCredentials(t *testing.T) {
	t.Parallel()
	for want, invalid := range map[string][]flexflow.Credentials{ // part of the message
		"no credentials":          {{}},
		"account SID is empty":    {flexflow.AuthToken("", "x")},
		"auth token is empty":     {flexflow.AuthToken("x", "")},
		"API key SID is empty":    {flexflow.APIKey("", "x")},
		"API key secret is empty": {flexflow.APIKey("x", ""), flexflow.APIKey(secret, "")},
		"colon":                   {flexflow.AuthToken("a:b", "x"), flexflow.APIKey("SK1:"+secret, "x")},
		"white space":             {flexflow.AuthToken("a", secret+"\n"), flexflow.APIKey("SK1", secret+" ")},
		"control character":       {flexflow.AuthToken("a", secret+"\x00x")},
		"token function is nil":   {flexflow.Bearer(nil)},
	} {
		for _, creds := range invalid {
			client, err := flexflow.New(creds)
			checkInvalidConfig(t, client, err, want)
		}
	}
}

func TestNew_invalidConfig(t *testing.T) {
	t.Parallel()
	for want, urls := range map[string][]string{ // part of the message
		"must begin with https:// or http://": {
			"example.com", "https://", "https://:443", "/v1", "https:example.com", "ftp://example.com", secret,
			"https://SK1:" + secret + "@%zz", "https://SK1:" + secret + "%zz@example.com", "https://SK1:" + secret + "@",
		},
		"user info": {
			"https://SK1:" + secret + "@example.com", "https://" + secret + "@example.com",
			"http://SK1:" + secret + "@example.com", "https://:" + secret + "@example.com",
		},
		"query": {"https://example.com/?token=" + secret, "https://example.com?"},
		"fragment": {
			"https://example.com#" + secret, "http://example.com#" + secret, "https://example.com#",
		},
		"plain http to example.com: use https, or WithInsecureHTTP to send the credentials in the clear": {
			"http://example.com",
		},
		"plain http to example.com:8080": {"http://example.com:8080"},
		"plain http":                     {"http://0.0.0.0", "http://127.0.0.1.example.com", "http://localhost.example.com"},
	} {
		for _, url := range urls {
			client, err := withCredentials(flexflow.WithBaseURL(url))
			checkInvalidConfig(t, client, err, want)
		}
	}
	for want, options := range map[string][]flexflow.Option{
		"the region xx9 has no edge of its own: give one with WithEdge or TWILIO_EDGE": {flexflow.WithRegion("xx9")},
		"region is not a host label": {
			flexflow.WithRegion("evil.com/"), flexflow.WithRegion("-"), flexflow.WithRegion("ie1-"),
			flexflow.WithRegion("-ie1"), flexflow.WithRegion(strings.Repeat("a", 64)),
		},
		"edge is not a host label": {
			flexflow.WithEdge("evil/"), flexflow.WithEdge("Dublin"), flexflow.WithEdge("-"), flexflow.WithEdge("dublin-"),
		},
		"HTTP client is nil":             {flexflow.WithHTTPClient(nil)},
		"timeout is 0s":                  {flexflow.WithTimeout(0)},
		"timeout is -1s":                 {flexflow.WithTimeout(-time.Second)},
		"retries is -1":                  {flexflow.WithRetries(-1)},
		"longest wait is -1s":            {flexflow.WithMaxWait(-time.Second)},
		"no validation mode 7":           {flexflow.WithValidation(7)},
		"no validation mode -1":          {flexflow.WithValidation(-1)},
		"user agent":                     {flexflow.WithUserAgent("a\r\nX: y")},
		"limit of a response is 0 bytes": {flexflow.WithMaxResponseBytes(0)},
		"option is nil":                  {nil},
	} {
		for _, option := range options {
			client, err := withCredentials(option)
			checkInvalidConfig(t, client, err, want)
		}
	}
}

func checkInvalidConfig(t *testing.T, client *flexflow.Client, err error, want string) {
	t.Helper()
	if client != nil || !errors.Is(err, flexflow.ErrInvalidConfig) {
		t.Fatalf("client %v, error %v, want ErrInvalidConfig with %q", client, err, want)
	}
	if message := err.Error(); !strings.Contains(message, want) || !isOneLine(message) {
		t.Errorf("message %q, want one line with %q", message, want)
	}
	checkSecret(t, []string{secret}, err)
}

func TestNewFromEnv(t *testing.T) {
	const key = "API_KEY=SK API_SECRET=x "
	dublin := flexflow.WithRegion("ie1")
	for _, test := range []struct {
		env  string // without the prefix TWILIO_
		opts []flexflow.Option
		want string // the requested host, or part of the error
	}{
		{"", nil, "TWILIO_ACCOUNT_SID is not set"},
		{"ACCOUNT_SID=AC", nil, "TWILIO_AUTH_TOKEN is not set"},
		{"AUTH_TOKEN=x", nil, "TWILIO_ACCOUNT_SID is not set"},
		{"API_KEY=SK ACCOUNT_SID=AC AUTH_TOKEN=x", nil, "TWILIO_API_SECRET is not set"},
		{"API_SECRET=x", nil, "TWILIO_API_KEY is not set"},
		{"ACCOUNT_SID=AC AUTH_TOKEN=x", nil, "https://flex-api.twilio.com/"},
		{key, nil, "https://flex-api.twilio.com/"},
		{key + "REGION=au1", nil, "https://flex-api.sydney.au1.twilio.com/"},
		{key + "REGION=au1 EDGE=tokyo", nil, "https://flex-api.tokyo.au1.twilio.com/"},
		{key + "REGION=au1", []flexflow.Option{dublin}, "https://flex-api.dublin.ie1.twilio.com/"},
		{key + "REGION=xx9", nil, "the region xx9 has no edge of its own: give one with WithEdge or TWILIO_EDGE"},
		{key + "REGION=evil.com#", nil, "TWILIO_REGION: the region is not a host label"},
	} {
		t.Run(test.env, func(t *testing.T) {
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
			client, err := flexflow.NewFromEnv(test.opts...)
			checkInvalidConfig(t, client, err, test.want)
		})
	}
}
