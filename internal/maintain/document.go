package maintain

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/printer"
	"regexp"
	"slices"
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

// facade has the names that are declared by hand. The keys are the names as goName returns them.
type facade struct {
	names    map[string]string // exported names of the root package
	methods  map[string]method // exported methods of *Client
	contract map[string]string // exported names of internal/contract
}

// method describes a method of Client: its name, the type that it returns, the operations that it requests and validates against,
// as goName returns them, and the arguments that it passes to the request builder and to fetch.
type method struct {
	name, returns, requests, validates string
	sent, checked                      []string
}

func readFacade() (facade, error) {
	root, err := parseFolder(".")
	if err != nil {
		return facade{}, err
	}
	checks, err := parseFolder("internal/contract")
	if err != nil {
		return facade{}, err
	}
	checks = slices.DeleteFunc(checks, func(file *ast.File) bool { return ast.IsGenerated(file) })
	f := facade{names: exportedIn(root), methods: map[string]method{}, contract: exportedIn(checks)}
	f.contract["server"], f.contract["operations"] = "Server", "Operations" // in document.gen.go
	for _, file := range root {
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Recv != nil && function.Name.IsExported() {
				if star, ok := function.Recv.List[0].Type.(*ast.StarExpr); ok && fmt.Sprint(star.X) == "Client" {
					f.methods[goName(function.Name.Name)] = methodOf(function)
				}
			}
		}
	}
	return f, nil
}

// exportedIn returns the exported names that the files of a package declare, by what goName makes of them.
func exportedIn(files []*ast.File) map[string]string {
	names := map[string]string{}
	add := func(name *ast.Ident) {
		if name.IsExported() {
			names[goName(name.Name)] = name.Name
		}
	}
	for _, file := range files {
		for _, declaration := range file.Decls {
			switch declaration := declaration.(type) {
			case *ast.FuncDecl:
				if declaration.Recv == nil {
					add(declaration.Name)
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
	return names
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
		switch called := call.Fun.(type) {
		case *ast.SelectorExpr: // gen.NewFetchFlexFlowRequest(ctx, c.baseURL, sid)
			builder := regexp.MustCompile(`^New(\w+)Request$`).FindStringSubmatch(called.Sel.Name)
			if builder != nil && fmt.Sprint(called.X) == "gen" && len(call.Args) > 1 {
				m.requests, m.sent = goName(builder[1]), sources(call.Args[2:])
			}
		case *ast.IndexExpr: // fetch[FlexFlow](ctx, c, contract.FetchFlexFlow, opts, request, sid)
			if fmt.Sprint(called.X) == "fetch" && len(call.Args) > 4 {
				if operation, ok := call.Args[2].(*ast.SelectorExpr); ok {
					m.validates = goName(operation.Sel.Name)
				}
				m.checked = sources(call.Args[5:])
			}
		}
		return true
	})
	return m
}

// sources returns the expressions as Go code.
func sources(expressions []ast.Expr) []string {
	var all []string
	for _, expression := range expressions {
		var code strings.Builder
		printer.Fprint(&code, positions, expression)
		all = append(all, code.String())
	}
	return all
}
