package flexflowtest_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const (
	keySID    = "SK0123456789abcdef0123456789abcdef"
	keySecret = "secret-of-the-key"
	token     = "token.of-the:test"
)

func bearer(token string) flexflow.Credentials {
	return flexflow.Bearer(func(context.Context) (string, error) { return token, nil })
}

func TestHandler_accept(t *testing.T) {
	t.Parallel()
	all := map[string]flexflow.Credentials{
		"default":         flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		"key":             flexflow.APIKey(keySID, keySecret),
		"other secret":    flexflow.APIKey(keySID, keySecret+"x"),
		"other key":       flexflow.APIKey("SK1", keySecret),
		"token":           bearer(token),
		"other token":     bearer(token + "x"),
		"secret as token": bearer(keySecret),
		"token as secret": flexflow.AuthToken(flexflowtest.AccountSID, token),
	}
	accept := map[string]func(*flexflowtest.Handler){
		"default": func(h *flexflowtest.Handler) { h.AcceptBasic(flexflowtest.AccountSID, flexflowtest.AuthToken) },
		"key":     func(h *flexflowtest.Handler) { h.AcceptBasic(keySID, keySecret) },
		"token":   func(h *flexflowtest.Handler) { h.AcceptBearer(token) },
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
		check := func(t *testing.T, opts ...flexflow.Option) {
			t.Helper()
			for name, creds := range all {
				client, err := flexflow.New(creds, opts...)
				if err != nil {
					t.Fatal(err)
				}
				want := flexflow.ErrUnauthorized
				if slices.Contains(test.want, name) {
					want = nil
				}
				if _, err := client.FetchFlexFlow(t.Context(), storedSID); !errors.Is(err, want) {
					t.Errorf("%s: got %v, want %v", name, err, want)
				}
			}
		}
		t.Run(fmt.Sprint(test.named, "/socket"), func(t *testing.T) {
			t.Parallel()
			srv := newServer(t)
			for _, name := range test.named {
				accept[name](srv.Handler)
			}
			check(t, flexflow.WithBaseURL(srv.URL), flexflow.WithHTTPClient(srv.HTTPClient()))
			if _, err := srv.Client().FetchFlexFlow(t.Context(), storedSID); err != nil {
				t.Errorf("Server.Client: %v", err)
			}
			requests := srv.Requests()
			if got := requests[len(requests)-1].Auth; got != test.last {
				t.Errorf("Server.Client sent %q, want %q", got, test.last)
			}
		})
		t.Run(fmt.Sprint(test.named, "/transport"), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHandler(t)
				for _, name := range test.named {
					accept[name](h)
				}
				check(t, flexflow.WithHTTPClient(&http.Client{Transport: h.Transport()}))
			})
		})
	}
}

// The kind of credentials is never copied from the header that a client sends.
func TestRequests_auth(t *testing.T) {
	t.Parallel()
	const secret = "very-secret"
	srv := flexflowtest.NewServer(t)
	for _, client := range []*http.Client{srv.HTTPClient(), {Transport: srv.Transport()}} {
		for header, want := range map[string]string{
			"":                           "",
			"Basic QUM6dmVyeS1zZWNyZXQ=": "basic", // AC:very-secret
			"bAsIc QUM6dmVyeS1zZWNyZXQ=": "basic",
			"Bearer " + secret:           "bearer",
			"BEARER " + secret:           "bearer",
			"Bearer":                     "bearer",
			"Basic " + secret:            "other", // not base64 of a user name and a password
			"Basic":                      "other",
			"Digest " + secret:           "other",
			secret:                       "other",
			secret + " x":                "other",
			"basic" + secret:             "other",
			"basic":                      "other", "other": "other",
		} {
			req := newRequest(t, "GET", srv.URL+flowPath+storedSID)
			if req.Header.Set("Authorization", header); header == "" {
				req.Header.Del("Authorization")
			}
			resp, _ := do(t, client, req)
			requests := srv.Requests()
			last := requests[len(requests)-1]
			if last.Auth != want || resp.StatusCode != 401 {
				t.Errorf("%q: got %q and status %d, want %q and 401", header, last.Auth, resp.StatusCode, want)
			}
			if dump := fmt.Sprintf("%+v", last); strings.Contains(dump, secret) || strings.Contains(dump, "QUM6") {
				t.Errorf("%q: the request has the secret: %s", header, dump)
			}
		}
	}
}
