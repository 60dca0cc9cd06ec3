// Command twilio fetches one flow with twilio-go and prints its name.
package main

import (
	"fmt"
	"log"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/twilio/twilio-go"
	"github.com/twilio/twilio-go/client"
)

func main() {
	baseURL, user, password, sid := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	base, err := url.Parse(baseURL)
	if err != nil {
		log.Fatal(err)
	}
	// twilio-go has no option for the base URL.
	rest := twilio.NewRestClientWithParams(twilio.ClientParams{Client: &client.Client{
		Credentials: client.NewCredentials(user, password),
		HTTPClient:  &http.Client{Transport: rewrite{base}, Timeout: 10 * time.Second},
	}})
	flow, err := rest.FlexV1.FetchFlexFlow(sid)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(*flow.FriendlyName)
}

// rewrite sends every request to another scheme and host.
type rewrite struct{ base *url.URL }

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	u := *req.URL
	u.Scheme, u.Host = r.base.Scheme, r.base.Host
	req = req.WithContext(req.Context())
	req.URL, req.Host = &u, u.Host
	return http.DefaultTransport.RoundTrip(req)
}
