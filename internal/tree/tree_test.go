package tree_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/oapi-codegen/runtime/types"

	"github.com/flexflow-go/flexflow/internal/tree"
)

// flow and step are like the types that the template writes.
type flow struct {
	SID         *string           `json:"sid,omitempty"`
	Name        string            `json:"name,omitempty"`
	Channel     *channel          `json:"channel,omitempty"`
	Created     *time.Time        `json:"created,omitempty"`
	Reviewed    *types.Date       `json:"reviewed,omitempty"`
	Enabled     *bool             `json:"enabled,omitempty"`
	Retries     *int64            `json:"retries,omitempty"`
	Rate        *float64          `json:"rate,omitempty"`
	Integration map[string]any    `json:"integration,omitempty"`
	Step        *step             `json:"step,omitempty"`
	Steps       []step            `json:"steps,omitempty"`
	Names       []string          `json:"names,omitempty"`
	Limits      map[string]int    `json:"limits,omitempty"`
	Labels      map[string]string `json:"labels,omitempty"`
	Counts      []int64           `json:"counts,omitempty"`
}

type channel string

type step struct {
	Name    *string `json:"name,omitempty"`
	Seconds *int    `json:"seconds,omitempty"`
}

func (v *step) SetFields(object map[string]any) bool {
	fits := tree.Set(&v.Name, object["name"])
	return tree.Set(&v.Seconds, object["seconds"]) && fits
}

func (v *flow) SetFields(object map[string]any) bool {
	fits := true
	for name, dst := range map[string]any{
		"sid": &v.SID, "name": &v.Name, "channel": &v.Channel, "created": &v.Created, "reviewed": &v.Reviewed,
		"enabled": &v.Enabled, "retries": &v.Retries, "rate": &v.Rate, "integration": &v.Integration, "step": &v.Step,
		"steps": &v.Steps, "names": &v.Names, "limits": &v.Limits, "labels": &v.Labels, "counts": &v.Counts,
	} {
		fits = tree.Set(dst, object[name]) && fits
	}
	return fits
}

func TestSet(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body string
		want string // what the value encodes to; the body itself if everything fits
	}{
		"nothing":                  {`{}`, ""},
		"a pointer":                {`{"sid":"FO1"}`, ""},
		"a required text":          {`{"name":"a"}`, ""},
		"an enumeration":           {`{"channel":"web"}`, ""},
		"a time":                   {`{"created":"2026-01-15T09:42:00.5+01:00"}`, ""},
		"a date":                   {`{"reviewed":"2026-01-15"}`, ""},
		"a boolean":                {`{"enabled":false}`, ""},
		"an integer":               {`{"retries":-3}`, ""},
		"a number":                 {`{"rate":16777217}`, ""},
		"an object":                {`{"integration":{"a":[1,{"b":null}]}}`, ""},
		"a nested object":          {`{"step":{"name":"a","seconds":5}}`, ""},
		"lists and maps":           {`{"steps":[{"seconds":1},{}],"names":["a"],"limits":{"a":1},"labels":{"b":"c"}}`, ""},
		"a text for no text":       {`{"created":"x","enabled":"x","retries":"x","rate":"x","step":"x"}`, `{}`},
		"a text for a date":        {`{"reviewed":"x"}`, `{}`},
		"a text for lists":         {`{"steps":"x","names":"x","limits":"x","integration":"x"}`, `{}`},
		"a number for texts":       {`{"sid":1,"name":1,"channel":1,"created":1}`, `{}`},
		"one misfit":               {`{"sid":"FO1","enabled":1}`, `{"sid":"FO1"}`},
		"a misfit in an object":    {`{"step":{"name":1,"seconds":5}}`, `{"step":{"seconds":5}}`},
		"misfits in a list":        {`{"names":["a",1,"b"]}`, `{"names":["a","b"]}`},
		"misfits among objects":    {`{"steps":[{"seconds":1},"x",{"seconds":"x"}]}`, `{"steps":[{"seconds":1}]}`},
		"a misfit in a map":        {`{"limits":{"a":1,"b":"x"}}`, `{}`},
		"a fraction":               {`{"retries":1.5}`, `{}`},
		"an integer out of range":  {`{"limits":{"a":1e30}}`, `{}`},
		"an integer of 2^53":       {`{"retries":9007199254740992}`, `{}`},
		"an integer of -2^53":      {`{"retries":-9007199254740992}`, `{}`},
		"integers of 2^53, listed": {`{"counts":[1,9007199254740992]}`, `{"counts":[1]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var decoded map[string]any
			if err := json.Unmarshal([]byte(row.body), &decoded); err != nil {
				t.Fatal(err)
			}
			var value flow
			fits := tree.Set(&value, decoded)
			want := row.want
			if want == "" {
				want = row.body
			}
			if got, err := json.Marshal(value); string(got) != want || fits != (row.want == "") || err != nil {
				t.Errorf("%s, fits %t, want %s: %v", got, fits, want, err)
			}
		})
	}
}

// An integer may be written with a fraction or an exponent, and a json.Number keeps all of its digits.
func TestSet_integers(t *testing.T) {
	t.Parallel()
	for _, value := range []any{1000.0, 1e3, json.Number("1000")} {
		var got *int
		if !tree.Set(&got, value) || *got != 1000 {
			t.Errorf("%v: got %v", value, got)
		}
	}
	var exact *int64
	if !tree.Set(&exact, json.Number("9007199254740993")) || *exact != 9007199254740993 {
		t.Errorf("got %v", exact)
	}
}

// Values without a type are as package encoding/json decodes them.
func TestSet_numbersWithoutType(t *testing.T) {
	t.Parallel()
	var got map[string]any
	number := json.Number("9007199254740993")
	tree.Set(&got, map[string]any{"a": number, "b": []any{number, map[string]any{"c": number}}})
	encoded, err := json.Marshal(got)
	want := `{"a":9007199254740992,"b":[9007199254740992,{"c":9007199254740992}]}`
	if string(encoded) != want || err != nil {
		t.Errorf("%s, want %s: %v", encoded, want, err)
	}
	if _, ok := got["b"].([]any)[1].(map[string]any)["c"].(float64); !ok {
		t.Errorf("a nested number is not a float64: %#v", got)
	}
}

func TestSet_anotherRoot(t *testing.T) {
	t.Parallel()
	for _, value := range []any{[]any{}, "x", 1.0} {
		if tree.Set(new(flow), value) {
			t.Errorf("%v fits an object", value)
		}
	}
	var object map[string]any
	if !tree.Set(&object, map[string]any{"a": "b"}) || object["a"] != "b" {
		t.Errorf("got %v", object)
	}
}
