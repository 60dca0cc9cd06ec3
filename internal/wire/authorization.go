package wire

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// Authorize returns the credentials of one request.
type Authorize func(context.Context) (Authorization, error)

// Authorization is the credentials of one request, and the parts of the secrets in them.
type Authorization struct {
	header string
	parts  func() map[string]bool // made when the first text is redacted, which most requests do not need
}

func newAuthorization(header string, secrets ...string) Authorization {
	return Authorization{header, sync.OnceValue(func() map[string]bool {
		parts := map[string]bool{}
		for _, secret := range secrets {
			if len(secret) < enough {
				continue
			}
			for _, form := range append(inBase64(secret), secret, unescape(secret), strings.ReplaceAll(secret, " ", "+")) {
				form = lower(form)
				for at := range len(form) - enough + 1 {
					parts[form[at:at+enough]] = true
				}
			}
		}
		return parts
	})}
}

// and returns a with the secrets of another authorization too: a server may repeat the token of an earlier attempt.
func (a Authorization) and(other Authorization) Authorization {
	if other.parts == nil || a.header == other.header {
		return a
	}
	own := a.parts
	a.parts = sync.OnceValue(func() map[string]bool {
		parts := maps.Clone(other.parts())
		maps.Copy(parts, own())
		return parts
	})
	return a
}

// Basic authorizes with a user name and a password.
func Basic(user, password string) Authorize {
	both := []byte(user + ":" + password)
	encoded := base64.StdEncoding.EncodeToString(both)
	a := newAuthorization("Basic "+encoded, encoded, base64.URLEncoding.EncodeToString(both), password)
	return func(context.Context) (Authorization, error) { return a, nil }
}

// Bearer authorizes with a token from a function, which it calls each time.
func Bearer(token func(context.Context) (string, error)) Authorize {
	busy := make(chan struct{}, 1)
	var last atomic.Pointer[string]
	last.Store(new(string))
	return func(ctx context.Context) (Authorization, error) {
		t, err := within(ctx, busy, token)
		if err == nil && (t == "" || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' })) {
			err = errors.New("it is empty or contains an invalid character")
		}
		if err != nil { // its text may contain a token
			return newAuthorization("", t, *last.Load()), fmt.Errorf("get the bearer token: %w", err)
		}
		last.Store(&t)
		return newAuthorization("Bearer "+t, t), nil
	}
}

// within calls token, and returns when the context ends even if token does not. busy limits it to one call at a time, because a
// token function that ignores its context would leave a goroutine behind in each fetch.
func within(ctx context.Context, busy chan struct{}, token func(context.Context) (string, error)) (string, error) {
	select {
	case busy <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	type result struct {
		token string
		err   error
	}
	done := make(chan func() result, 1)
	Start(done, func() (r result) {
		r.token, r.err = token(ctx)
		return r
	}, func() { <-busy })
	select {
	case end := <-done:
		r := end()
		return r.token, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// AuthorizationOf returns the credentials of a request that another client sent.
func AuthorizationOf(req *http.Request) Authorization {
	if user, password, ok := req.BasicAuth(); ok {
		a, _ := Basic(user, password)(req.Context())
		return a
	}
	return newAuthorization("", strings.Fields(req.Header.Get("Authorization"))...)
}

// inBase64 returns the characters that every base64 text with the secret in it has: the bytes before the secret shift them.
func inBase64(secret string) (forms []string) {
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift, skip := range []int{0, 2, 3} {
			encoded := encoding.EncodeToString([]byte(strings.Repeat(" ", shift) + secret))
			if (shift+len(secret))%3 != 0 {
				encoded = encoded[:len(encoded)-1] // this one depends on the byte after the secret
			}
			forms = append(forms, encoded[skip:])
		}
	}
	return forms
}
