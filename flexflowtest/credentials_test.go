package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

func TestHandler_accept(t *testing.T) {
	t.Parallel()
	const (
		keySID    = "SK0123456789abcdef0123456789abcdef"
		keySecret = "secret-of-the-key"
		token     = "token.of-the:test"
	)
	bearer := func(token string) flexflow.Credentials {
		return flexflow.Bearer(func(context.Context) (string, error) { return token, nil })
	}
	all := map[string]flexflow.Credentials{
		"default":         flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		"other account":   flexflow.AuthToken("AC00000000000000000000000000000000", flexflowtest.AuthToken),
		"key":             flexflow.APIKey(keySID, keySecret),
		"other secret":    flexflow.APIKey(keySID, keySecret+"x"),
		"other key":       flexflow.APIKey("SK1", keySecret),
		"token":           bearer(token),
		"other token":     bearer(token + "x"),
		"secret as token": bearer(keySecret),
		"token as secret": flexflow.AuthToken(flexflowtest.AccountSID, token),
	}
	accept := map[string]func(*flexflowtest.Server){
		"default": func(s *flexflowtest.Server) { s.AcceptBasic(flexflowtest.AccountSID, flexflowtest.AuthToken) },
		"key":     func(s *flexflowtest.Server) { s.AcceptBasic(keySID, keySecret) },
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
			for name, creds := range all {
				client, err := flexflow.New(creds, flexflow.WithBaseURL(srv.URL), flexflow.WithHTTPClient(srv.HTTPClient()))
				if err != nil {
					t.Fatal(err)
				}
				want := flexflow.ErrUnauthorized
				if slices.Contains(test.want, name) {
					want = nil
				}
				if got := fetch(t, client, storedSID).err; !errors.Is(got, want) {
					t.Errorf("%s: got %v, want %v", name, got, want)
				}
			}
			if err := fetch(t, srv.Client(), storedSID).err; err != nil {
				t.Errorf("Server.Client: %v", err)
			}
			if got := srv.Requests()[len(all)].Auth; got != test.last {
				t.Errorf("Server.Client sent %q, want %q", got, test.last)
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
