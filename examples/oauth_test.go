package examples_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync/atomic"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/flexflow-go/flexflow"
)

// newOAuthAPI starts a fake of Twilio's API that issues and requires an access token. It counts the issued tokens.
func newOAuthAPI() (api *httptest.Server, tokens *atomic.Int32) {
	const token = "an-access-token"
	tokens = new(atomic.Int32)
	flows := newFake()
	flows.AcceptBearer(token)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/token", func(w http.ResponseWriter, r *http.Request) {
		authorized := r.FormValue("client_id") == "OQ0123" && r.FormValue("client_secret") == "a-client-secret"
		if r.FormValue("grant_type") != "client_credentials" || !authorized {
			http.Error(w, "unknown client", http.StatusUnauthorized)
			return
		}
		tokens.Add(1)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"access_token": "`+token+`", "token_type": "Bearer", "expires_in": 3600}`)
	})
	mux.Handle("/", flows)
	return httptest.NewServer(mux), tokens
}

// Bearer authenticates with the client credentials of an OAuth app. The token source caches the token until it is about
// to expire.
func Example_oauth() {
	api, tokens := newOAuthAPI() // instead of Twilio's API
	defer api.Close()

	app := clientcredentials.Config{
		ClientID:     "OQ0123",
		ClientSecret: "a-client-secret",
		TokenURL:     api.URL + "/v2/token", // https://oauth.twilio.com/v2/token
		AuthStyle:    oauth2.AuthStyleInParams,
	}
	source := app.TokenSource(context.Background())
	client, err := flexflow.New(flexflow.Bearer(func(context.Context) (string, error) {
		token, err := source.Token()
		if err != nil {
			return "", err
		}
		return token.AccessToken, nil
	}), flexflow.WithBaseURL(api.URL))
	if err != nil {
		log.Fatal(err)
	}
	for range 2 {
		flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(flexflow.Value(flow.FriendlyName))
	}
	fmt.Println("tokens issued:", tokens.Load())
	// Output:
	// Web chat to Studio
	// Web chat to Studio
	// tokens issued: 1
}
