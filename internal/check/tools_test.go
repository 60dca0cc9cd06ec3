package check

import (
	"slices"
	"strings"
	"testing"
)

func TestBreaking(t *testing.T) {
	slow(t)
	rows{
		"as released":        {nil, ""},
		"a property more":    {changes[0].edits, ""},
		"an enum value more": {changes[1].edits, ""},
		"a property less":    {edits{changed(inFlow(`{url: null}`))}, "removed the optional property `url`"},
		"another type": {edits{changed(inFlow(`{enabled: {type: string}}`))},
			"`enabled` response's property `type`"},
		"another pattern": {edits{changed(inFlow(`{sid: {pattern: ^FX}}`))}, "pattern"},
		"another path": {edits{replaced(document, "/v1/FlexFlows/{Sid}:", "/v2/FlexFlows/{Sid}:")},
			"API path removed"},
		"another operationId":     {edits{changed(inOperation(`{operationId: GetFlexFlow}`))}, "FetchFlexFlow"},
		"another security scheme": {edits{replaced(document, "      scheme: basic", "      scheme: bearer")}, "bearer"},
		"security of another scheme": {edits{changed(`{=security: [{bearer: []}],
			components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}}`)}, "`basicAuth` was removed"},
		"no security":                   {edits{changed(`{security: null}`)}, "Deleted security requirements: basicAuth"},
		"an operation without security": {edits{changed(inOperation(`{security: []}`))}, "Security changed"},
		"another host": {edits{changed(`{=servers: [{url: "https://flex.example.com"}]}`)},
			"https://flex.example.com"},
		"another host of an operation": {edits{changed(inOperation(`{servers: [{url: "https://flex.example.com"}]}`))},
			"https://flex.example.com"},
		"a property less in a new major": {edits{changed(inFlow(`{url: null}`)), changed(`{info: {version: 2.0.0}}`)}, ""},
		"a property less in a new minor": {edits{changed(inFlow(`{url: null}`)), changed(`{info: {version: 1.1.0}}`)},
			"`url`"},
	}.run(t, release(t), "breaking")
}

func TestAPI(t *testing.T) {
	slow(t)
	broken := edits{
		replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)"),
		replaced("errors.go", "func (e *TransportError) Unwrap(", "func (e *TransportError) Cause("),
		replaced("options.go", "func WithUserAgent(", "func WithAgent("),
		replaced("flexflowtest/handler.go", "func (h *Handler) Requests(", "func (h *Handler) Received("),
		replaced("gen/flexflow.gen.go", "LongLived", "longLived"),
		replaced("gen/flexflow.gen.go", "func GetSwagger(", "func Swagger("), // not part of the API
	}
	const want = "`Client.CloseIdleConnections`: changed from func() to func(...int)\n`FlexFlow.LongLived`: removed\n" +
		"`Handler.Requests`: removed\n`TransportError.Unwrap`: removed\n`WithUserAgent`: removed\n"
	const note = "\n- `WithUserAgent`, `Client.CloseIdleConnections`, `FlexFlow.LongLived`, `Handler.Requests` and " +
		"`TransportError.Unwrap` are gone.\n"
	noted := func(heading string) edits {
		return append(slices.Clip(broken), replaced("CHANGELOG.md", heading, heading+note))
	}
	next := replaced("CHANGELOG.md", "## [0.1.0]", "## [0.2.0] - not released yet\n\nNothing yet.\n\n## [0.1.0]")
	rows{
		"as released":                        {nil, ""},
		"breaks":                             {broken, want},
		"breaks that are noted":              {noted("- not released yet\n"), ""},
		"breaks noted in an earlier release": {append(noted("- not released yet\n"), next), want},
	}.run(t, release(t), "api")
}

