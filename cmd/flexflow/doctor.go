package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
)

const doctorHelp = `Check where requests go, the proxy, TLS, the clock, and whether the API accepts the credentials.

It sends one request, for a list of one flow. Each line of the output begins with ok, warning or failed. Lines with
warning and failed say what to do. No secret is printed. The exit codes are those of fetch.`

const doctorExample = `  flexflow doctor
  flexflow doctor --region ie1 --edge dublin`

func doctorCommand() *cobra.Command {
	to := &connection{}
	cmd := &cobra.Command{
		Use:     "doctor",
		Short:   "Check the configuration, the connection and the credentials",
		Long:    doctorHelp,
		Example: doctorExample,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return diagnose(to) },
	}
	cmd.Flags().SortFlags = false
	to.add(cmd.Flags())
	return cmd
}

// diagnose sends one request, and prints what it shows. Without credentials, it sends the request without them.
func diagnose(to *connection) error {
	observed := &probe{transport: flexflow.DefaultTransport()}
	options := append(to.options(), flexflow.WithRetries(0),
		flexflow.WithHTTPClient(&http.Client{Transport: observed}))
	client, err := flexflow.NewFromEnv(options...)
	missing := err
	if missing != nil {
		observed.anonymous = true
		for _, name := range []string{"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_API_SECRET"} {
			os.Setenv(name, "none")
		}
		if client, err = flexflow.NewFromEnv(options...); err != nil {
			return fail(missing)
		}
	}
	for f := range client.ListFlexFlows(context.Background(), &flexflow.ListFlexFlowParams{PageSize: new(1)}) {
		err = f.Err
		break
	}
	d := diagnosis{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)}
	code, reason := exitOK, ""
	if err != nil {
		reason = message(err)
	}
	if observed.request != nil { // it is nil if the timeout passed before
		d.destination(to, observed.request.URL)
		code = d.proxy(observed.request)
		name, _ := proxyVariable(observed.request.URL)
		reason = strings.ReplaceAll(reason, "check the proxy in HTTPS_PROXY", "check the proxy in "+name)
	}
	if observed.response != nil {
		d.security(observed.response.TLS)
		d.clock(observed)
	}
	if missing == nil {
		d.variables()
		code = cmp.Or(d.credentials(err, reason), code)
	} else {
		if _, failed := errors.AsType[*flexflow.TransportError](err); failed {
			d.line("failed", "connection", "%s", reason)
		}
		d.line("failed", "credentials", "%s", strings.TrimPrefix(message(missing), "invalid configuration: "))
		code = exitUsage
	}
	if err := d.Flush(); err != nil {
		return fail(err)
	}
	return code
}

// probe is a transport that keeps the request, the response and their time.
type probe struct {
	transport http.RoundTripper
	anonymous bool // leaves out the credentials
	request   *http.Request
	response  *http.Response // nil when there is none
	middle    time.Time      // between the request and the response
}

func (p *probe) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	start := time.Now()
	if p.anonymous {
		req = req.Clone(req.Context())
		req.Header.Del("Authorization")
	}
	p.request = req
	p.response, err = p.transport.RoundTrip(req)
	p.middle = start.Add(time.Since(start) / 2)
	return p.response, err
}

// diagnosis writes the lines of the output.
type diagnosis struct{ *tabwriter.Writer }

func (d diagnosis) line(status, what, format string, args ...any) {
	fmt.Fprintf(d, "%s\t%s\t%s\n", status, what, printable(fmt.Sprintf(format, args...)))
}

// destination prints where requests go, and which setting determines it.
func (d diagnosis) destination(to *connection, u *url.URL) {
	base := u.Scheme + "://" + u.Host + path.Dir(u.Path) // without the collection
	if to.insecureHTTP && u.Scheme == "http" {
		d.line("warning", "base URL", "%s: everything is readable on the way; use https", base)
	} else {
		d.line("ok", "base URL", "%s", base)
	}
	edge := "none, the default"
	if labels := strings.Split(u.Host, "."); len(labels) == 5 { // PRODUCT.EDGE.REGION.twilio.com
		edge = labels[1] + ", the default of the region"
	}
	for _, setting := range []struct{ name, flag, variable, unset string }{
		{"region", to.region, "TWILIO_REGION", "us1, the default"},
		{"edge", to.edge, "TWILIO_EDGE", edge},
	} {
		value := setting.unset
		switch variable := os.Getenv(setting.variable); {
		case to.baseURL != "":
			value = "not used with --base-url"
		case setting.flag != "":
			value = setting.flag + ", from --" + setting.name
		case variable != "":
			value = variable + ", from " + setting.variable
		}
		d.line("ok", setting.name, "%s", value)
	}
}

