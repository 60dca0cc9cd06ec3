package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
)

const listHelp = `List every Flex Flow of the account, as a table on a terminal and as JSON Lines in a pipe or a file.
A summary follows on standard error.

CSV has a header, a row for each flow, and the values as they are. Import it into a spreadsheet, and set the type of
every column to text. If you open the file directly, a value that begins with =, +, - or @ can become a formula.`

const listExample = `  flexflow list --sandbox
  flexflow list > flows.jsonl
  flexflow list -o csv --fields sid,enabled,integration.flow_sid > flows.csv`

// listFlags are the flags of the list command.
type listFlags struct {
	readFlags
	params flexflow.ListFlexFlowParams
}

func listCommand() *cobra.Command {
	l := &listFlags{}
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the Flex Flows of the account",
		Long:    listHelp,
		Example: listExample,
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return l.list() },
	}
	l.readFlags.add(cmd)
	l.params.PageSize = cmd.Flags().Int("page-size", 200, "`number` of flows to request at once")
	cmd.Flags().Func("friendly-name", "list only the flows with exactly this `name`", func(name string) error {
		l.params.FriendlyName = &name
		return nil
	})
	return cmd
}

// list runs the list command. Its error is an exitCode, or about the usage.
func (l *listFlags) list() error {
	if l.output.value == "" && isTerminal(os.Stdout) {
		l.output.value = "table"
	}
	reader, err := l.open("listing", unknown)
	if err != nil {
		return err
	}
	ctx, cancel := l.context()
	defer cancel()
	var ended, lost error
	reader.report.draw("listing")
	for f := range reader.client.ListFlexFlows(ctx, &l.params) {
		if errors.Is(f.Err, flexflow.ErrIncomplete) {
			ended = f.Err
			break
		}
		if lost = reader.write(given{sid: f.SID}, f); lost != nil {
			break
		}
		reader.report.add(given{}, f)
	}
	reader.report.hide()
	lost = cmp.Or(lost, reader.printer.close(), reader.failures.close())
	return reader.endList(ctx, ended, lost)
}

// endList prints why a list ended and the summary, and returns the exit code.
func (r *reader) endList(ctx context.Context, ended, lost error) (code exitCode) {
	invalid := r.report.counts[exitInvalid] + r.report.counts[printedAnyway]
	if invalid > 0 {
		code = exitInvalid
	}
	if lost != nil {
		printError(lost)
		code = exitIncomplete
	}
	switch {
	case ended == nil:
	case ctx.Err() != nil && errors.Is(ended, ctx.Err()):
		reason, because := endOf(ctx)
		printError(errors.New("stopped: " + reason))
		code = max(code, because)
	case r.report.done == 0:
		printError(ended)
		return max(code, codeOf(ended))
	default:
		printError(errors.New("the list is incomplete: " + message(ended)))
		code = exitIncomplete
	}
	if lost != nil { // it is not known how many flows were written
		return code
	}
	summary := count(r.report.done, "flow", "flows")
	if invalid > 0 {
		summary += ", " + count(invalid, "violates the contract", "violate the contract")
	}
	if ended != nil {
		summary += ", the rest not listed"
	}
	note(fmt.Sprintf("%s, in %s, %s", summary, count(r.report.pages, "page", "pages"), r.report.tookFrom()))
	return code
}
