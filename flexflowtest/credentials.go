package flexflowtest

import (
	"context"
	"net/http"
	"strings"

	"github.com/flexflow-go/flexflow"
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

// credentialsOf reads the Authorization header. The kind is never a part of it, because a client may send a secret where
// the scheme belongs.
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

// AcceptBasic makes the fake accept this user name and password with HTTP basic auth, for example the SID of an API key
// and its secret. Once AcceptBasic or [Handler.AcceptBearer] is called, the fake accepts what their calls name and
// refuses everything else, [AccountSID] with [AuthToken] included.
func (h *Handler) AcceptBasic(user, password string) {
	h.t.Helper()
	if user == "" || password == "" {
		h.t.Fatalf("flexflowtest: AcceptBasic: the user name or the password is empty")
	}
	h.accept(credentials{"basic", user, password})
}

// AcceptBearer makes the fake accept this bearer token, and otherwise does the same as [Handler.AcceptBasic].
func (h *Handler) AcceptBearer(token string) {
	h.t.Helper()
	if token == "" {
		h.t.Fatalf("flexflowtest: AcceptBearer: the token is empty")
	}
	h.accept(credentials{"bearer", "", token})
}

func (h *Handler) accept(c credentials) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.named = append(h.named, c)
}

// accepted returns the credentials that the fake accepts.
func (h *Handler) accepted() []credentials {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.named) == 0 {
		return []credentials{{"basic", AccountSID, AuthToken}}
	}
	return h.named
}

// forClient returns the credentials in the form in which a client takes them.
func (c credentials) forClient() flexflow.Credentials {
	if c.kind == "bearer" {
		return flexflow.Bearer(func(context.Context) (string, error) { return c.secret, nil })
	}
	return flexflow.AuthToken(c.user, c.secret)
}
