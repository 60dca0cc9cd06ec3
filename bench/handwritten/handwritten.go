// Package handwritten fetches a flow with only the standard library, and checks only the status. With a transport that keeps its
// connections it is the practical limit for the other clients.
package handwritten

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// FlexFlow has the fourteen attributes of a flow.
type FlexFlow struct {
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

// Fetch gets one flow.
func Fetch(ctx context.Context, client *http.Client, baseURL, user, password, sid string) (*FlexFlow, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, baseURL+"/v1/FlexFlows/"+sid, nil)
	if err != nil {
		return nil, err
	}
	req.SetBasicAuth(user, password)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("fetch %s: %s", sid, resp.Status)
	}
	flow := new(FlexFlow)
	return flow, json.NewDecoder(resp.Body).Decode(flow)
}
