package maintain

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// validDocument is the strict check of the document: that it is valid, its examples too, that its properties are described,
// and that the client follows all of it. It is no part of go generate, which takes what it can carry of any document, so
// that Twilio's whole published document can be tried.
func validDocument(string) error {
	doc, err := readDocument(document)
	if err != nil {
		return err
	}
	facade, err := readFacade()
	if err != nil {
		return err
	}
	var problems []error
	for _, problem := range facade.problemsOf(doc) {
		problems = append(problems, fmt.Errorf("%s: %s", document, problem))
	}
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	for name, validator := range formats.Strings() {
		openapi3.DefineStringFormatValidator(name, validator)
	}
	spec, err := openapi3.NewLoader().LoadFromFile(document)
	if err == nil {
		err = spec.Validate(context.Background(), openapi3.EnableSchemaFormatValidation())
	}
	if err != nil {
		what, _, _ := strings.Cut(err.Error(), "\n") // the schema and the value follow
		return fmt.Errorf("%s: %s: fix it there", document, what)
	}
	return nil
}

// facade is what the root package declares by hand, each name by what goName makes of it.
type facade struct {
	names   map[string]string // exported, of the package
	methods map[string]string // of *Client
}

func readFacade() (facade, error) {
	f := facade{map[string]string{}, map[string]string{}}
	files, err := parseFolder(".")
	if err != nil {
		return f, err
	}
	add := func(to map[string]string, name *ast.Ident) {
		if name.IsExported() {
			to[goName(name.Name)] = name.Name
		}
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				if declaration.Recv == nil {
					add(f.names, declaration.Name)
				} else if star, ok := declaration.Recv.List[0].Type.(*ast.StarExpr); ok && fmt.Sprint(star.X) == "Client" {
					add(f.methods, declaration.Name)
				}
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(f.names, spec.Name)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							add(f.names, name)
						}
					}
				}
			}
		}
	}
	return f, nil
}
