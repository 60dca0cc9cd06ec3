package flexflow

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode"

	"github.com/flexflow-go/flexflow/internal/wire"
)

// Credentials authenticate requests. Make them with [AuthToken], [APIKey] or [Bearer]; [New] rejects the zero value.
//
// Only a function holds the secret, so printing, encoding or reflecting on a Credentials or a [Client] does not show it.
type Credentials struct {
	authorize func(context.Context) (wire.Authorization, error)
	err       error // why New rejects them
}

// AuthToken authenticates with an Account SID (AC...) and its auth token, as basicAuth in the contract.
func AuthToken(accountSID, authToken string) Credentials {
	return basicAuth("account SID", accountSID, "auth token", authToken)
}

// APIKey authenticates with the SID of an API key (SK...) and its secret, as basicAuth in the contract.
func APIKey(keySID, secret string) Credentials {
	return basicAuth("API key SID", keySID, "API key secret", secret)
}

// Bearer authenticates with an OAuth access token, which Twilio issues for OAuth client credentials. It calls token before
// each attempt, with the context of the attempt. With an oauth2.TokenSource:
//
//	flexflow.Bearer(func(context.Context) (string, error) {
//		token, err := source.Token()
//		if err != nil {
//			return "", err
//		}
//		return token.AccessToken, nil
//	})
//
// When token returns an error, nothing is sent and the fetch returns a [*TransportError] that wraps it. When the context
// ends first, the fetch returns without waiting for token. Only one call of token runs at a time.
func Bearer(token func(context.Context) (string, error)) Credentials {
	if token == nil {
		return badCredentials("the token function is nil")
	}
	busy := make(chan struct{}, 1)
	var last atomic.Pointer[wire.Authorization]
	last.Store(new(wire.Authorization))
	return Credentials{authorize: func(ctx context.Context) (wire.Authorization, error) {
		t, err := within(ctx, busy, token)
		if err == nil && (t == "" || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' })) {
			err = errors.New("it is empty or contains an invalid character")
		}
		if err != nil {
			return *last.Load(), fmt.Errorf("get the bearer token: %w", err) // its text may contain the previous token
		}
		a := wire.NewAuthorization("Bearer "+t, t)
		last.Store(&a)
		return a, nil
	}}
}

// within calls token, and returns when the context ends even if token does not. busy limits it to one call at a time, because a
// token function that ignores its context would leave a goroutine behind in each fetch.
func within(ctx context.Context, busy chan struct{}, token func(context.Context) (string, error)) (string, error) {
	select {
	case busy <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	var t string
	var err error
	var panicked any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { panicked = recover(); <-busy }()
		t, err = token(ctx)
	}()
	select {
	case <-done:
		if panicked != nil {
			panic(panicked) // in the goroutine of the caller
		}
		return t, err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func basicAuth(userName, user, passwordName, password string) Credentials {
	for _, part := range []struct{ name, value string }{{userName, user}, {passwordName, password}} {
		switch {
		case part.value == "":
			return badCredentials("the " + part.name + " is empty")
		case strings.TrimSpace(part.value) != part.value || strings.ContainsFunc(part.value, unicode.IsControl):
			return badCredentials("the " + part.name + " has white space around it or a control character in it")
		}
	}
	if strings.Contains(user, ":") {
		return badCredentials("the " + userName + " has a colon in it")
	}
	a := basicAuthorization(user, password)
	return Credentials{authorize: func(context.Context) (wire.Authorization, error) { return a, nil }}
}

func basicAuthorization(user, password string) wire.Authorization {
	both, secret := []byte(user+":"+password), []byte(password)
	encoded := base64.StdEncoding.EncodeToString(both)
	return wire.NewAuthorization("Basic "+encoded, encoded, base64.URLEncoding.EncodeToString(both), password,
		base64.StdEncoding.EncodeToString(secret), base64.URLEncoding.EncodeToString(secret))
}

func badCredentials(reason string) Credentials {
	return Credentials{err: fmt.Errorf("%w: %s", ErrInvalidConfig, reason)}
}
