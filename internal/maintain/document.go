package maintain

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/flexflow-go/flexflow/internal/formats"
	"github.com/getkin/kin-openapi/openapi3"
)

func validDocument(string) error {
	for name, validator := range formats.Strings() {
		openapi3.DefineStringFormatValidator(name, validator)
	}
	raw, err := readDocument(document)
	if err != nil {
		return err
	}
	if raw["openapi"] != "3.0.3" {
		return fmt.Errorf("%s is OpenAPI %v: make it 3.0.3, which kin-openapi checks fastest", document, raw["openapi"])
	}
	spec, err := openapi3.NewLoader().LoadFromFile(document)
	if err == nil {
		err = spec.Validate(context.Background(), openapi3.EnableSchemaFormatValidation())
	}
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n") // the schema and the value follow
		return fmt.Errorf("mend %s: %s", document, what)
	}
	if bare := undescribed(raw, raw, "", false); len(bare) > 0 {
		return fmt.Errorf("describe in %s: %s", document, strings.Join(bare, ", "))
	}
	return nil
}

// undescribed finds the properties below a node that have no description.
func undescribed(doc map[string]any, node any, at string, areProperties bool) []string {
	var bare []string
	children := object(node)
	for _, name := range slices.Sorted(maps.Keys(children)) {
		if !areProperties && (name == "example" || name == "examples") {
			continue
		}
		if areProperties && resolve(doc, children[name])["description"] == nil {
			bare = append(bare, at+"/"+name)
		}
		bare = append(bare, undescribed(doc, children[name], at+"/"+name, !areProperties && name == "properties")...)
	}
	for i, item := range list(node) {
		bare = append(bare, undescribed(doc, item, fmt.Sprint(at, "/", i), false)...)
	}
	return bare
}
