package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// choice is a flag that takes one of several words.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "string" }

func (c *choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return fmt.Errorf("takes one of %s", strings.Join(c.allowed, ", "))
	}
	c.value = value
	return nil
}

// addChoice adds a flag for a choice, with completion of its words.
func addChoice(cmd *cobra.Command, flags *pflag.FlagSet, c *choice, name, shorthand, usage string) {
	flags.VarP(c, name, shorthand, usage+strings.Join(c.allowed, ", "))
	cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
}

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

// readFlags are the flags of the commands that read flows from the API: fetch and list.
type readFlags struct {
	connection
	output     choice
	fields     []string
	validation choice
	sandbox    bool
	retries    int
	maxWait    time.Duration
	deadline   time.Duration
	errors     string
	into       string // of fetch
	verbose    bool
}

func (r *readFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.SortFlags = false
	r.output.allowed = []string{"json", "jsonl", "table", "csv"}
	addChoice(cmd, flags, &r.output, "output", "o", "`format` (default: table on a terminal, jsonl of many): ")
	flags.Func("fields", "`attributes` for table and csv, such as sid,integration.flow_sid", func(list string) error {
		for field := range strings.SplitSeq(list, ",") {
			r.fields = append(r.fields, strings.TrimSpace(field))
		}
		return nil
	})
	cmd.RegisterFlagCompletionFunc("fields", completeFields)
	r.validation = choice{"enforce", []string{"enforce", "report"}}
	addChoice(cmd, flags, &r.validation, "validation", "", "`mode` for a violation of the contract: ")
	flags.BoolVar(&r.sandbox, "sandbox", false, "read from a built-in fake API; needs no account")
	r.connection.add(flags)
	cmd.MarkFlagsMutuallyExclusive("sandbox", "base-url")
	flags.IntVar(&r.retries, "retries", 3, "`number` of retries after a failed first attempt")
	flags.DurationVar(&r.maxWait, "max-wait", time.Minute, "longest `time` that a request waits for its retries")
	flags.DurationVar(&r.deadline, "deadline", 0, "`time` limit for everything, such as 1m (default: none)")
	flags.StringVar(&r.errors, "errors", "", "write a line of JSON for each failure to this `file`, replacing it")
	flags.BoolVarP(&r.verbose, "verbose", "v", false, "log each attempt and how long it took")
}

// reader is what a batch and a list read flows with, and where they print, record and count them.
type reader struct {
	client   *flexflow.Client
	printer  *printer
	report   *report
	failures failureFile
	have     map[string]bool // SIDs in the --into file
}

// open returns the reader of one flow, of many, or of an unknown number. Its error is an exitCode, or about the usage.
func (r *readFlags) open(what string, total int) (*reader, error) {
	printer, err := newPrinter(r.output.value, total != 1, r.fields)
	if err != nil {
		return nil, err
	}
	report := newReport(what, total, r.verbose)
	client, err := r.client(watch{report})
	if err != nil {
		return nil, fail(err)
	}
	if sid := os.Getenv("TWILIO_ACCOUNT_SID"); !r.sandbox && os.Getenv("TWILIO_API_KEY") == "" && isSID(sid, "AC") {
		report.account = sid
	}
	into, have, err := openInto(r.into)
	if err != nil {
		return nil, fmt.Errorf("--into: %w", err)
	}
	printer.out = into
	failures, err := openFailures(r.errors)
	return &reader{client, printer, report, failures, have}, err
}

// write writes a flow or records a failure.
func (r *reader) write(g given, f flexflow.Fetched) error {
	r.report.hide()
	if f.Err != nil {
		return r.failures.add(newFailure(g, f.Err))
	}
	return r.printer.print(f.Response.Body)
}

// client returns the client that the flags and the environment configure, or one of a fake API for --sandbox.
func (r *readFlags) client(handler slog.Handler) (*flexflow.Client, error) {
	if r.verbose {
		log := slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug})
		handler = slog.NewMultiHandler(log, handler)
	}
	modes := map[string]flexflow.Mode{"enforce": flexflow.Enforce, "report": flexflow.Report}
	options := append(r.connection.options(),
		flexflow.WithRetries(r.retries),
		flexflow.WithValidation(modes[r.validation.value]),
		flexflow.WithMaxWait(r.maxWait),
		flexflow.WithLogger(slog.New(handler)),
	)
	if !r.sandbox {
		return flexflow.NewFromEnv(options...)
	}
	fake, err := (&sandbox{}).fake()
	if err != nil {
		return nil, err
	}
	note("using a sandbox with example flows")
	options = append(options, flexflow.WithHTTPClient(&http.Client{Transport: fake.Transport()}))
	return flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), options...)
}

// context returns a context that ends with a signal or at the deadline.
func (r *readFlags) context() (context.Context, context.CancelFunc) {
	if r.deadline == 0 {
		return context.WithCancel(untilSignal())
	}
	return context.WithTimeoutCause(untilSignal(), r.deadline, fmt.Errorf("the deadline of %s passed", r.deadline))
}
