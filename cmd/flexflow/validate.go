package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
)

const validateHelp = `Validate stored responses against the OpenAPI document, without the API and without an account.

A file has one flow, an array of flows, or a flow on each line; the file - is standard input. For each violation, it
prints a line with file, line, JSON Pointer, keyword and reason, but without the value. The exit code is then 4.`

const validateExample = `  flexflow validate flow.json testdata/*.json
  flexflow fetch --validation report - < sids.txt | flexflow validate -`

func validateCommand() *cobra.Command {
	format := choice{"text", []string{"text", "json"}}
	cmd := &cobra.Command{
		Use:     "validate {FILE | -}...",
		Short:   "Validate stored responses, without the API",
		Long:    validateHelp,
		Example: validateExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			v := &validation{json: format.value == "json"}
			return v.run(files)
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

// run validates the files and prints a summary. It goes on after a file that it cannot read.
func (v *validation) run(files []string) error {
	for _, name := range files {
		content, err := readFile(name)
		if err != nil {
			printError(err)
			v.unread++
		} else if err := v.file(name, content); err != nil {
			return fail(err)
		}
	}
	summary := fmt.Sprintf("%d valid, %d invalid", v.valid, v.invalid)
	if v.unread > 0 {
		summary += fmt.Sprintf(", %d not read", v.unread)
	}
	note(summary)
	switch {
	case v.invalid > 0:
		return exitCode(exitInvalid)
	case v.unread > 0:
		return exitCode(exitFailed)
	}
	return nil
}

// file validates the flows in a file. Its error is of printing.
func (v *validation) file(name string, content []byte) error {
	before := v.valid + v.invalid
	for flow := range storedFlows(content) {
		found := []flexflow.Violation{{Keyword: "json"}}
		if flow.err != nil {
			found[0].Reason = flow.err.Error()
		} else {
			broken := new(flexflow.ResponseError)
			parsed, err := flexflow.ParseFlexFlow(flow.body)
			if !errors.As(err, &broken) {
				v.valid++
				if flexflow.Value(parsed.SID) == "" {
					note(fmt.Sprintf("%s:%d: the flow has no sid", name, flow.line))
				}
				continue
			}
			found = broken.Violations
		}
		if err := v.print(name, flow.line, found); err != nil {
			return err
		}
	}
	if v.valid+v.invalid == before {
		return v.print(name, 1, []flexflow.Violation{{Keyword: "empty", Reason: "the file has no flow"}})
	}
	return nil
}

// print counts an invalid flow and prints what is wrong with it.
func (v *validation) print(file string, line int, found []flexflow.Violation) error {
	v.invalid++
	for _, each := range found {
		text := fmt.Appendf(nil, "%s:%d: %s", printable(file), line, printable(each.String()))
		if v.json {
			var err error
			text, err = json.Marshal(struct {
				File string `json:"file"`
				Line int    `json:"line"`
				violation
			}{file, line, violation(each)})
			if err != nil {
				return err
			}
			text = printableJSON(text)
		}
		if _, err := os.Stdout.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return nil
}
