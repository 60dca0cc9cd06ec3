package main

import (
	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/gen"
)

func (c *cli) specCommand() *cobra.Command {
	output := choice{"yaml", []string{"yaml", "json"}}
	cmd := &cobra.Command{
		Use:   "spec",
		Short: "Print the contract, the OpenAPI document that answers are checked against",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			document, err := gen.GetSpecJSON()
			if err == nil {
				err = c.newPrinter(output.value, false).print(document)
			}
			return c.fail(err)
		},
	}
	addChoice(cmd, cmd.Flags(), &output, "output", "o", "output `format`: ")
	return cmd
}
