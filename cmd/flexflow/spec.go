package main

import (
	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/cmd/internal/output"
	"github.com/flexflow-go/flexflow/gen"
)

func (c *cli) specCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "spec",
		Short:   "Print the contract: the OpenAPI document that each response is validated against",
		Example: "  flexflow spec > openapi.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			printer, err := output.New("json", false, nil, nil)
			if err != nil {
				return err
			}
			document, err := gen.GetSpecJSON()
			if err != nil {
				return c.fail(err)
			}
			return c.fail(printer.Print(document))
		},
	}
}