func TestRelease(t *testing.T) {
	slow(t)
	version := func(version string) func(*testing.T, string) {
		return replaced("version.go", `"0.1.0-dev"`, `"`+version+`"`)
	}
	dated := replaced("CHANGELOG.md", "- not released yet", "- 2026-11-30")
	rows{
		"a build between releases": {edits{dated}, "version.go: 0.1.0-dev is a build between releases"},
		"notes without a date":     {edits{version("0.1.0")}, `CHANGELOG.md: the newest section is "## [0.1.0] - not`},
		"notes of another version": {edits{version("0.2.0"), dated}, `make it "## [0.2.0] - "`},
		"a release":                {edits{version("0.1.0"), dated}, ""},
	}.run(t, release(t), "versions")

	folder := release(t)
	mustRun(t, folder, "git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--allow-empty",
		"-m", "More")
	rows{
		"a tag of another commit": {edits{version("0.1.0"), dated}, "the tag v0.1.0 is another commit"},
	}.run(t, folder, "versions")
}

// Without a tag there is nothing to compare with; without a repository it is not known.
func TestLastRelease(t *testing.T) {
	slow(t)
	folder := release(t)
	mustRun(t, folder, "git", "tag", "--delete", "v0.1.0")
	for _, target := range []string{"breaking", "api"} {
		out, err := output(t, folder, "make", target)
		if err != nil || !strings.Contains(out, "no release has a tag yet") {
			t.Errorf("%s: %v, and printed %s", target, err, out)
		}
		rows{"no repository": {edits{removed(".git/HEAD")}, "not a git repository"}}.run(t, folder, target)
	}
}

func TestGenerated(t *testing.T) {
	slow(t)
	rows{
		"unchanged":                    {nil, ""},
		"a document ahead of its code": {edits{changed(inFlow(`{url: null}`))}, "gen/flexflow.gen.go"},
		"an edited file":               {edits{replaced("types.gen.go", "type FlexFlow ", "type Flow ")}, "types.gen.go"},
		"a file that nothing writes":   {edits{written("gen/more.go", "package gen\n")}, "gen/more.go"},
		"a generated file that nothing writes": {edits{written("more.go", "// Code generated by hand. DO NOT EDIT.\n")},
			"more.go"},
		"a file not yet written": {edits{removed("types.gen.go")}, "types.gen.go"},
	}.run(t, copyTree(t), "generated")
}

func TestImporters(t *testing.T) {
	slow(t)
	const more = "package flexflow\n\nimport _ \"github.com/spf13/pflag\"\n"
	rows{
		"unchanged":            {nil, ""},
		"a requirement more":   {edits{written("more.go", more)}, "+github.com/spf13/pflag"},
		"one requirement less": {edits{replaced("internal/check/importers.txt", "x/text\n", "x/text\nz\n")}, "-z"},
	}.run(t, copyTree(t), "importers")
}

func TestFuzz(t *testing.T) {
	slow(t)
	const head = "package a\n\nimport \"testing\"\n\n"
	const fine = head + "func FuzzTwo(f *testing.F) { f.Fuzz(func(t *testing.T, n int) {}) }\n\n" +
		"func FuzzTen(f *testing.F) { f.Fuzz(func(t *testing.T, n int) {}) }\n\nfunc TestNot(t *testing.T) { t.Fail() }\n"
	folder := copyFiles(t, "Makefile", "internal/check/fuzz.sh")
	edits{written("go.mod", "module a\n"), written("a_test.go", fine), written("sub/a_test.go", fine),
		written("other/go.mod", "module other\n"), written("other/a_test.go", fine)}.apply(t, folder)
	out, err := output(t, folder, "make", "fuzz", "TIME=10x")
	if err != nil || strings.Count(out, "\nok ") != 6 {
		t.Errorf("%v, want six tests that are ok; it printed:\n%s", err, out)
	}
	rows{
		"a failure": {edits{replaced("sub/a_test.go", "n int) {}", "n int) { t.Fail() }")}, "--- FAIL: FuzzTwo"},
		"a failure in another module": {edits{replaced("other/a_test.go", "n int) {}", "n int) { t.Fail() }")},
			"fuzz failed in other"},
		"a package that does not compile": {edits{written("sub/a_test.go", head)}, "imported and not used"},
		"a package that cannot be read":   {edits{written("sub/a_test.go", "")}, "expected 'package'"},
	}.run(t, folder, "fuzz", "TIME=10x")
}
