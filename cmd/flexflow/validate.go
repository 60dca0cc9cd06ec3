package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
	"github.com/flexflow-go/flexflow/cmd/internal/output"
)

const validateHelp = `Validate stored responses against the OpenAPI document, without the API and without an account.

A file has one flow, an array of flows, or a flow on each line; the file - is standard input. For each violation, it
prints a line with file, line, JSON Pointer, keyword and reason, but without the value. The exit code is then 4.`

const validateExample = `  flexflow validate flow.json testdata/*.json
  flexflow fetch --validation report - < sids.txt | flexflow validate -`

func (c *cli) validateCommand() *cobra.Command {
	format := choice{"text", []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:     "validate {FILE | -}...",
		Short:   "Validate stored responses, without the API",
		Long:    validateHelp,
		Example: validateExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			signal.Reset() // a signal ends the program, also while it reads
			v := &validation{json: format.value == "json"}
			code := exitOK
			for _, name := range files {
				content, err := input.ReadFile(name)
				if err != nil {
					c.printError(err)
					v.unread++
					code = exitFailed
				} else if err := v.file(name, content); err != nil {
					return c.fail(err)
				}
			}
			summary := fmt.Sprintf("%d valid, %d invalid", v.valid, v.invalid)
			if v.unread > 0 {
				summary += ", " + output.Count(v.unread, "file not read", "files not read")
			}
			output.Note(summary)
			if v.invalid > 0 {
				code = exitInvalid
			}
			return ended(code)
		},
	}
	addChoice(cmd, cmd.Flags(), &format, "output", "o", "output `format`: ")
	return cmd
}

// validation counts the flows of all files.
type validation struct {
	json                   bool
	valid, invalid, unread int
}

// file validates the flows in a file. Its error is of printing.
func (v *validation) file(name string, content []byte) error {
	before := v.valid + v.invalid
	for flow := range input.Flows(content) {
		found := []flexflow.Violation{{Keyword: "json"}}
		if flow.Err != nil {
			found[0].Reason = flow.Err.Error()
		} else {
			broken := new(flexflow.ResponseError)
			parsed, err := flexflow.ParseFlexFlow(flow.Body)
			if !errors.As(err, &broken) {
				v.valid++
				if flexflow.Value(parsed.SID) == "" {
					output.Note(fmt.Sprintf("%s:%d: the flow has no sid", name, flow.Line))
				}
				continue
			}
			found = broken.Violations
		}
		if err := v.result(name, flow.Line, found); err != nil {
			return err
		}
	}
	if v.valid+v.invalid == before {
		return v.result(name, 1, []flexflow.Violation{{Keyword: "empty", Reason: "the file has no flow"}})
	}
	return nil
}

// result prints what is wrong with one flow.
func (v *validation) result(file string, line int, found []flexflow.Violation) error {
	v.invalid++
	for _, each := range found {
		text := fmt.Appendf(nil, "%s:%d: %s", output.Printable(file), line, output.Printable(each.String()))
		if v.json {
			var err error
			text, err = json.Marshal(struct {
				File string `json:"file"`
				Line int    `json:"line"`
				output.Violation
			}{file, line, output.Violation(each)})
			if err != nil {
				return err
			}
			text = output.PrintableJSON(text)
		}
		if _, err := os.Stdout.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return nil
}
