package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const fetchHelp = `Fetch Flex Flows by SID and print them.

The SID - stands for standard input, one SID a line. More than one SID, or -, is a batch: the flows are printed in the order of
the SIDs, a SID that fails is reported on standard error and left out, and a summary ends it. Ctrl-C ends a batch early,
with all that was fetched printed.

The exit codes and the environment are in flexflow --help.`

const fetchExample = `  flexflow fetch --sandbox
  flexflow fetch FOa1b2c3d4e5f60718293a4b5c6d7e8f90
  flexflow fetch - < sids.txt > flows.jsonl`

// fetchFlags are the flags of the fetch command.
type fetchFlags struct {
	sandbox      bool
	baseURL      string
	region, edge string
	insecureHTTP bool
	timeout      time.Duration
	retries      int
	maxWait      time.Duration
	deadline     time.Duration
	errors       string
	unique       bool
	maxFailures  int
	keepGoing    bool
	validation   choice
	concurrency  int
	output       choice
	progress     bool
	verbose      bool
}

func (c *cli) fetchCommand() *cobra.Command {
	f := &fetchFlags{
		validation: choice{"enforce", []string{"enforce", "report", "off"}},
		output:     choice{"", []string{"json", "jsonl", "table", "yaml"}},
	}
	cmd := &cobra.Command{
		Use:               "fetch {SID | -}...",
		Short:             "Fetch Flex Flows and print them",
		Long:              fetchHelp,
		Example:           fetchExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !f.sandbox {
				return errors.New("name a SID, - for standard input, or --sandbox for an example")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.fetch(cmd, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addChoice(cmd, flags, &f.output, "output", "o", "output `format` (default: jsonl for a batch, table on a terminal, otherwise json): ")
	addChoice(cmd, flags, &f.validation, "validation", "", "`mode` for a response that breaks the contract, which report prints and exits with 4: ")
	flags.BoolVar(&f.sandbox, "sandbox", false, "fetch from a built-in fake API; needs no account")
	flags.StringVar(&f.baseURL, "base-url", "", "`URL` of another server that speaks the contract")
	flags.StringVar(&f.region, "region", "", "Twilio `region`, such as ie1; overrides TWILIO_REGION, but not --base-url")
	flags.StringVar(&f.edge, "edge", "", "Twilio `edge`, such as dublin; overrides TWILIO_EDGE, but not --base-url")
	flags.BoolVar(&f.insecureHTTP, "insecure-http", false, "allow a base URL that sends the credentials in the clear")
	flags.DurationVar(&f.timeout, "timeout", 10*time.Second, "`time` limit for each attempt, such as 5s")
	flags.IntVar(&f.retries, "retries", 3, "`number` of retries after a failed first attempt")
	flags.DurationVar(&f.maxWait, "max-wait", time.Minute, "longest `time` to wait before one retry, for example for a Retry-After")
	flags.DurationVar(&f.deadline, "deadline", 0, "`time` limit for all of it, such as 1m; a Retry-After can be minutes (default: none)")
	flags.IntVar(&f.concurrency, "concurrency", 8, "`number` of fetches at once, from 1 to 100")
	flags.StringVar(&f.errors, "errors", "", "`file` for one line of JSON about each SID that failed")
	flags.BoolVar(&f.unique, "unique", false, "fetch a SID that is given twice once")
	flags.IntVar(&f.maxFailures, "max-failures", 0, "end a batch after this `number` of failures (default: no limit)")
	flags.BoolVar(&f.keepGoing, "keep-going", false, "do not end a batch for a 401, or when 20 in a row could not reach the API")
	flags.BoolVar(&f.progress, "progress", false, "show a progress bar on a terminal (default: for standard input or more than 5 SIDs, unless piped or verbose)")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log each attempt and how long it took")
	cmd.MarkFlagsMutuallyExclusive("sandbox", "base-url")
	return cmd
}

// fetch runs the fetch command. It returns an error of usage or an exitCode.
func (c *cli) fetch(cmd *cobra.Command, f *fetchFlags, args []string) error {
	if f.deadline < 0 {
		return errors.New("--deadline must not be negative")
	}
	if f.concurrency < 1 || f.concurrency > 100 {
		return errors.New("--concurrency must be from 1 to 100")
	}
	if f.maxFailures < 0 {
		return errors.New("--max-failures must not be negative")
	}
	total := len(args)
	if slices.Contains(args, "-") {
		total = unknown
	}
	if f.sandbox && total == 0 {
		total = 1
	}
	report := c.newReport(total, f.wantsBar(cmd, total))
	options := f.options(cmd, report)
	newClient := flexflow.NewFromEnv
	if f.sandbox {
		handler, flows, err := sandboxFlags{}.handler()
		if err != nil {
			return c.fail(err)
		}
		s, err := startSandbox("127.0.0.1:0", handler, flows)
		if err != nil {
			return c.fail(err)
		}
		defer s.server.Close()
		fmt.Fprintf(os.Stderr, "flexflow: fetching from a sandbox with example flows on %s\n", s.url)
		options = append(options, flexflow.WithBaseURL(s.url))
		newClient = func(opts ...flexflow.Option) (*flexflow.Client, error) {
			return flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), opts...)
		}
		if len(args) == 0 {
			args = []string{*s.examples[0].SID}
		}
	}
	client, err := newClient(options...)
	if err != nil {
		return c.fail(err)
	}
	if code := c.fetchAll(cmd, client, f, args, report); code != exitOK {
		return exitCode(code)
	}
	return nil
}

// options are those of the client. The environment keeps what no flag was given for.
func (f *fetchFlags) options(cmd *cobra.Command, report *report) []flexflow.Option {
	modes := map[string]flexflow.Mode{"enforce": flexflow.Enforce, "report": flexflow.Report, "off": flexflow.Off}
	options := []flexflow.Option{
		flexflow.WithBaseURL(f.baseURL),
		flexflow.WithTimeout(f.timeout),
		flexflow.WithRetries(f.retries),
		flexflow.WithValidation(modes[f.validation.value]),
		flexflow.WithMaxWait(f.maxWait),
	}
	if cmd.Flags().Changed("region") {
		options = append(options, flexflow.WithRegion(f.region))
	}
	if cmd.Flags().Changed("edge") {
		options = append(options, flexflow.WithEdge(f.edge))
	}
	if f.insecureHTTP {
		options = append(options, flexflow.WithInsecureHTTP())
	}
	if handler := f.logHandler(report); handler != nil {
		options = append(options, flexflow.WithLogger(slog.New(handler)))
	}
	return options
}

// fetchAll fetches, prints and reports, and returns the highest exit code met.
func (c *cli) fetchAll(cmd *cobra.Command, client *flexflow.Client, f *fetchFlags, args []string, report *report) int {
	ctx := cmd.Context()
	if f.deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.deadline)
		defer cancel()
	}
	failures, err := openFailureFile(f.errors)
	if err != nil {
		c.printError(err)
		return exitUsage
	}
	b := &batch{
		cli: c, client: client, input: &input{args: args, in: os.Stdin, unique: f.unique}, printer: c.newPrinter(f.output.value, report.batch),
		failures: failures, report: report, rules: stopRules{keepGoing: f.keepGoing, maxFailures: f.maxFailures}, concurrency: f.concurrency, deadline: f.deadline,
	}
	stopped, err := b.run(ctx)
	report.hideBar()
	for _, end := range []func() error{b.printer.close, failures.close} {
		if err == nil {
			err = end()
		}
	}
	if err != nil {
		c.printError(err)
		return exitFailed
	}
	code := report.end(stopped, f.errors)
	if stopped != nil {
		if cause, ok := context.Cause(ctx).(signaled); ok {
			return cause.exitCode()
		}
	} else if err := b.input.end(); err != nil {
		c.printError(err)
		return max(code, exitFailed)
	}
	return code
}

// wantsBar says whether to show progress. By itself it never does where the flows go into a pipe, whose other end
// may well be on the same terminal.
func (f *fetchFlags) wantsBar(cmd *cobra.Command, total int) bool {
	switch {
	case !isTerminal(os.Stderr):
		return false
	case cmd.Flags().Changed("progress"):
		return f.progress
	}
	info, err := os.Stdout.Stat()
	piped := err != nil || info.Mode()&os.ModeNamedPipe != 0
	return (total == unknown || total > handful) && !piped && !f.verbose
}
