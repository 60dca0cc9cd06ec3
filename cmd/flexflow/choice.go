package main

import (
	"fmt"
	"slices"
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