// proxy prints the proxy without its user info, and returns the exit code.
func (d diagnosis) proxy(req *http.Request) exitCode {
	name, value := proxyVariable(req.URL)
	if value != "" && !strings.Contains(value, "://") {
		value = "http://" + value
	}
	if u, err := url.Parse(value); err != nil || value != "" && u.Hostname() == "" {
		d.line("failed", "proxy", "%s is malformed: write it as http://HOST:PORT", name)
		return exitUsage
	}
	switch proxy, _ := http.ProxyFromEnvironment(req); {
	case proxy != nil:
		d.line("ok", "proxy", "%s://%s, from %s", proxy.Scheme, proxy.Host, name)
	case value != "":
		d.line("ok", "proxy", "none: %s is not for this host", name)
	default:
		d.line("ok", "proxy", "none")
	}
	return exitOK
}

// proxyVariable returns the environment variable with the proxy for requests to a URL, as net/http finds it.
func proxyVariable(to *url.URL) (name, value string) {
	name = strings.ToUpper(to.Scheme) + "_PROXY"
	if lower := strings.ToLower(name); os.Getenv(name) == "" && os.Getenv(lower) != "" {
		name = lower
	}
	return name, os.Getenv(name)
}

func (d diagnosis) security(state *tls.ConnectionState) {
	if state == nil {
		d.line("ok", "TLS", "none: the base URL is plain http")
		return
	}
	until := state.PeerCertificates[0].NotAfter.Format(time.DateOnly)
	d.line("ok", "TLS", "%s, with a certificate that is valid until %s", tls.VersionName(state.Version), until)
}

func (d diagnosis) clock(p *probe) {
	date, err := http.ParseTime(p.response.Header.Get("Date"))
	if err != nil {
		d.line("warning", "clock", "not known: no valid Date header; compare this machine's clock with another")
		return
	}
	switch ahead := p.middle.Sub(date).Round(time.Second); {
	case ahead.Abs() < time.Minute:
		d.line("ok", "clock", "within %s of the server's", max(ahead.Abs(), time.Second))
	case ahead > 0:
		d.line("warning", "clock", "%s ahead of the server's: set this machine's clock", ahead)
	default:
		d.line("warning", "clock", "%s behind the server's: set this machine's clock", -ahead)
	}
}

// variables prints which credentials are used: the beginning of a SID, and nothing of what may be a secret.
func (d diagnosis) variables() {
	kind, prefix, user, password, ignored := "account SID", "AC", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", ""
	if os.Getenv("TWILIO_API_KEY") != "" { // and the secret, which NewFromEnv requires then
		if os.Getenv(password) != "" {
			ignored = "; " + password + " is ignored"
		}
		kind, prefix, user, password = "API key", "SK", "TWILIO_API_KEY", "TWILIO_API_SECRET"
	}
	if sid := os.Getenv(user); isSID(sid, prefix) {
		d.line("ok", "variables", "%s %s..., from %s and %s%s", kind, sid[:6], user, password, ignored)
	} else {
		d.line("warning", "variables", "%s is not a SID, which is %s and 32 hexadecimal digits%s", user, prefix, ignored)
	}
}

// isSID reports whether text looks like a SID with this prefix, and not like a secret in the wrong place.
func isSID(text, prefix string) bool { return strings.HasPrefix(text, prefix) && len(text) == 34 }

// credentials prints what the error of the list says about the credentials, and returns the exit code.
func (d diagnosis) credentials(err error, reason string) exitCode {
	refused := errors.Is(err, flexflow.ErrUnauthorized) || errors.Is(err, flexflow.ErrForbidden)
	api, _ := errors.AsType[*flexflow.APIError](err)
	_, failed := errors.AsType[*flexflow.TransportError](err)
	switch {
	case err == nil:
		d.line("ok", "credentials", "accepted")
	case !errors.Is(err, flexflow.ErrIncomplete):
		d.line("ok", "credentials", "accepted")
		d.line("failed", "flows", "%s", reason)
	case failed:
		d.line("failed", "connection", "%s", reason)
		d.line("warning", "credentials", "not known: fix the connection first")
	case refused && api.Code != 0:
		d.line("failed", "credentials", "%s", reason)
	case refused, errors.Is(err, flexflow.ErrServer), errors.Is(err, flexflow.ErrRateLimited):
		d.line("failed", "API", "%s", reason)
		d.line("warning", "credentials", "not known: run flexflow doctor again later")
	default:
		d.line("failed", "API", "no Flex API at this base URL: %s", reason)
	}
	return codeOf(err)
}
