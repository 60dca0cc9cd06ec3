// Package secret authorizes requests, and redacts the secrets in what a server repeats.
package secret

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"github.com/flexflow-go/flexflow/internal/future"
)

// Authorize returns the credentials of one request.
type Authorize func(context.Context) (Authorization, error)

// Authorization has the Authorization header of one request, and redacts the secrets in it.
type Authorization struct {
	Header string
	Redactor
}

// Basic authorizes with a user name and a password.
func Basic(user, password string) Authorize {
	both := []byte(user + ":" + password)
	encoded := base64.StdEncoding.EncodeToString(both)
	a := Authorization{"Basic " + encoded, redactorOf(encoded, base64.URLEncoding.EncodeToString(both), password)}
	return func(context.Context) (Authorization, error) { return a, nil }
}

// Bearer authorizes with a token from a function, which it calls each time.
func Bearer(token func(context.Context) (string, error)) Authorize {
	busy := make(chan struct{}, 1)
	var last atomic.Pointer[string]
	last.Store(new(string))
	return func(ctx context.Context) (Authorization, error) {
		t, err := callOne(ctx, busy, token)
		if err == nil && (t == "" || strings.ContainsFunc(t, func(r rune) bool { return r <= ' ' || r > '~' })) {
			err = errors.New("it is empty or contains an invalid character")
		}
		if err != nil { // its text may contain this token or the last one
			return Authorization{"", redactorOf(t, *last.Load())}, fmt.Errorf("get the bearer token: %w", err)
		}
		last.Store(&t)
		return Authorization{"Bearer " + t, redactorOf(t)}, nil
	}
}

// callOne calls token, and returns at the end of the context even if token does not return. The channel busy allows one
// call at a time. Otherwise, a token function that ignores its context would leave a goroutine behind in each fetch.
func callOne(ctx context.Context, busy chan struct{}, token func(context.Context) (string, error)) (string, error) {
	select {
	case busy <- struct{}{}:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	type result struct {
		token string
		err   error
	}
	call := future.Go(func() result {
		defer func() { <-busy }()
		t, err := token(ctx)
		return result{t, err}
	})
	select {
	case <-call.Done:
		r := call.Wait()
		return r.token, r.err
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// Of returns the redactor for the credentials of a request that another client sent.
func Of(req *http.Request) Redactor {
	if user, password, ok := req.BasicAuth(); ok {
		a, _ := Basic(user, password)(req.Context())
		return a.Redactor
	}
	return redactorOf(strings.Fields(req.Header.Get("Authorization"))...)
}
