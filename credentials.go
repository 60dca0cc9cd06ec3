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

// Credentials say who is asking. Make them with [AuthToken], [APIKey] or [Bearer].
//
// The secret is held by a function alone, so that no way of printing or walking a Credentials, or a [Client] that was
// made with it, can come upon it.
type Credentials struct {
	authorize func(context.Context) (wire.Authorization, error)
	err       error // why New refuses them
}

// AuthToken is basicAuth of the contract, HTTP basic auth, with an Account SID (AC...) and its auth token.
func AuthToken(accountSID, authToken string) Credentials {
	return basicAuth("account SID", accountSID, "auth token", authToken)
}

// APIKey is basicAuth of the contract, HTTP basic auth, with the SID of an API key (SK...) and its secret.
func APIKey(keySID, secret string) Credentials {
	return basicAuth("API key SID", keySID, "API key secret", secret)
}

// Bearer asks token for an OAuth access token before each attempt, with the attempt's context, and sends what it
// returns; Twilio gives such tokens for OAuth client credentials. With an oauth2.TokenSource:
//
//	flexflow.Bearer(func(context.Context) (string, error) {
//		token, err := source.Token()
//		if err != nil {
//			return "", err
//		}
//		return token.AccessToken, nil
//	})
//
// When token fails, nothing is sent and the fetch ends in a [*TransportError] that wraps its error. When the context ends
// before token does, the fetch does not wait for it. Only one call of token runs at a time; other fetches wait for it.
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
			err = errors.New("it is empty or has a character that no token has")
		}
		if err != nil {
			return *last.Load(), fmt.Errorf("get the bearer token: %w", err) // its text may repeat the token before
		}
		a := wire.NewAuthorization("Bearer "+t, t)
		last.Store(&a)
		return a, nil
	}}
}

// within calls token and waits for it no longer than the context lasts. busy lets one call run at a time, because a token
// function that ignores its context would leave a goroutine for each fetch.
func within(ctx context.Context, busy chan struct{}, token func(context.Context) (string, error)) (t string, err error) {
	select {
	case busy <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	done := make(chan func(), 1) // sets the results, or panics where the caller can recover from it
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- func() { panic(p) }
			}
			<-busy
		}()
		got, failed := token(ctx)
		done <- func() { t, err = got, failed }
	}()
	select {
	case set := <-done:
		set()
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
	both, alone := []byte(user+":"+password), []byte(password)
	encoded := base64.StdEncoding.EncodeToString(both)
	return wire.NewAuthorization("Basic "+encoded, encoded, base64.URLEncoding.EncodeToString(both), password,
		base64.StdEncoding.EncodeToString(alone), base64.URLEncoding.EncodeToString(alone))
}

func badCredentials(reason string) Credentials {
	return Credentials{err: fmt.Errorf("%w: %s", ErrInvalidConfig, reason)}
}
