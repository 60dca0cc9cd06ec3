package maintain

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// tests maps each package to mutate to the tests of which one must then fail, the fastest first, as arguments of go test.
var tests = map[string][]string{
	".":                    {"."},
	"internal/contract":    {"./internal/contract", "."},
	"internal/wire":        {"./internal/wire", "."},
	"internal/formats":     {"./internal/formats", "."},
	"internal/maintain":    {"./internal/maintain", "-timeout=10m ./internal/maintain -tree"},
	"cmd/internal/input":   {"./cmd/internal/input", "./cmd/flexflow"},
	"cmd/internal/output":  {"./cmd/internal/output", "./cmd/flexflow"},
	"cmd/internal/sandbox": {"./cmd/internal/sandbox", "./cmd/flexflow"},
	"flexflowtest":         {"./flexflowtest"},
	"cmd/flexflow":         {"./cmd/flexflow"},
}

const testCommand = "go test -count=1 -short -vet=off -failfast -trimpath -timeout=90s "

// mutant is one small change to a file.
type mutant struct {
	folder, file string
	from, to     int // the bytes that are replaced
	by, what     string
	verdict      string
}

// swaps maps each operator to its replacements: the opposite operator, and the one with another boundary.
var swaps = map[token.Token][]string{
	token.EQL: {"!="}, token.NEQ: {"=="}, token.LAND: {"||"}, token.LOR: {"&&"},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.SHL: {">>"},
}

// mutation runs the tests with each mutant of a package, or of all packages, in a copy of the tree, and prints the mutants with
// which no test fails. Without a mutant, the tests must pass. It does not count a mutant that does not compile. A timeout of the
// tests counts as a failure.
func mutation(folder string) error {
	var mutants []*mutant
	for _, target := range slices.Sorted(maps.Keys(tests)) {
		if folder == target || folder == "./..." {
			found, err := mutantsIn(target)
			if err != nil {
				return err
			}
			mutants = append(mutants, found...)
			for _, pkg := range tests[target] {
				if _, err := run(".", testCommand+pkg); err != nil {
					return fmt.Errorf("the tests of %s fail without a mutant: fix them first: %w", pkg, err)
				}
			}
		}
	}
	if len(mutants) == 0 {
		return fmt.Errorf("%s is not mutated: give ./... or a package that internal/maintain/mutation.go names", folder)
	}
	queue := make(chan *mutant)
	errs := make([]error, runtime.NumCPU())
	var workers sync.WaitGroup
	for i := range errs {
		workers.Go(func() {
			copied, err := copyTree()
			defer os.RemoveAll(copied)
			for m := range queue {
				if err == nil {
					err = m.test(copied)
				}
			}
			errs[i] = err
		})
	}
	for _, m := range mutants {
		queue <- m
	}
	close(queue)
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	killed, survived := 0, 0
	for _, m := range mutants {
		switch m.verdict {
		case "killed":
			killed++
		case "survived":
			survived++
			fmt.Printf("survived  %s\n", m.what)
		}
	}
	fmt.Printf("%d of %d mutants killed (%.1f %%)\n", killed, killed+survived, 100*float64(killed)/float64(killed+survived))
	return nil
}

// test runs the tests with the mutant in a copy of the tree, and sets the verdict.
func (m *mutant) test(copied string) error {
	name := filepath.Join(copied, m.file)
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, []byte(string(content[:m.from])+m.by+string(content[m.to:])), 0o644); err != nil {
		return err
	}
	m.verdict = "survived"
	for _, pkg := range tests[m.folder] {
		args := strings.Fields(testCommand + pkg)
		test := exec.Command(args[0], args[1:]...)
		test.Dir = copied
		if out, err := test.CombinedOutput(); err != nil {
			m.verdict = "killed"
			if strings.Contains(string(out), "[build failed]") {
				m.verdict = "not compiled"
			}
			break
		}
	}
	return os.WriteFile(name, content, 0o644)
}

// mutantsIn returns the mutants of a package.
func mutantsIn(folder string) ([]*mutant, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	var all []*mutant
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".gen.go") || name == "tools.go" {
			continue
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		replace := func(from, to token.Pos, by string) {
			at, end := files.Position(from), files.Position(to)
			was, _, _ := strings.Cut(string(content[at.Offset:end.Offset]), "\n")
			all = append(all, &mutant{folder, name, at.Offset, end.Offset, by, fmt.Sprintf("%s: %s -> %s", at, was, by), ""})
		}
		ast.Inspect(file, func(node ast.Node) bool {
			switch n := node.(type) {
			case *ast.BinaryExpr:
				for _, by := range swaps[n.Op] {
					replace(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), by)
				}
			case *ast.UnaryExpr:
				if n.Op == token.NOT {
					replace(n.OpPos, n.X.Pos(), "")
				}
			case *ast.IfStmt:
				switch n.Cond.(type) {
				case *ast.Ident, *ast.CallExpr, *ast.SelectorExpr:
					replace(n.Cond.Pos(), n.Cond.Pos(), "!")
				}
			case *ast.Ident:
				if by := map[string]string{"true": "false", "false": "true"}[n.Name]; by != "" {
					replace(n.Pos(), n.End(), by)
				}
			case *ast.ExprStmt, *ast.DeferStmt, *ast.GoStmt, *ast.SendStmt, *ast.BranchStmt, *ast.IncDecStmt:
				replace(node.Pos(), node.End(), "")
			}
			return true
		})
	}
	return all, nil
}
