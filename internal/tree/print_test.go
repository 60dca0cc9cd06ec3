package tree_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow/internal/tree"
)

func init() { tree.Withhold("identity") }

type person struct {
	Identity *string        `json:"identity,omitempty"`
	Number   int64          `json:"number"`
	Friends  []person       `json:"friends,omitempty"`
	More     map[string]any `json:"more,omitempty"`
	Parent   *person        `json:"parent,omitempty"`
}

func (p person) Format(s fmt.State, verb rune) {
	type plain person
	tree.Format(s, verb, plain(p))
}

func (p person) LogValue() slog.Value {
	type plain person
	return tree.LogValue(plain(p))
}

// Personal attributes are withheld at any depth, and numbers keep all digits. A log can be queried by the attributes.
func TestFormat(t *testing.T) {
	t.Parallel()
	ann := "ann@example.com"
	leaf := person{Identity: &ann, Number: 9007199254740993}
	value := person{
		Identity: &ann, Number: 1, Friends: []person{leaf}, Parent: &leaf,
		More: map[string]any{"identity": ann, "list": []any{map[string]any{"identity": ann}}},
	}
	const withheld = `{"identity":"[withheld]","number":9007199254740993}`
	want := `{"friends":[` + withheld + `],"identity":"[withheld]",` +
		`"more":{"identity":"[withheld]","list":[{"identity":"[withheld]"}]},"number":1,"parent":` + withheld + `}`
	for _, format := range []string{"%v", "%s"} {
		if got := fmt.Sprintf(format, value); got != want {
			t.Errorf("%s: %s, want %s", format, got, want)
		}
	}
	all := fmt.Sprintf("%+v", value)
	if strings.Count(all, ann) != 5 || !strings.HasPrefix(all, `{"identity":`) {
		t.Errorf("%%+v: %s", all)
	}
	if got := fmt.Sprintf("%#v", person{Number: 7}); !strings.Contains(got, "Number:7") {
		t.Errorf("%%#v: %s", got)
	}

	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "p", value)
	for _, want := range []string{
		"p.identity=[withheld]", "p.number=1", "p.parent.number=9007199254740993", "p.parent.identity=[withheld]",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, &log)
		}
	}
	if strings.Contains(log.String(), "ann@") {
		t.Errorf("a personal value in %s", &log)
	}
}
