package main

import (
	"time"

	"github.com/spf13/pflag"

	"github.com/flexflow-go/flexflow"
)

// connection has the flags for where to send requests and how long to wait for a response.
type connection struct {
	baseURL      string
	region, edge string
	insecureHTTP bool
	timeout      time.Duration
}

func (n *connection) add(flags *pflag.FlagSet) {
	flags.StringVar(&n.baseURL, "base-url", "", "`URL` of another server with the same API")
	flags.StringVar(&n.region, "region", "", "Twilio `region`, such as ie1; overrides TWILIO_REGION, but not --base-url")
	flags.StringVar(&n.edge, "edge", "", "Twilio `edge`, such as dublin; overrides TWILIO_EDGE, but not --base-url")
	flags.BoolVar(&n.insecureHTTP, "insecure-http", false,
		"allow a plain http base URL, which sends the credentials in the clear")
	flags.DurationVar(&n.timeout, "timeout", 10*time.Second, "`time` limit for each attempt, such as 5s")
}

// options returns the options of the client. Without a flag, the environment decides.
func (n *connection) options() []flexflow.Option {
	options := []flexflow.Option{flexflow.WithBaseURL(n.baseURL), flexflow.WithTimeout(n.timeout)}
	if n.region != "" {
		options = append(options, flexflow.WithRegion(n.region))
	}
	if n.edge != "" {
		options = append(options, flexflow.WithEdge(n.edge))
	}
	if n.insecureHTTP {
		options = append(options, flexflow.WithInsecureHTTP())
	}
	return options
}
