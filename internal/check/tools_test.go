package check

import (
	"slices"
	"strings"
	"testing"
)

func TestBreaking(t *testing.T) {
	slow(t)
	less := changed(inFlow(`{url: null}`))
	rows{
		"as released":        {nil, nil},
		"a property more":    {edits{changed(changes[0].document)}, nil},
		"an enum value more": {edits{changed(changes[1].document)}, nil},
		"errors": {edits{less, changed(inFlow(`{enabled: {type: string}, sid: {pattern: ^FX}}`)),
			changed(inOperation(`{operationId: GetFlexFlow}`)), replaced(document, "scheme: basic", "scheme: bearer")},
			prints{"removed the optional property `url`", "`sid` response's property pattern", "to `bearer`",
				"`enabled` response's property `type`", "operation id `FetchFlexFlow` removed"}},
		"only a warning": {edits{replaced(document, "name: FriendlyName", "name: Name")},
			prints{"0 error, 1 warning", "deleted the `query` request parameter `FriendlyName`"}},
		"another path": {edits{replaced(document, "/v1/FlexFlows/{Sid}:", "/v2/FlexFlows/{Sid}:")},
			prints{"API path removed"}},
		"security of another scheme": {edits{changed(`{=security: [{bearer: []}],
			components: {securitySchemes: {bearer: {type: http, scheme: bearer}}}}`)}, prints{"`basicAuth` was removed"}},
		"no security":                   {edits{changed(`{security: null}`)}, prints{"Deleted security requirements"}},
		"an operation without security": {edits{changed(inOperation(`{security: []}`))}, prints{"Security changed"}},
		"other hosts": {edits{changed(inOperation(`{servers: [{url: "https://a.example.com"}]}`)),
			changed(`{=servers: [{url: "https://b.example.com"}]}`)},
			prints{"https://a.example.com", "https://b.example.com"}},
		"a property less in a new major": {edits{less, changed(`{info: {version: 2.0.0}}`)}, nil},
		"a property less in a new minor": {edits{less, changed(`{info: {version: 1.1.0}}`)}, prints{"`url`"}},
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
		"as released":                        {nil, nil},
		"breaks":                             {broken, prints{want}},
		"breaks that are noted":              {noted("- not released yet\n"), nil},
		"breaks noted in an earlier release": {append(noted("- not released yet\n"), next), prints{want}},
	}.run(t, release(t), "api")
}

func TestRelease(t *testing.T) {
	slow(t)
	version := func(version string) func(*testing.T, string) {
		return replaced("version.go", `"0.1.0-dev"`, `"`+version+`"`)
	}
	dated := replaced("CHANGELOG.md", "- not released yet", "- 2026-11-30")
	folder := release(t)
	rows{
		"a build between releases": {
			edits{replaced("CHANGELOG.md", "[0.1.0] - not released yet", "[0.1.0-dev] - 2026-11-30")},
			prints{"version.go: 0.1.0-dev is a build"}},
		"notes without a date": {edits{version("0.1.0")},
			prints{`CHANGELOG.md: the newest section is "## [0.1.0] - not`}},
		"notes of another version": {edits{version("0.2.0"), dated}, prints{`make it "## [0.2.0] - "`}},
		"a release":                {edits{version("0.1.0"), dated}, nil},
	}.run(t, folder, "versions")
	another := copyFolder(t, folder)
	mustRun(t, another, commit)
	rows{
		"a tag of another commit": {edits{version("0.1.0"), dated}, prints{"the tag v0.1.0 is another commit"}},
	}.run(t, another, "versions")
}

// Without a tag there is nothing to compare with; without a repository it is not known.
func TestLastRelease(t *testing.T) {
	slow(t)
	folder := release(t)
	mustRun(t, folder, "git tag --delete v0.1.0")
	for _, target := range []string{"breaking", "api"} {
		out, err := output(t, folder, "make "+target)
		if err != nil || !strings.Contains(out, "no release has a tag yet") {
			t.Errorf("%s: %v, and printed %s", target, err, out)
		}
		rows{"no repository": {edits{removed(".git/HEAD")}, prints{"not a git repository"}}}.run(t, folder, target)
	}
}

func TestGenerated(t *testing.T) {
	slow(t)
	rows{
		"unchanged":                    {nil, nil},
		"a document ahead of its code": {edits{changed(inFlow(`{url: null}`))}, prints{"gen/flexflow.gen.go"}},
		"files that go generate does not write, or would write": {edits{
			replaced("types.gen.go", "type FlexFlow ", "type Flow "), removed("bench/stock/stock.gen.go"),
			written("gen/more.go", "package gen\n"), written("some.go", "// Code generated by hand. DO NOT EDIT.\n"),
		}, prints{" types.gen.go ", " bench/stock/stock.gen.go ", " gen/more.go ", " some.go "}},
	}.run(t, release(t), "generated")
}

func TestImporters(t *testing.T) {
	slow(t)
	const more = "package flexflow\n\nimport _ \"github.com/spf13/pflag\"\n"
	rows{
		"unchanged":            {nil, nil},
		"a requirement more":   {edits{written("more.go", more)}, prints{"+github.com/spf13/pflag"}},
		"one requirement less": {edits{replaced("internal/check/importers.txt", "x/text\n", "x/text\nz\n")}, prints{"-z"}},
	}.run(t, release(t), "importers")
}

func TestRace(t *testing.T) {
	slow(t)
	folder := copyFiles(t, "Makefile")
	edits{written("go.mod", "module a\n"), written("a_test.go", "package a\n")}.apply(t, folder)
	rows{"a C compiler with arguments": {nil, nil}}.run(t, folder, `race CC="gcc -g"`)
	rows{"no C compiler": {nil, prints{"there is no gxx:"}}}.run(t, folder, `race CC="gxx -g"`)
}

func TestFuzz(t *testing.T) {
	slow(t)
	const head = "package a\n\nimport \"testing\"\n\n"
	const fine = head + "func FuzzTwo(f *testing.F) { f.Fuzz(func(t *testing.T, n int) {}) }\n\n" +
		"func FuzzTen(f *testing.F) { f.Fuzz(func(t *testing.T, n int) {}) }\n\nfunc TestNot(t *testing.T) { t.Fail() }\n"
	folder := copyFiles(t, "Makefile", "internal/check/fuzz.sh")
	edits{written("go.mod", "module a\n"), written("a_test.go", fine), written("sub/a_test.go", fine),
		written("other/go.mod", "module other\n"), written("other/a_test.go", fine)}.apply(t, folder)
	out, err := output(t, folder, "make fuzz TIME=10x")
	if err != nil || strings.Count(out, "\nok ") != 6 {
		t.Errorf("%v, want six tests that are ok; it printed:\n%s", err, out)
	}
	fails := func(name string) edits { return edits{replaced(name, "n int) {}", "n int) { t.Fail() }")} }
	rows{
		"a failure":                       {fails("sub/a_test.go"), prints{"--- FAIL: FuzzTwo"}},
		"a failure in another module":     {fails("other/a_test.go"), prints{"fuzz failed in other"}},
		"a package that does not compile": {edits{written("sub/a_test.go", head)}, prints{"imported and not used"}},
		"a package that cannot be read":   {edits{written("sub/a_test.go", "")}, prints{"expected 'package'"}},
	}.run(t, folder, "fuzz TIME=10x")
}
