package main

import (
	"fmt"
	"os"
	"strings"

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
			root := cmd.Root()
			root.DisableAutoGenTag = true
			root.Long = rootHelp
			for _, each := range append(root.Commands(), root) {
				each.Long += manSection("EXIT STATUS", exitCodesHelp) + manSection("ENVIRONMENT", environmentHelp)
			}
			header := doc.GenManHeader{Section: "1", Source: "flexflow " + flexflow.Version, Manual: "flexflow"}
			return fail(doc.GenManTree(root, &header, args[0]))
		},
	}
}

// manSection returns a table of --help as a section in Markdown.
func manSection(title, table string) string {
	about, rows, _ := strings.Cut(table, "\n")
	text := fmt.Sprintf("\n\n# %s\n%s\n", title, about)
	for row := range strings.SplitSeq(rows, "\n") {
		name, meaning, _ := strings.Cut(strings.TrimSpace(row), "  ")
		text += fmt.Sprintf("\n**%s**\n: %s\n", name, strings.TrimSpace(meaning))
	}
	return text
}
