// Package check refuses what the client does not follow in the document. The other checks are scripts that call tools.
package check

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/yaml"

	"github.com/flexflow-go/flexflow/internal/formats"
)

const document = "api/openapi.yaml"

// Document checks that the client follows all of the document, and that the document and its examples are valid. It
// runs in the root folder. Each line of the error is one problem, with its place and what to do.
func Document() error {
	doc, err := readYAML(document)
	if err != nil {
		return err
	}
	code, err := readGo(".")
	if err != nil {
		return err
	}
	problems, err := overlays()
	if err != nil {
		return err
	}
	for _, problem := range problemsOf(doc, code) {
		problems = append(problems, document+": "+problem)
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	return validate()
}

// validate checks the document and its examples with kin-openapi.
func validate() error {
	for name, validator := range formats.Strings() {
		openapi3.DefineStringFormatValidator(name, validator)
	}
	spec, err := openapi3.NewLoader().LoadFromFile(document)
	if err == nil {
		err = spec.Validate(context.Background(), openapi3.EnableSchemaFormatValidation())
	}
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n") // the other lines are the schema and the value
		return fmt.Errorf("%s: %s: fix it there", document, what)
	}
	return nil
}

// overlays refuses an overlay in a configuration of oapi-codegen: it would change the generated code after this check.
func overlays() (problems []string, err error) {
	names, err := filepath.Glob("api/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		config, err := readYAML(name)
		if err != nil {
			return nil, err
		}
		if object(config["output-options"])["overlay"] != nil {
			problems = append(problems, fmt.Sprintf("%s: output-options overlay: edit %s instead", name, document))
		}
	}
	return problems, nil
}

// readYAML does not use kin-openapi, which drops the fields beside a $ref.
func readYAML(name string) (map[string]any, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var node map[string]any
	if _, err := yaml.Unmarshal(content, &node, yaml.DecodeOpts{DisableTimestamps: true}); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return node, nil
}

// readGo returns the code of all Go files in a folder.
func readGo(folder string) (string, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return "", err
	}
	var code strings.Builder
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		code.Write(content)
	}
	return code.String(), nil
}
