package flexflow

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// Credentials say who is asking. Make them with [AuthToken], [APIKey] or [Bearer].
//
// The secret is held by a function alone, so that no way of printing or walking a Credentials, or a [Client] that was
// made with it, can come upon it.
type Credentials struct {
	authorize func(context.Context) (authorization, error)
	err       error // why New refuses them
}

// authorization is what one request carries, and what must not be repeated to anybody.
type authorization struct {
	header  []string // the value of the Authorization header, in the form that http.Header holds
	secrets []string
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
// before token does, the fetch does not wait for it.
func Bearer(token func(context.Context) (string, error)) Credentials {
	if token == nil {
		return badCredentials("the token function is nil")
	}
	return Credentials{authorize: func(ctx context.Context) (authorization, error) {
		t, err := within(ctx, token)
		if err != nil {
			return authorization{}, fmt.Errorf("get the bearer token: %w", err)
		}
		if t == "" || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return authorization{}, errors.New("get the bearer token: it is empty or has characters that no token has")
		}
		return authorization{header: []string{"Bearer " + t}, secrets: secrets(t)}, nil
	}}
}

// within calls token and waits for it no longer than the context lasts. Many a token function takes no context.
func within(ctx context.Context, token func(context.Context) (string, error)) (string, error) {
	type outcome struct {
		token    string
		err      error
		panicked any
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			o.panicked = recover()
			done <- o
		}()
		o.token, o.err = token(ctx)
	}()
	select {
	case o := <-done:
		if o.panicked != nil {
			panic(o.panicked) // where the caller can recover from it
		}
		return o.token, o.err
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
	encoded := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	a := authorization{header: []string{"Basic " + encoded}, secrets: secrets(encoded, password)}
	return Credentials{authorize: func(context.Context) (authorization, error) { return a, nil }}
}

func badCredentials(reason string) Credentials {
	return Credentials{err: fmt.Errorf("%w: %s", ErrInvalidConfig, reason)}
}
