package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/flexflow-go/flexflow"
)

// nextSteps returns the commands that fetch what is left, and what failed.
func (b *batch) nextSteps() (steps []string) {
	again := "flexflow fetch " + flagsOf(b.flags, "errors", "deadline")
	if b.stopped != nil && b.report.batch {
		onward := again
		if b.errors != "" {
			onward += "--errors OTHER "
		}
		rest := slices.Clone(b.sids.args[b.stopped.next.arg:])
		for i, sid := range rest {
			if err := b.invalidSID(sid); err != nil {
				rest[i] = newFailure(given{sid: sid}, err).SID
			}
		}
		if slices.Contains(rest, "-") {
			onward = b.source(max(b.stopped.next.line, 1)) + " | " + onward
		}
		steps = append(steps, "to go on: "+onward+quote(rest...)+" >> OUTPUT")
	}
	for _, arg := range b.sids.args {
		if info, err := os.Stat(arg); b.report.counts[exitUsage] > 0 && err == nil && info.Mode().IsRegular() {
			steps = append(steps, "to read SIDs from a file: flexflow fetch - < "+quote(arg))
		}
	}
	if b.errors != "" && b.report.failed > 0 {
		steps = append(steps, fmt.Sprintf("to retry what failed: jq -r .sid %s | %s-", quote(b.errors), again))
	}
	return steps
}

// source prints standard input from a line on. With --unique, it leaves out the SIDs that are before that line too.
func (b *batch) source(line int) string {
	if b.unique {
		return fmt.Sprintf(`awk '{print seen[$1]++ ? "" : $0}' FILE | tail -n +%d`, line)
	}
	return fmt.Sprintf("tail -n +%d FILE", line)
}

// invalidSID returns the error of a SID that is invalid. It sends nothing, because its context has ended.
func (b *batch) invalidSID(sid string) error {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.client.FetchFlexFlow(ctx, sid); errors.Is(err, flexflow.ErrInvalidSID) {
		return err
	}
	return nil
}

// quote returns words of a command line, each in quotes if a shell would change it.
func quote(words ...string) string {
	special := func(r rune) bool {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		return !letter && !strings.ContainsRune("0123456789_-+=:,./@%", r)
	}
	quoted := slices.Clone(words)
	for i, word := range words {
		if word == "" || strings.ContainsFunc(word, special) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// flagsOf returns the flags that the command line set, with a space after each, but not those with these names.
func flagsOf(flags *pflag.FlagSet, except ...string) string {
	text := ""
	flags.Visit(func(flag *pflag.Flag) {
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		if !slices.Contains(except, flag.Name) {
			text += quote("--"+flag.Name+"="+value) + " "
		}
	})
	return text
}
