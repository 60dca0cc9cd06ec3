package flexflow

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// endpoint is the base URL of all requests: the one configured, else that of the contract's server, moved to the region
// and edge asked for. No message repeats the URL, for what makes it invalid may be a password in it.
func (c *config) endpoint(server string) (*url.URL, error) {
	if c.baseURL == "" {
		return moveTo(c.region, c.edge, server)
	}
	u, err := url.Parse(c.baseURL)
	if err == nil {
		u.Host = strings.ToLower(u.Host) // as package net/http compares it, to keep what is for localhost from a proxy
	}
	switch {
	case err != nil:
		return nil, errors.New("the base URL cannot be parsed")
	case u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.Opaque != "":
		return nil, errors.New("the base URL is not absolute: it must start with https:// and a host")
	case u.User != nil:
		return nil, errors.New("the base URL has user info: give the credentials to New alone")
	case strings.ContainsAny(c.baseURL, "?#"):
		return nil, errors.New("the base URL has a query or a fragment")
	case u.Scheme == "http" && !c.insecureHTTP && !isLoopback(u.Hostname()):
		return nil, fmt.Errorf("the base URL is plain http to %s: use https, or WithInsecureHTTP to send the credentials in the clear", oneLine(u.Host))
	}
	if strings.HasSuffix(u.EscapedPath(), "/") { // which %2F is none of
		u.Path, u.RawPath = strings.TrimSuffix(u.Path, "/"), strings.TrimSuffix(u.RawPath, "/")
	}
	return u, nil
}

// moveTo makes https://flex-api.twilio.com into https://flex-api.<edge>.<region>.twilio.com.
func moveTo(region, edge, server string) (*url.URL, error) {
	u, err := url.Parse(server)
	if err != nil || region == "" && edge == "" {
		return u, err
	}
	if region == "" {
		region = "us1"
	}
	product, domain, ok := strings.Cut(u.Host, ".")
	if !ok {
		return nil, fmt.Errorf("the contract's server %s has no place for a region", u.Host)
	}
	labels := []string{product, edge, region, domain}
	if edge == "" {
		labels = []string{product, region, domain}
	}
	u.Host = strings.Join(labels, ".")
	return u, nil
}

// checkHostLabel refuses what would make another host out of the contract's.
func checkHostLabel(name, label string) error {
	if len(label) > 63 || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return fmt.Errorf("the %s is not a host label of lower-case letters, digits and hyphens", name)
	}
	return nil
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
