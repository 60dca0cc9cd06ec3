package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/contract"
)

const validateHelp = `Validate stored flows against the OpenAPI document, without the API and without an account.

A file has flows, arrays of flows, or pages of a list; the file - is standard input. For each violation, it prints a
line with file, line, SID, JSON Pointer, keyword and reason, but without the value. The exit code is then 4. A SID that
occurs again is reported on standard error. With --expect, the exit code is 5 if SIDs of that file are missing.`

const validateExample = `  flexflow validate flow.json testdata/*.json
  flexflow validate --expect sids.txt flows.jsonl
  flexflow fetch --validation report - < sids.txt | flexflow validate -`

func validateCommand() *cobra.Command {
	v := &validation{seen: map[string]bool{}}
	format := choice{"text", []string{"text", "jsonl"}}
	cmd := &cobra.Command{
		Use:     "validate {FILE | -}...",
		Short:   "Validate stored flows, without the API",
		Long:    validateHelp,
		Example: validateExample,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			v.jsonl = format.value == "jsonl"
			return v.run(files)
		},
	}
	addChoice(cmd, cmd.Flags(), &format, "output", "o", "output `format`: ")
	cmd.Flags().StringVar(&v.expect, "expect", "", "`file` with a SID on each line: report those that no flow has")
	return cmd
}

// validation counts the flows of all files.
type validation struct {
	jsonl  bool
	expect string          // the file of the SIDs to expect, or ""
	seen   map[string]bool // SIDs

	valid, invalid, again, missing, unread int
}

// run validates the files and prints a summary. It goes on after a file that it cannot read.
func (v *validation) run(files []string) error {
	var expected *os.File
	if v.expect != "" {
		var err error
		if expected, err = openFile(v.expect); err != nil {
			return fmt.Errorf("--expect: %w", err)
		}
	}
	for _, name := range files {
		if err := v.file(name); err != nil {
			return fail(err)
		}
	}
	if expected != nil {
		if err := v.findMissing(expected); err != nil {
			return fail(err)
		}
	}
	summary := fmt.Sprintf("%d valid, %d invalid", v.valid, v.invalid)
	for _, each := range []struct {
		count int
		text  string
	}{{v.again, "with a SID that occurred before"}, {v.missing, "missing"}, {v.unread, "not read"}} {
		if each.count > 0 {
			summary += fmt.Sprintf(", %d %s", each.count, each.text)
		}
	}
	note(summary)
	switch {
	case v.missing > 0:
		return exitCode(exitIncomplete)
	case v.invalid > 0:
		return exitCode(exitInvalid)
	case v.unread > 0:
		return exitCode(exitFailed)
	}
	return nil
}

// file validates the flows in a file. Its error is of printing.
func (v *validation) file(name string) error {
	file, err := openFile(name)
	if err != nil {
		v.notRead(err)
		return nil
	}
	defer file.Close()
	isEmpty := true
	for flow := range storedFlows(file) {
		if _, notRead := errors.AsType[*fs.PathError](flow.err); notRead {
			v.notRead(flow.err)
			return nil
		}
		isEmpty = false
		if err := v.flow(name, flow); err != nil {
			return err
		}
	}
	if isEmpty {
		return v.flow(name, storedFlow{line: 1, err: errors.New("the file has no flow")})
	}
	return nil
}

func (v *validation) notRead(err error) {
	printError(err)
	v.unread++
}

// flow validates and counts one flow.
func (v *validation) flow(file string, flow storedFlow) error {
	broken := &flexflow.ResponseError{Violations: []flexflow.Violation{{Keyword: "json"}}}
	if flow.err != nil {
		broken.Violations[0].Reason = flow.err.Error()
	} else if _, err := flexflow.ParseFlexFlow(flow.body); !errors.As(err, &broken) {
		broken = nil
	}
	sid := contract.SIDOf(flow.body)
	switch {
	case v.seen[sid]:
		v.again++
		note(fmt.Sprintf("%s:%d: %s occurred before", file, flow.line, sid))
	case sid != "":
		v.seen[sid] = true
	case broken == nil:
		note(fmt.Sprintf("%s:%d: the flow has no sid", file, flow.line))
	}
	if broken == nil {
		v.valid++
		return nil
	}
	v.invalid++
	return v.print(file, flow.line, sid, broken.Violations)
}

// findMissing prints the SIDs of a file that no flow has.
func (v *validation) findMissing(expected *os.File) error {
	missing := []flexflow.Violation{{Pointer: "/sid", Keyword: "missing", Reason: "no flow has this SID"}}
	for g, err := range readSIDs([]string{"-"}, expected, true) {
		switch {
		case err != nil:
			v.notRead(err)
		case !v.seen[g.sid]:
			v.missing++
			if err := v.print(v.expect, g.line, shown(g.sid), missing); err != nil {
				return err
			}
		}
	}
	return nil
}

// print prints what is wrong with a flow, a line for each violation.
func (v *validation) print(file string, line int, sid string, found []flexflow.Violation) error {
	for _, each := range found {
		text := fmt.Sprintf("%s:%d: ", file, line)
		if sid != "" {
			text += sid + ": "
		}
		text = printable(text + each.String())
		if v.jsonl {
			record, err := json.Marshal(struct {
				File string `json:"file"`
				Line int    `json:"line"`
				SID  string `json:"sid,omitempty"`
				violation
			}{file, line, sid, violation(each)})
			if err != nil {
				return err
			}
			text = string(printableJSON(record))
		}
		if _, err := fmt.Println(text); err != nil {
			return err
		}
	}
	return nil
}
