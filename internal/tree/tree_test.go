package tree_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"github.com/flexflow-go/flexflow/internal/tree"
)

type channel string

// step is like the types that the template writes.
type step struct {
	Name    *string `json:"name,omitempty"`
	Seconds *int    `json:"seconds,omitempty"`
}

func (v *step) SetFields(object map[string]any) bool {
	fits := tree.Set(&v.Name, object["name"])
	return tree.Set(&v.Seconds, object["seconds"]) && fits
}

func TestSet(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		dst   any
		value string
		want  string // what dst encodes to; the value itself if all of it fits
	}{
		{new(*string), `null`, ""},
		{new(*string), `"FO1"`, ""},
		{new(string), `"a"`, ""},
		{new(*channel), `"web"`, ""},
		{new(*time.Time), `"2026-01-15T09:42:00.5+01:00"`, ""},
		{new(*types.Date), `"2026-01-15"`, ""},
		{new(*types.Date), `null`, ""},
		{new(*bool), `false`, ""},
		{new(*int64), `-3`, ""},
		{new(*float64), `16777217`, ""},
		{new(map[string]any), `{"a":[1,{"b":null}]}`, ""},
		{new(map[string]any), `null`, ""},
		{new(step), `{"name":"a","seconds":5}`, ""},
		{new(*step), `{"name":"a"}`, ""},
		{new([]step), `[{"seconds":1},{}]`, ""},
		{new([]string), `["a"]`, ""},
		{new(map[string]int), `{"a":1}`, ""},
		{new(map[string]string), `{"b":"c"}`, ""},

		{new(*string), `1`, `null`},
		{new(string), `1`, `""`},
		{new(*channel), `1`, `null`},
		{new(*time.Time), `"x"`, `null`},
		{new(*time.Time), `1`, `null`},
		{new(*types.Date), `"x"`, `null`},
		{new(*bool), `"x"`, `null`},
		{new(*int64), `"x"`, `null`},
		{new(*int64), `1.5`, `null`},
		{new(*int64), `9007199254740992`, `null`}, // 2^53
		{new(*int64), `-9007199254740992`, `null`},
		{new(*float64), `"x"`, `null`},
		{new(map[string]any), `"x"`, `null`},
		{new(step), `[]`, `{}`},
		{new(*step), `"x"`, `null`},
		{new(*step), `{"name":1,"seconds":5}`, `{"seconds":5}`},
		{new([]step), `"x"`, `null`},
		{new([]step), `[{"seconds":1},"x",{"seconds":"x"}]`, `[{"seconds":1}]`},
		{new([]step), `[{"name":1,"seconds":5}]`, `[{"seconds":5}]`},
		{new([]string), `["a",1,"b"]`, `["a","b"]`},
		{new([]int64), `[1,9007199254740992]`, `[1]`},
		{new(map[string]int), `{"a":1,"b":"x"}`, `null`},
		{new(map[string]int), `{"a":1e30}`, `null`},
		{new([][2]int), `[[1,9007199254740992]]`, `[]`},
	} {
		t.Run(fmt.Sprintf("%T %s", row.dst, row.value), func(t *testing.T) {
			t.Parallel()
			var decoded any
			if err := json.Unmarshal([]byte(row.value), &decoded); err != nil {
				t.Fatal(err)
			}
			fits, want := tree.Set(row.dst, decoded), row.want
			if want == "" {
				want = row.value
			}
			if got, err := json.Marshal(row.dst); string(got) != want || fits != (row.want == "") || err != nil {
				t.Errorf("%s, fits %t, want %s: %v", got, fits, want, err)
			}
		})
	}
}

// An integer may be written with a fraction or an exponent, and a json.Number keeps all of its digits. Values without a
// type are as package encoding/json decodes them.
func TestSet_numbers(t *testing.T) {
	t.Parallel()
	for _, value := range []any{1e3, json.Number("1000")} {
		var got *int
		if !tree.Set(&got, value) || *got != 1000 {
			t.Errorf("%v: got %v", value, got)
		}
	}
	const number = json.Number("9007199254740993")
	var exact *int64
	if !tree.Set(&exact, number) || *exact != 9007199254740993 {
		t.Errorf("got %v", exact)
	}
	var free map[string]any
	tree.Set(&free, map[string]any{"a": number, "b": []any{map[string]any{"c": number}}})
	if got := fmt.Sprintf("%#v", free); strings.Count(got, "9.007199254740992e+15") != 2 {
		t.Errorf("want numbers that are a float64, got %s", got)
	}
}
