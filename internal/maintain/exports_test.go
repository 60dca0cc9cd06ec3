package maintain

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func TestExports_declaredInTheRoot(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "go.mod", "module "+module+"\n")
	write(t, "hand.go", "package flexflow\n\nimport _ \"missing\"\n\ntype Taken struct{}\n\nfunc (Taken) Part() {}\n")
	for _, folder := range []string{"gen", "api", "internal/contract"} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, document, `{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {}, "components": {"schemas": {"Whole": {"properties": {"secret": {"x-personal": true}, "open": {}}}}}}`)
	write(t, "gen/x.gen.go", `package gen

type Whole struct {
	Taken *Taken
	Some  []map[string]Part
	Other error
	Union Union
}
type Taken string
type Part struct {
	Dash *string `+"`json:\"-,omitempty\"`"+`
}
type Error struct{}
type Union struct{ union []byte }
type Cat struct{}
const (
	TakenOne Taken = "one"
)
func (u Union) AsCat() (Cat, error) { return Cat{}, nil }
// NewFetchRequest makes the request GET /x at base.
// A response with status 200 holds a Whole.
func NewFetchRequest() {}
`)
	if err := exports(""); err != nil {
		t.Fatal(err)
	}
	if prints := read(t, "gen/attributes.gen.go"); !strings.Contains(prints, `{"secret": true}`) || !strings.Contains(prints, "func (v Whole) Format(") {
		t.Errorf("attributes.gen.go is %s", prints)
	}
	if builds := read(t, "internal/contract/values.gen.go"); !strings.Contains(builds, `v.Dash = pointer(b, object["-"], text[string])`) {
		t.Errorf("values.gen.go is %s", builds)
	}
	got := strings.Fields(read(t, "types.gen.go"))
	var names []string
	for i, word := range got {
		if word == "=" {
			names = append(names, got[i-1])
		}
	}
	if want := []string{"Cat", "Part", "TakenOne", "Union", "Whole"}; !slices.Equal(slices.Sorted(slices.Values(names)), want) {
		t.Errorf("names %v, want %v", names, want)
	}
}
