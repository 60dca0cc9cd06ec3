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
	var last atomic.Pointer[string]
	last.Store(new(string))
	return Credentials{authorize: func(ctx context.Context) (wire.Authorization, error) {
		t, err := within(ctx, busy, token)
		if err == nil && (t == "" || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' })) {
			err = errors.New("it is empty or contains an invalid character")
		}
		if err != nil { // its text may contain a token
			return wire.NewAuthorization("", t, *last.Load()), fmt.Errorf("get the bearer token: %w", err)
		}
		last.Store(&t)
		return wire.NewAuthorization("Bearer "+t, t), nil
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
	type result struct {
		token string
		err   error
	}
	done := make(chan func() result, 1)
	start(done, func() (r result) {
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
	encoded := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	return wire.NewAuthorization("Basic "+encoded, encoded, base64.URLEncoding.EncodeToString([]byte(user+":"+password)), password)
}

func badCredentials(reason string) Credentials {
	return Credentials{err: fmt.Errorf("%w: %s", ErrInvalidConfig, reason)}
}
