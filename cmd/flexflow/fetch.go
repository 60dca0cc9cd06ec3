package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/fatih/color"
	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
	"github.com/flexflow-go/flexflow/cmd/internal/output"
	"github.com/flexflow-go/flexflow/cmd/internal/sandbox"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const fetchHelp = `Fetch Flex Flows by SID and print them. The SID - reads standard input: a SID on each line.

More than one SID, or -, is a batch: flows are printed in the order of the SIDs, a SID that fails is reported on
standard error, and a summary comes last. Ctrl-C ends a batch early, after printing the flows fetched so far.`

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
	maxFailures int
	keepGoing   bool
	validation  choice
	concurrency int
	output      choice
	fields      []string
	verbose     bool
}

func (c *cli) fetchCommand() *cobra.Command {
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
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 && !f.sandbox {
				return errors.New("name a SID, or - for standard input")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.fetch(cmd, f, args) },
	}
	flags := cmd.Flags()
	flags.SortFlags = false
	addChoice(cmd, flags, &f.output, "output", "o", "`format` (default: jsonl for a batch, table on a terminal): ")
	flags.StringSliceVar(&f.fields, "fields", nil, "comma-separated `attributes` to show in a table")
	cmd.RegisterFlagCompletionFunc("fields", cobra.FixedCompletions(output.Attributes(), cobra.ShellCompDirectiveNoFileComp))
	addChoice(cmd, flags, &f.validation, "validation", "", "`mode` for a violation of the contract: ")
	flags.BoolVar(&f.sandbox, "sandbox", false, "fetch from a built-in fake API; needs no account")
	f.connection.add(flags)
	flags.IntVar(&f.retries, "retries", 3, "`number` of retries after a failed first attempt")
	flags.DurationVar(&f.maxWait, "max-wait", time.Minute, "longest `time` to wait before one retry, also for Retry-After")
	flags.DurationVar(&f.deadline, "deadline", 0, "`time` limit for all fetches, such as 1m (default: none)")
	flags.IntVar(&f.concurrency, "concurrency", 8, "`number` of fetches at the same time, from 1 to 100")
	flags.StringVar(&f.errors, "errors", "", "new `file` for a line of JSON for each SID that failed")
	flags.BoolVar(&f.unique, "unique", false, "fetch each SID only once")
	flags.IntVar(&f.maxFailures, "max-failures", 0, "end a batch after this `number` of failures (default: no limit)")
	flags.BoolVar(&f.keepGoing, "keep-going", false, "do not end a batch after a 401, a long Retry-After or 20 failed requests")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log each attempt and how long it took")
	return cmd
}

// fetch runs the fetch command. Its error is an exitCode, or about the usage.
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
	if f.sandbox && f.baseURL != "" {
		return errors.New("--sandbox has a base URL of its own: leave out --base-url or --sandbox")
	}
	total := len(args)
	if slices.Contains(args, "-") {
		total = unknown
	}
	if f.sandbox && total == 0 {
		total = 1
	}
	printer, err := output.New(f.output.value, total != 1, f.fields, c.paint(os.Stdout, color.Bold))
	if err != nil {
		return err
	}
	report := c.newReport(total, f.wantsBar(total))
	options := f.options(cmd, report)
	newClient := flexflow.NewFromEnv
	if f.sandbox {
		server, err := sandbox.New(sandbox.Config{})
		if err == nil {
			err = server.Listen("127.0.0.1:0")
		}
		if err != nil {
			return c.fail(err)
		}
		defer server.Close()
		output.Note("fetching from a sandbox with example flows on http://" + server.Addr)
		options = append(options, flexflow.WithBaseURL(server.URL))
		newClient = func(opts ...flexflow.Option) (*flexflow.Client, error) {
			return flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), opts...)
		}
		if len(args) == 0 {
			args = []string{*server.Flows[0].SID}
		}
	}
	client, err := newClient(options...)
	if err != nil {
		failed := c.fail(cmp.Or(invalidSID(args), err))
		for _, line := range fileHint(args) {
			output.Note(line)
		}
		return failed
	}
	return ended(c.fetchAll(cmd, client, f, args, printer, report))
}

// options returns the options of the client.
func (f *fetchFlags) options(cmd *cobra.Command, report *report) []flexflow.Option {
	modes := map[string]flexflow.Mode{"enforce": flexflow.Enforce, "report": flexflow.Report}
	options := append(f.connection.options(cmd),
		flexflow.WithRetries(f.retries),
		flexflow.WithValidation(modes[f.validation.value]),
		flexflow.WithMaxWait(f.maxWait),
	)
	if handler := output.LogHandler(f.verbose, report.note); handler != nil {
		options = append(options, flexflow.WithLogger(slog.New(handler)))
	}
	return options
}

// invalidSID returns the error of the first invalid SID on the command line, or nil.
func invalidSID(args []string) error {
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken))
	for _, sid := range args {
		if err == nil && sid != "-" {
			err = checkSID(client, sid)
		}
	}
	return err
}

// checkSID returns the error of a SID that is invalid. It sends nothing, because its context has ended.
func checkSID(client *flexflow.Client, sid string) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client.FetchFlexFlow(ctx, sid); errors.Is(err, flexflow.ErrInvalidSID) {
		return err
	}
	return nil
}

// fetchAll runs the batch and returns its exit code.
func (c *cli) fetchAll(cmd *cobra.Command, client *flexflow.Client, f *fetchFlags, args []string, printer *output.Printer, report *report) int {
	ctx := cmd.Context()
	if f.deadline > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.deadline)
		defer cancel()
	}
	failures, err := await(cmd.Context(), func() (*output.FailureFile, error) { return output.OpenFailureFile(f.errors) })
	if err != nil {
		c.printError(err)
		return max(codeOf(err), exitUsage)
	}
	if report.total == unknown && output.IsTerminal(os.Stdin) {
		output.Note("reading SIDs from the terminal, one on each line, until Ctrl-D")
	}
	b := &batch{
		cli: c, client: client, args: args, sids: input.NewSIDs(args, os.Stdin, f.unique), printer: printer, failures: failures, report: report,
		rules: stopRules{keepGoing: f.keepGoing, maxFailures: f.maxFailures, maxWait: f.maxWait}, concurrency: f.concurrency, deadline: f.deadline,
	}
	b.run(ctx)
	report.bar.Hide()
	code := report.end(b.early, b.sids)
	for _, line := range f.nextSteps(b, "flexflow fetch "+output.Given(cmd.Flags(), "errors", "deadline")) {
		output.Note(line)
	}
	if err := b.sids.Err(); err != nil && b.early == nil {
		c.printError(err)
		return max(code, exitFailed)
	}
	if b.full != nil {
		return exitFailed
	}
	return code
}

// wantsBar reports whether to show progress. It does not if standard output is a pipe, because the program that reads it may
// write to the same terminal.
func (f *fetchFlags) wantsBar(total int) bool {
	info, err := os.Stdout.Stat()
	piped := err != nil || info.Mode()&os.ModeNamedPipe != 0
	return output.IsTerminal(os.Stderr) && (total == unknown || total > handful) && !piped && !f.verbose
}
