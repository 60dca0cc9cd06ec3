package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// choice is a flag that takes one of several words.
type choice struct {
	value   string
	allowed []string
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "string" }

func (c *choice) Set(value string) error {
	if !slices.Contains(c.allowed, value) {
		return fmt.Errorf("takes one of %s", strings.Join(c.allowed, ", "))
	}
	c.value = value
	return nil
}

// addChoice adds a flag for a choice, with completion of its words.
func addChoice(cmd *cobra.Command, flags *pflag.FlagSet, c *choice, name, shorthand, usage string) {
	flags.VarP(c, name, shorthand, usage+strings.Join(c.allowed, ", "))
	cmd.RegisterFlagCompletionFunc(name, cobra.FixedCompletions(c.allowed, cobra.ShellCompDirectiveNoFileComp))
}

// takes returns the rule for the number of arguments, with what to say when it is another.
func takes(least, most int, problem string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return errors.New(problem)
		}
		return nil
	}
}

var noArgs = takes(0, 0, "this command takes no arguments")

// flagError explains the error of a flag in words that are not about the program.
func flagError(_ *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf("unknown flag: -%s", unknown.GetSpecifiedName())
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		name, _ := pflag.UnquoteUsage(missing.GetFlag())
		return fmt.Errorf("--%s needs a value: %s", missing.GetFlag().Name, name)
	}
	invalid, ok := errors.AsType[*pflag.InvalidValueError](err)
	if !ok {
		return err
	}
	flag := invalid.GetFlag()
	what := errors.Unwrap(invalid).Error()
	switch flag.Value.Type() {
	case "duration":
		what = "takes a time with a unit, such as 5s"
		if _, err := strconv.ParseUint(invalid.GetValue(), 10, 16); err == nil {
			what = "takes a time with a unit, such as " + invalid.GetValue() + "s"
		}
	case "int", "int64":
		example := flag.DefValue
		if example == "0" {
			example = "10"
		}
		what = "takes a whole number, such as " + example
	case "bool":
		what = "takes true or false"
	case "stringSlice":
		what = "takes words with commas between them"
	}
	return fmt.Errorf("--%s %s", flag.Name, what)
}
