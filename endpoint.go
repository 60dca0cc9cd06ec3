package flexflow

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/secret"
)

// target selects where requests go.
type target struct {
	baseURL, region, edge string
	insecureHTTP          bool
}

// endpoint returns the base URL of all requests: the configured one, or the server of the document with region and
// edge. No error contains the URL, which may contain a password.
func endpoint(t target) (*url.URL, error) {
	if t.baseURL == "" {
		return moveTo(t.region, t.edge, contract.Server())
	}
	u, err := url.Parse(t.baseURL)
	switch {
	case err != nil, u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, errors.New("the base URL is malformed: it must begin with https:// or http:// and have a host")
	case u.User != nil:
		return nil, errors.New("the base URL has user info: give the credentials to New only")
	case strings.ContainsAny(t.baseURL, "?#"):
		return nil, errors.New("the base URL has a query or a fragment")
	case u.Scheme == "http" && !t.insecureHTTP && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("the base URL is plain http to %s: use https, or WithInsecureHTTP to send the credentials "+
			"in the clear", secret.OneLine(u.Host))
	}
	u.Host = strings.ToLower(u.Host) // because package net/http compares it with localhost, to bypass a proxy
	return u, nil
}

// edges maps each region to its own edge. Twilio retired the host names that have a region but no edge.
var edges = map[string]string{
	"au1": "sydney", "br1": "sao-paulo", "de1": "frankfurt", "ie1": "dublin", "jp1": "tokyo", "jp2": "osaka",
	"sg1": "singapore", "us1": "ashburn", "us2": "umatilla",
}

// moveTo inserts the edge and the region into the URL of the server: https://flex-api.<edge>.<region>.twilio.com.
func moveTo(region, edge, server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || region == "" && edge == "" {
		return u, err
	}
	region = cmp.Or(region, "us1")
	edge = cmp.Or(edge, edges[region])
	if edge == "" {
		return nil, fmt.Errorf("the region %s has no edge of its own: give one with WithEdge or TWILIO_EDGE", region)
	}
	product, domain, _ := strings.Cut(u.Host, ".")
	u.Host = strings.Join([]string{product, edge, region, domain}, ".")
	return u, nil
}

// isHostLabel accepts a label of a host name, and "" for the default. Other text could lead to a host of someone else.
func isHostLabel(label string) bool {
	return len(label) <= 63 && strings.Trim(label, "-") == label &&
		strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

const notHostLabel = "is not a host label of lower-case ASCII letters, digits and hyphens"

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.IsLoopback()
}
