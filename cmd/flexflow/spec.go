package main

import (
	"github.com/spf13/cobra"

	"github.com/flexflow-go/flexflow/gen"
)

func specCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "spec",
		Short:   "Print the contract: the OpenAPI document that each response is validated against",
		Example: "  flexflow spec > openapi.json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			document, err := gen.GetSpecJSON()
			if err != nil {
				return fail(err)
			}
			return fail((&printer{format: "json"}).print(document))
		},
	}
}
