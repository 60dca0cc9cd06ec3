package flexflowtest_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

func TestHandler_accept(t *testing.T) {
	t.Parallel()
	const account, key, token = flexflowtest.AccountSID, "SK0123456789abcdef0123456789abcdef", "token.of-the:test"
	basic := func(user, password string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
	}
	headers := map[string]string{
		"default":         basic(account, flexflowtest.AuthToken),
		"other account":   basic("AC00000000000000000000000000000000", flexflowtest.AuthToken),
		"key":             basic(key, "secret"),
		"other secret":    basic(key, "secretx"),
		"other key":       basic("SK1", "secret"),
		"token":           "Bearer " + token,
		"other token":     "Bearer " + token + "x",
		"secret as token": "Bearer secret",
		"token as secret": basic(account, token),
	}
	accept := map[string]func(*flexflowtest.Server){
		"default": func(s *flexflowtest.Server) { s.AcceptBasic(account, flexflowtest.AuthToken) },
		"key":     func(s *flexflowtest.Server) { s.AcceptBasic(key, "secret") },
		"token":   func(s *flexflowtest.Server) { s.AcceptBearer(token) },
	}
	for _, test := range []struct {
		named []string // the calls of AcceptBasic and AcceptBearer
		want  []string // the accepted credentials
		last  string   // the kind of the last of them, which Server.Client uses
	}{
		{nil, []string{"default"}, "basic"},
		{[]string{"key"}, []string{"key"}, "basic"},
		{[]string{"token"}, []string{"token"}, "bearer"},
		{[]string{"token", "key"}, []string{"token", "key"}, "basic"},
		{[]string{"default", "token"}, []string{"default", "token"}, "bearer"},
	} {
		t.Run(fmt.Sprint(test.named), func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			for _, name := range test.named {
				accept[name](srv)
			}
			if got := fetch(t, srv.Client(), storedSID); !fetched(got) || srv.Requests()[0].Auth != test.last {
				t.Errorf("Server.Client got %v with %q credentials", got.err, srv.Requests()[0].Auth)
			}
			for name, header := range headers {
				want := map[bool]int{true: 200, false: 401}[slices.Contains(test.want, name)]
				req := newRequest(t, "GET", flowPath+storedSID)
				req.Header.Set("Authorization", header)
				if got := serve(srv, req).Code; got != want {
					t.Errorf("%s: got %d, want %d", name, got, want)
				}
			}
		})
	}
}

// The kind of credentials is never copied from the header that a client sends.
func TestRequests_auth(t *testing.T) {
	t.Parallel()
	const secret = "very-secret"
	for header, want := range map[string]string{
		"":                           "",
		"Basic QUM6dmVyeS1zZWNyZXQ=": "basic", // AC:very-secret
		"bAsIc QUM6dmVyeS1zZWNyZXQ=": "basic",
		"BEARER " + secret:           "bearer",
		"Bearer":                     "bearer",
		"Basic " + secret:            "other", // not base64 of a user name and a password
		"Basic":                      "other",
		"Digest " + secret:           "other",
		secret:                       "other",
		secret + " x":                "other",
		"basic" + secret:             "other",
	} {
		h := flexflowtest.NewHandler()
		req := newRequest(t, "GET", flowPath+storedSID)
		if req.Header.Set("Authorization", header); header == "" {
			req.Header.Del("Authorization")
		}
		status, received := serve(h, req).Code, h.Requests()[0]
		if received.Auth != want || status != 401 {
			t.Errorf("%q: got %q and status %d, want %q and 401", header, received.Auth, status, want)
		}
		if dump := fmt.Sprintf("%+v", received); strings.Contains(dump, secret) || strings.Contains(dump, "QUM6") {
			t.Errorf("%q: the request has the secret: %s", header, dump)
		}
	}
}
