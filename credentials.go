package flexflow

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/flexflow-go/flexflow/internal/secret"
)

// Credentials authenticate requests. Make them with [AuthToken], [APIKey] or [Bearer]; [New] rejects the zero value.
//
// Printing, encoding or reflecting on Credentials or a [Client] does not show the secret, which is inside a function.
type Credentials struct {
	authorize secret.Authorize
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

// Bearer authenticates with an OAuth access token, which Twilio issues for OAuth client credentials. It calls token
// before each attempt, with the context of the attempt. With an oauth2.TokenSource:
//
//	flexflow.Bearer(func(context.Context) (string, error) {
//		token, err := source.Token()
//		if err != nil {
//			return "", err
//		}
//		return token.AccessToken, nil
//	})
//
// When token returns an error, nothing is sent and the fetch returns a [*TransportError] that wraps it. When the
// context ends first, the fetch returns without waiting for token. Only one call of token runs at a time.
func Bearer(token func(context.Context) (string, error)) Credentials {
	if token == nil {
		return badCredentials("the token function is nil")
	}
	return Credentials{authorize: secret.Bearer(token)}
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
	return Credentials{authorize: secret.Basic(user, password)}
}

func badCredentials(reason string) Credentials {
	return Credentials{err: fmt.Errorf("%w: %s", ErrInvalidConfig, reason)}
}
