// Command handwritten fetches with only the standard library, and checks only the status.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"time"

	"github.com/flexflow-go/flexflow/bench/program"
)

var keep = flag.Bool("keep", false, "keep as many idle connections as this library")

// flexFlow has the fourteen attributes of a flow.
type flexFlow struct {
	SID             *string        `json:"sid"`
	AccountSID      *string        `json:"account_sid"`
	ChatServiceSID  *string        `json:"chat_service_sid"`
	FriendlyName    *string        `json:"friendly_name"`
	ChannelType     *string        `json:"channel_type"`
	ContactIdentity *string        `json:"contact_identity"`
	Enabled         *bool          `json:"enabled"`
	IntegrationType *string        `json:"integration_type"`
	Integration     map[string]any `json:"integration"`
	JanitorEnabled  *bool          `json:"janitor_enabled"`
	LongLived       *bool          `json:"long_lived"`
	DateCreated     *time.Time     `json:"date_created"`
	DateUpdated     *time.Time     `json:"date_updated"`
	URL             *string        `json:"url"`
}

func main() { program.Main(newFetch, nil) }

func newFetch(baseURL string, transport http.RoundTripper) program.Fetch {
	if *keep {
		kept := http.DefaultTransport.(*http.Transport).Clone()
		kept.MaxIdleConnsPerHost = 100
		transport = kept
	}
	client := &http.Client{Transport: transport}
	return func(ctx context.Context) error {
		url := baseURL + "/v1/FlexFlows/" + program.SID
		req := program.Must(http.NewRequestWithContext(ctx, http.MethodGet, url, nil))
		req.SetBasicAuth(program.User, program.Password)
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("fetch %s: %s", program.SID, resp.Status)
		}
		return json.NewDecoder(resp.Body).Decode(new(flexFlow))
	}
}
