package flexflowtest

import (
	"net/http"
	"strings"
)

// The credentials that the fake accepts by default, with HTTP basic auth. They are public and of no use elsewhere.
const (
	AccountSID = "AC0123456789abcdef0123456789abcdef" // the account in the contract's examples
	AuthToken  = "notARealAuthToken"
)

// credentials are the content of an Authorization header. The zero value is for a request without one.
type credentials struct {
	kind         string // "basic", "bearer" or "other"
	user, secret string
}

// credentialsOf parses the Authorization header. It copies no unknown scheme, which may be a secret.
func credentialsOf(r *http.Request) credentials {
	value := r.Header.Get("Authorization")
	scheme, token, _ := strings.Cut(value, " ")
	user, password, isBasic := r.BasicAuth()
	switch {
	case value == "":
		return credentials{}
	case isBasic:
		return credentials{"basic", user, password}
	case strings.EqualFold(scheme, "bearer"):
		return credentials{"bearer", "", token}
	}
	return credentials{kind: "other"}
}

// AcceptBasic makes the fake accept this user name and password with HTTP basic auth, for example the SID and the
// secret of an API key. The first call of AcceptBasic or [Handler.AcceptBearer] replaces the default credentials,
// [AccountSID] and [AuthToken]; each further call adds credentials.
func (h *Handler) AcceptBasic(user, password string) {
	h.accept(credentials{"basic", user, password})
}

// AcceptBearer makes the fake accept this bearer token. It replaces or adds credentials like [Handler.AcceptBasic].
func (h *Handler) AcceptBearer(token string) {
	h.accept(credentials{"bearer", "", token})
}

func (h *Handler) accept(c credentials) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.named = append(h.named, c)
}

func (h *Handler) accepted() []credentials {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.named) == 0 {
		return []credentials{{"basic", AccountSID, AuthToken}}
	}
	return h.named
}
