package main

import (
	"errors"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/flexflowtest"
)

const fetchHelp = `Fetch Flex Flows by SID and print them. The SID - reads standard input: a SID on each line.
More than one SID, or -, is a batch: flows are in the order of the SIDs, failures on standard error, a summary at the
end. To continue a batch with --into, run the same command again; a flow without a sid is written each time.

A line of --errors has sid, kind (invalid_sid, transport, server, refused or broken), message, attempts and, if there
are any, line (of standard input), status, code, request_id and violations (of pointer, keyword and reason).`

const fetchExample = `  flexflow fetch --sandbox
  flexflow fetch FOa1b2c3d4e5f60718293a4b5c6d7e8f90
  flexflow fetch --into flows.jsonl - < sids.txt`

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
		RunE:              func(cmd *cobra.Command, args []string) error { return f.fetch(args) },
	}
	f.readFlags.add(cmd)
	flags := cmd.Flags()
	flags.IntVar(&f.concurrency, "concurrency", 8, "`number` of concurrent fetches, from 1 to 100")
	flags.StringVar(&f.into, "into", "", "append the flows to a `file` of JSON Lines, and skip the SIDs that it has")
	cmd.MarkFlagsMutuallyExclusive("into", "output")
	flags.BoolVar(&f.unique, "unique", false, "fetch each SID only once")
	flags.UintVar(&f.maxFailures, "max-failures", 0, "end a batch after this `number` of failures (default: no limit)")
	flags.BoolVar(&f.keepGoing, "keep-going", false,
		"do not stop after a 401, long Retry-After, 20 failures in a row or 50 unknown SIDs")
	return cmd
}

// fetch runs the fetch command. Its error is an exitCode, or about the usage.
func (f *fetchFlags) fetch(args []string) error {
	switch {
	case len(args) == 0 && f.sandbox:
		args = []string{*flexflowtest.Examples()[0].SID}
	case len(args) == 0:
		return errors.New("name a SID, or - for standard input")
	case f.concurrency < 1 || f.concurrency > 100:
		return errors.New("--concurrency must be from 1 to 100")
	}
	total := len(args)
	if slices.Contains(args, "-") || f.into != "" {
		total = unknown
	}
	reader, err := f.open("fetching", total)
	if err != nil {
		return err
	}
	if slices.Contains(args, "-") && isTerminal(os.Stdin) {
		note("reading SIDs from the terminal, one on each line, until Ctrl-D")
	}
	ctx, cancel := f.context()
	defer cancel()
	start, _ := os.Stdin.Seek(0, io.SeekCurrent) // a pipe has no offset
	s := &sids{args: args, stdin: os.Stdin, start: start, unique: f.unique || f.into != "", have: reader.have}
	b := &batch{fetchFlags: f, reader: reader, sids: s}
	return b.run(ctx)
}
