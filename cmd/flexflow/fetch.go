package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const fetchHelp = `Fetch Flex Flows by SID and print them. The SID - reads standard input: a SID on each line.

More than one SID, or -, is a batch: flows are printed in the order of the SIDs, a SID that fails is reported on
standard error, and a summary comes last. Ctrl-C ends a batch early, and the summary says how to go on.`

const fetchExample = `  flexflow fetch --sandbox
  flexflow fetch FOa1b2c3d4e5f60718293a4b5c6d7e8f90
  flexflow fetch - < sids.txt > flows.jsonl`

// fetchFlags are the flags of the fetch command.
type fetchFlags struct {
	connection
	sandbox     bool
	retries     int
	maxWait     time.Duration
	deadline    time.Duration
	errors      string
	unique      bool
	maxFailures uint
	keepGoing   bool
	validation  choice
	concurrency int
	output      choice
	fields      []string
	verbose     bool
}

func fetchCommand() *cobra.Command {
	f := &fetchFlags{
		validation: choice{"enforce", []string{"enforce", "report"}},
		output:     choice{"", []string{"json", "jsonl", "table"}},
	}
	cmd := &cobra.Command{
		Use:               "fetch {SID | -}...",
		Short:             "Fetch Flex Flows and print them",
		Long:              fetchHelp,
		Example:           fetchExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return f.fetch(cmd.Flags(), args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addChoice(cmd, flags, &f.output, "output", "o", "`format` (default: jsonl for a batch, table on a terminal): ")
	flags.StringSliceVar(&f.fields, "fields", nil, "comma-separated `attributes` to show in a table")
	names := cobra.FixedCompletions(attributes(), cobra.ShellCompDirectiveNoFileComp)
	cmd.RegisterFlagCompletionFunc("fields", names)
	addChoice(cmd, flags, &f.validation, "validation", "", "`mode` for a violation of the contract: ")
	flags.BoolVar(&f.sandbox, "sandbox", false, "fetch from a built-in fake API; needs no account")
	f.connection.add(flags)
	cmd.MarkFlagsMutuallyExclusive("sandbox", "base-url")
	flags.IntVar(&f.retries, "retries", 3, "`number` of retries after a failed first attempt")
	flags.DurationVar(&f.maxWait, "max-wait", time.Minute, "longest `time` to wait before one retry, also for Retry-After")
	flags.DurationVar(&f.deadline, "deadline", 0, "`time` limit for all fetches, such as 1m (default: none)")
	flags.IntVar(&f.concurrency, "concurrency", 8, "`number` of fetches at the same time, from 1 to 100")
	flags.StringVar(&f.errors, "errors", "", "new `file` for a line of JSON for each SID that failed")
	flags.BoolVar(&f.unique, "unique", false, "fetch each SID only once")
	flags.UintVar(&f.maxFailures, "max-failures", 0, "end a batch after this `number` of failures (default: no limit)")
	flags.BoolVar(&f.keepGoing, "keep-going", false,
		"do not end a batch after a 401, a long Retry-After or 20 failed requests")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log each attempt and how long it took")
	return cmd
}

// fetch runs the fetch command. Its error is an exitCode, or about the usage.
func (f *fetchFlags) fetch(flags *pflag.FlagSet, args []string) error {
	switch {
	case len(args) == 0 && f.sandbox:
		args = []string{*flexflowtest.Examples()[0].SID}
	case len(args) == 0:
		return errors.New("name a SID, or - for standard input")
	case f.concurrency < 1 || f.concurrency > 100:
		return errors.New("--concurrency must be from 1 to 100")
	}
	total := len(args)
	if slices.Contains(args, "-") {
		total = unknown
	}
	printer, err := newPrinter(f.output.value, total != 1, f.fields)
	if err != nil {
		return err
	}
	report := newReport(total, f.verbose)
	client, err := f.client(report.note)
	if err != nil {
		return fail(err)
	}
	failures, err := openFailures(f.errors)
	if err != nil {
		return err
	}
	if total == unknown && isTerminal(os.Stdin) {
		note("reading SIDs from the terminal, one on each line, until Ctrl-D")
	}
	ctx := untilSignal()
	if f.deadline != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.deadline)
		defer cancel()
	}
	b := &batch{
		fetchFlags: f, flags: flags, client: client, printer: printer, failures: failures, report: report,
		sids: &sids{args: args, stdin: os.Stdin, unique: f.unique},
	}
	return b.run(ctx)
}

// client returns the client that the flags and the environment configure, or one of a fake API for --sandbox.
func (f *fetchFlags) client(note func(string)) (*flexflow.Client, error) {
	modes := map[string]flexflow.Mode{"enforce": flexflow.Enforce, "report": flexflow.Report}
	options := append(f.connection.options(),
		flexflow.WithRetries(f.retries),
		flexflow.WithValidation(modes[f.validation.value]),
		flexflow.WithMaxWait(f.maxWait),
		flexflow.WithLogger(slog.New(logHandler(f.verbose, note))),
	)
	if !f.sandbox {
		return flexflow.NewFromEnv(options...)
	}
	fake := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := fake.Put(flow); err != nil {
			return nil, err
		}
	}
	note("fetching from a sandbox with example flows")
	options = append(options, flexflow.WithHTTPClient(&http.Client{Transport: fake.Transport()}))
	return flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), options...)
}
