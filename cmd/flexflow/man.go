package main

import (
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/flexflow-go/flexflow"
)

// manCommand writes the man pages for the archives of a release.
func manCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write the man pages to a folder",
		Example: "  flexflow man man1",
		Hidden:  true,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fail(err)
			}
			cmd.Root().DisableAutoGenTag = true
			header := doc.GenManHeader{Section: "1", Source: "flexflow " + flexflow.Version, Manual: "flexflow"}
			return fail(doc.GenManTree(cmd.Root(), &header, args[0]))
		},
	}
}
