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

It sends one request, for a SID that no flow has: the response is HTTP 404 if the API accepts the credentials.
Each line of the output begins with ok, warning or failed. Lines with warning and failed say what to do. No secret is
printed. The exit codes are those of fetch.`

const doctorExample = `  flexflow doctor
  flexflow doctor --region ie1 --edge dublin`

// noFlow is a valid SID that no flow has.
const noFlow = "FO00000000000000000000000000000000"

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
	client, missing := flexflow.NewFromEnv(options...)
	if missing != nil {
		observed.anonymous = true
		region, edge := os.Getenv("TWILIO_REGION"), os.Getenv("TWILIO_EDGE")
		options = append([]flexflow.Option{flexflow.WithRegion(region), flexflow.WithEdge(edge)}, options...)
		var err error
		if client, err = flexflow.New(flexflow.AuthToken("none", "none"), options...); err != nil {
			return fail(missing)
		}
	}
	_, err := client.FetchFlexFlow(context.Background(), noFlow)
	d := diagnosis{tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)}
	d.destination(to, observed.request.URL)
	code := d.proxy(observed.request)
	if observed.response != nil {
		d.security(observed.response.TLS)
		d.clock(observed)
	}
	if missing != nil {
		code = d.missing(missing, err)
	} else {
		d.variables()
		code = cmp.Or(d.credentials(err), code)
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
	base := u.Scheme + "://" + u.Host + path.Dir(path.Dir(u.Path)) // without the collection and the SID
	if to.insecureHTTP && u.Scheme == "http" {
		d.line("warning", "base URL", "%s: everything is readable on the way; use https", base)
	} else {
		d.line("ok", "base URL", "%s", base)
	}
	for _, setting := range []struct{ name, flag, variable, unset string }{
		{"region", to.region, "TWILIO_REGION", "us1, the default"},
		{"edge", to.edge, "TWILIO_EDGE", "none, the default"},
	} {
		switch value := os.Getenv(setting.variable); {
		case to.baseURL != "":
			d.line("ok", setting.name, "not used with --base-url")
		case setting.flag != "":
			d.line("ok", setting.name, "%s, from --%s", setting.flag, setting.name)
		case value != "":
			d.line("ok", setting.name, "%s, from %s", value, setting.variable)
		default:
			d.line("ok", setting.name, "%s", setting.unset)
		}
	}
}

// proxy prints the proxy without its user info, and returns the exit code.
func (d diagnosis) proxy(req *http.Request) exitCode {
	variable := cmp.Or(os.Getenv("HTTPS_PROXY"), os.Getenv("https_proxy"))
	if variable != "" && !strings.Contains(variable, "://") {
		variable = "http://" + variable
	}
	if u, err := url.Parse(variable); err != nil || variable != "" && u.Hostname() == "" {
		d.line("failed", "proxy", "HTTPS_PROXY is malformed: write it as http://HOST:PORT")
		return exitUsage
	}
	switch proxy, _ := http.ProxyFromEnvironment(req); {
	case proxy != nil:
		d.line("ok", "proxy", "%s://%s", proxy.Scheme, proxy.Host)
	case variable != "":
		d.line("ok", "proxy", "none: HTTPS_PROXY is not for this host")
	default:
		d.line("ok", "proxy", "none")
	}
	return exitOK
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
		const compare = "compare this machine's clock with another"
		d.line("warning", "clock", "not known: the response has no valid Date header; %s", compare)
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

// variables prints which credentials are used. Of a SID, it prints only the beginning, and nothing of what may be a
// secret.
func (d diagnosis) variables() {
	kind, prefix, user, password, ignored := "account SID", "AC", "TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", ""
	if os.Getenv("TWILIO_API_KEY") != "" { // and the secret, which NewFromEnv requires then
		if os.Getenv(password) != "" {
			ignored = "; " + password + " is ignored"
		}
		kind, prefix, user, password = "API key", "SK", "TWILIO_API_KEY", "TWILIO_API_SECRET"
	}
	if sid := os.Getenv(user); strings.HasPrefix(sid, prefix) && len(sid) == 34 {
		d.line("ok", "variables", "%s %s..., from %s and %s%s", kind, sid[:6], user, password, ignored)
	} else {
		d.line("warning", "variables", "%s is not a SID, which is %s and 32 hexadecimal digits%s", user, prefix, ignored)
	}
}

// missing prints that there are no credentials, and whether there is a connection, and returns the exit code.
func (d diagnosis) missing(missing, err error) exitCode {
	if _, failed := errors.AsType[*flexflow.TransportError](err); failed {
		d.line("failed", "connection", "%s", strings.TrimPrefix(message(err), noFlow+": "))
	}
	d.line("failed", "credentials", "%s", strings.TrimPrefix(message(missing), "invalid configuration: "))
	return exitUsage
}

// credentials prints what the error of the fetch says about the credentials, and returns the exit code.
func (d diagnosis) credentials(err error) exitCode {
	var api *flexflow.APIError
	var failed *flexflow.TransportError
	reason := ""
	if err != nil {
		reason = strings.TrimPrefix(message(err), noFlow+": ")
	}
	switch {
	case err == nil:
		d.line("failed", "API", "the server has a flow with a SID that no flow has: check the base URL")
		return exitInvalid
	case errors.As(err, &failed):
		d.line("failed", "connection", "%s", reason)
		d.line("warning", "credentials", "not known: fix the connection first")
	case errors.Is(err, flexflow.ErrNotFound) && errors.As(err, &api) && api.Code != 0:
		d.line("ok", "credentials", "accepted")
		return exitOK
	case errors.Is(err, flexflow.ErrUnauthorized), errors.Is(err, flexflow.ErrForbidden):
		d.line("failed", "credentials", "%s", reason)
	case errors.Is(err, flexflow.ErrServer), errors.Is(err, flexflow.ErrRateLimited):
		d.line("failed", "API", "%s", reason)
		d.line("warning", "credentials", "not known")
	case errors.Is(err, flexflow.ErrNotFound):
		d.line("failed", "API", "HTTP 404; this is not the Flex API: check the base URL")
	default:
		d.line("failed", "API", "%s; this is not the Flex API: check the base URL", reason)
	}
	return codeOf(err)
}
