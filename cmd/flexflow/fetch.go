package main

import (
	"errors"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

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
	readFlags
	unique      bool
	maxFailures uint
	keepGoing   bool
	concurrency int
}

func fetchCommand() *cobra.Command {
	f := &fetchFlags{}
	cmd := &cobra.Command{
		Use:               "fetch {SID | -}...",
		Short:             "Fetch Flex Flows and print them",
		Long:              fetchHelp,
		Example:           fetchExample,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, args []string) error { return f.fetch(cmd.Flags(), args) },
	}
	f.readFlags.add(cmd)
	flags := cmd.Flags()
	flags.IntVar(&f.concurrency, "concurrency", 8, "`number` of fetches at the same time, from 1 to 100")
	flags.BoolVar(&f.unique, "unique", false, "fetch each SID only once")
	flags.UintVar(&f.maxFailures, "max-failures", 0, "end a batch after this `number` of failures (default: no limit)")
	flags.BoolVar(&f.keepGoing, "keep-going", false,
		"do not end a batch after a 401, a long Retry-After or 20 failed requests")
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
	reader, err := f.open("fetching", total)
	if err != nil {
		return err
	}
	if total == unknown && isTerminal(os.Stdin) {
		note("reading SIDs from the terminal, one on each line, until Ctrl-D")
	}
	ctx, cancel := f.context()
	defer cancel()
	b := &batch{
		fetchFlags: f, flags: flags, reader: reader, sids: &sids{args: args, stdin: os.Stdin, unique: f.unique},
	}
	return b.run(ctx)
}
