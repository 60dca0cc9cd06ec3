package maintain

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"regexp"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// validDocument checks that the document and its examples are valid, that each property has a description, and that the client
// supports all of the document. go generate does not call validDocument, and also accepts Twilio's complete published document.
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
		what, _, _ := strings.Cut(err.Error(), "\n") // the other lines are the schema and the value
		return fmt.Errorf("%s: %s: fix it there", document, what)
	}
	return nil
}

// facade has the names that the root package declares by hand. The keys are the names as goName returns them.
type facade struct {
	names   map[string]string // exported names of the package
	methods map[string]method // exported methods of *Client
}

// method describes a method of Client: its name, the type that it returns, the operation that it requests, as goName returns it,
// and the number of arguments that it passes to the request builder.
type method struct {
	name, returns, requests string
	arguments               int
}

func readFacade() (facade, error) {
	f := facade{map[string]string{}, map[string]method{}}
	files, err := parseFolder(".")
	if err != nil {
		return f, err
	}
	add := func(name *ast.Ident) {
		if name.IsExported() {
			f.names[goName(name.Name)] = name.Name
		}
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				if declaration.Recv == nil {
					add(declaration.Name)
				} else if star, ok := declaration.Recv.List[0].Type.(*ast.StarExpr); ok && fmt.Sprint(star.X) == "Client" {
					if declaration.Name.IsExported() {
						f.methods[goName(declaration.Name.Name)] = methodOf(declaration)
					}
				}
			case *ast.GenDecl:
				for _, spec := range declaration.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(spec.Name)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							add(name)
						}
					}
				}
			}
		}
	}
	return f, nil
}

func methodOf(declaration *ast.FuncDecl) method {
	m := method{name: declaration.Name.Name}
	if results := declaration.Type.Results; results != nil {
		if star, ok := results.List[0].Type.(*ast.StarExpr); ok {
			m.returns = fmt.Sprint(star.X)
		}
	}
	ast.Inspect(declaration, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		if called, ok := call.Fun.(*ast.SelectorExpr); ok && fmt.Sprint(called.X) == "gen" {
			if builder := regexp.MustCompile(`^New(\w+)Request$`).FindStringSubmatch(called.Sel.Name); builder != nil {
				m.requests, m.arguments = goName(builder[1]), len(call.Args)
			}
		}
		return true
	})
	return m
}
