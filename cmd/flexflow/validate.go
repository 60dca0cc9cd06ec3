package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

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
	v := &validation{
		format: choice{"text", []string{"text", "jsonl"}}, seen: map[string]bool{}, out: bufio.NewWriter(os.Stdout),
	}
	cmd := &cobra.Command{
		Use:     "validate {FILE | -}...",
		Short:   "Validate stored flows, without the API",
		Long:    validateHelp,
		Example: validateExample,
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(_ *cobra.Command, files []string) error { return v.run(files) },
	}
	addChoice(cmd, cmd.Flags(), &v.format, "output", "o", "output `format`: ")
	cmd.Flags().StringVar(&v.expect, "expect", "", "`file` with a SID on each line: report those that no flow has")
	return cmd
}

// validation counts the flows of all files.
type validation struct {
	format choice
	expect string          // the file of the SIDs to expect, or ""
	seen   map[string]bool // SIDs
	out    *bufio.Writer

	valid, invalid, again, missing, unread int
	code                                   exitCode // the highest so far
}

// run validates the files and prints a summary. It goes on after a file that it cannot read.
func (v *validation) run(files []string) error {
	for _, name := range files {
		v.file(name)
	}
	if v.expect != "" {
		v.findMissing()
	}
	summary := fmt.Sprintf("%d valid, %d invalid", v.valid, v.invalid)
	if v.again+v.missing+v.unread > 0 {
		summary += fmt.Sprintf(", %d repeated, %d missing, %d not read", v.again, v.missing, v.unread)
	}
	note(summary)
	if err := v.out.Flush(); err != nil {
		return fail(err)
	}
	return v.code
}

// file validates the flows in a file.
func (v *validation) file(name string) {
	file, err := openFile(name)
	if err != nil {
		v.notRead(err)
		return
	}
	defer file.Close()
	isEmpty := true
	for flow := range storedFlows(file) {
		isEmpty = false
		v.flow(name, flow)
	}
	if isEmpty {
		v.flow(name, storedFlow{line: 1, err: errors.New("the file has no flow")})
	}
}

// notRead counts a file that cannot be read.
func (v *validation) notRead(err error) {
	printError(err)
	v.unread++
	v.code = exitIncomplete
}

// flow validates and counts one flow.
func (v *validation) flow(file string, flow storedFlow) {
	broken := &flexflow.ResponseError{Violations: []flexflow.Violation{{Keyword: "json"}}}
	if _, unread := errors.AsType[*fs.PathError](flow.err); unread {
		v.notRead(flow.err)
		return
	} else if flow.err != nil {
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
		return
	}
	v.invalid++
	v.code = max(v.code, exitInvalid)
	v.print(file, flow.line, sid, broken.Violations...)
}

// findMissing prints the expected SIDs that no flow has.
func (v *validation) findMissing() {
	file, err := openFile(v.expect)
	if err != nil {
		v.notRead(err)
		return
	}
	for g, err := range readSIDs([]string{"-"}, file) {
		if err != nil {
			v.notRead(fmt.Errorf("%s, %w", v.expect, err))
		} else if !v.seen[g.sid] {
			v.seen[g.sid] = true
			v.missing++
			v.code = exitIncomplete
			missing := flexflow.Violation{Pointer: "/sid", Keyword: "missing", Reason: "no flow has this SID"}
			v.print(v.expect, g.line, shown(g.sid), missing)
		}
	}
}

// print prints what is wrong with a flow, a line for each violation. The last Flush returns any error.
func (v *validation) print(file string, line int, sid string, found ...flexflow.Violation) {
	for _, each := range found {
		place := strings.TrimSuffix(fmt.Sprintf("%s:%d: %s", file, line, sid), ": ") // there may be no SID
		text := printable(place + ": " + each.String())
		if v.format.value == "jsonl" {
			record, _ := json.Marshal(struct {
				File string `json:"file"`
				Line int    `json:"line"`
				SID  string `json:"sid,omitempty"`
				violation
			}{file, line, sid, violation(each)})
			text = string(printableJSON(record))
		}
		fmt.Fprintln(v.out, text)
	}
	v.out.Flush()
}
