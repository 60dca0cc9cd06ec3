// Package maintain has the generators and checks for which there is no existing command. The Makefile runs them in the root
// folder; go run tools.go help lists them.
package maintain

import (
	"fmt"
	"os"
	"strings"
)

const (
	module           = "github.com/flexflow-go/flexflow"
	document         = "api/openapi.yaml"
	releasedDocument = "api/released/openapi.yaml"
	severityLevels   = "api/released/severity-levels.txt"
	releasedAPI      = "api/released/go.api"
	upstreamKnown    = "api/upstream-known.yaml"

	apidiff = "golang.org/x/exp/cmd/apidiff@v0.0.0-20261014143641-f0251eb4aa3e"
	oasdiff = "github.com/oasdiff/oasdiff@v1.36.0"
)

var commands = []struct {
	name, argument, does string
	do                   func(argument string) error
}{
	{"exports", "", "write types.gen.go, gen/attributes.gen.go and internal/contract/values.gen.go, the code for the types of successful responses", exports},
	{"contract", "", "write internal/contract/document.gen.go, the document as Go literals", contract},
	{"generated", "", "check that go generate changes nothing", generated},
	{"document", "", "check that the document is valid and has descriptions, and that the client supports all of it", validDocument},
	{"breaking", "", "check that the document is compatible with that of the last release, or has another major version", breaking},
	{"api", "", "check that the Go API is compatible with the last release, or that CHANGELOG.md names the change", api},
	{"baseline", "", "check that changes are compared with the last release", baseline},
	{"importers", "", "check that importers get only the requirements that the library needs", importers},
	{"released", "", "record the document and the Go API as those of the last release", released},
	{"upstream", "DOC", "compare the document with DOC, the path or URL of a document of Twilio's", upstream},
	{"fuzz", "TIME", "run each fuzz test for this long", fuzz},
	{"mutation", "PACKAGE", "change the code of PACKAGE, or of ./..., in small ways, and print the changes that no test notices", mutation},
}

// Main runs the command named in args, and returns the exit code.
func Main(args []string) int {
	for _, c := range commands {
		if len(args) == 0 || args[0] != c.name || (len(args) == 2) != (c.argument != "") || len(args) > 2 {
			continue
		}
		if err := c.do(strings.Join(args[1:], "")); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", c.name, err)
			return 1
		}
		return 0
	}
	fmt.Println("usage: go run tools.go COMMAND")
	for _, c := range commands {
		fmt.Printf("  %-14s %s\n", c.name+" "+c.argument, c.does)
	}
	if len(args) == 1 && args[0] == "help" {
		return 0
	}
	return 2
}
