package contract

import (
	"encoding/json"
	"math"
	"testing"
	"time"
)

// flow is like a generated type, and buildFlow like its generated code.
type flow struct {
	SID         *string        `json:"sid,omitempty"`
	Channel     *channel       `json:"channel_type,omitempty"`
	Created     *time.Time     `json:"date_created,omitempty"`
	Enabled     *bool          `json:"enabled,omitempty"`
	Integration map[string]any `json:"integration,omitempty"`
}

type channel string

func buildFlow(b *builder, object map[string]any) flow {
	return flow{
		SID: pointer(b, object["sid"], text[string]), Channel: pointer(b, object["channel_type"], text[channel]),
		Created: pointer(b, object["date_created"], moment), Enabled: pointer(b, object["enabled"], boolean[bool]), Integration: b.object(object["integration"]),
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		body string
		fits bool
		want string // what the value encodes to; null for none
	}{
		"empty":            {`{}`, true, `{}`},
		"unknown property": {`{"x":1}`, true, `{}`},
		"null":             {`{"sid":null,"integration":null}`, true, `{}`},
		"values":           {`{"sid":"FO1","enabled":true,"channel_type":"web","integration":{"a":[1]}}`, true, `{"sid":"FO1","channel_type":"web","enabled":true,"integration":{"a":[1]}}`},
		"time":             {`{"date_created":"2026-01-15T09:42:00.5+01:00"}`, true, `{"date_created":"2026-01-15T09:42:00.5+01:00"}`},
		"all misfits":      {`{"sid":1,"enabled":"x","integration":[],"date_created":"x","channel_type":{}}`, false, `{}`},
		"one misfit":       {`{"sid":"FO1","enabled":1}`, false, `{"sid":"FO1"}`},
		"null body":        {`null`, false, `null`},
		"array":            {`[]`, false, `null`},
		"string":           {`"x"`, false, `null`},
	} {
		var tree any
		if err := json.Unmarshal([]byte(row.body), &tree); err != nil {
			t.Fatal(err)
		}
		b := new(builder)
		var value *flow
		if object := b.object(tree); object != nil {
			built := buildFlow(b, object)
			value = &built
		}
		fits := value != nil && !b.misfit
		got, err := json.Marshal(value)
		if fits != row.fits || string(got) != row.want || err != nil {
			t.Errorf("%s: %s, fits %t, want %s and %t: %v", name, got, fits, row.want, row.fits, err)
		}
	}
	type other struct{ X int }
	if value, fits := build[other](map[string]any{"X": 1.0}); value == nil || value.X != 1 || !fits {
		t.Errorf("a type that is not generated: %v, %t", value, fits)
	}
	if value, fits := build[other](map[string]any{"X": "1"}); value != nil || fits {
		t.Errorf("a type that is not generated, and does not fit: %v, %t", value, fits)
	}
	if value, fits := build[other]("x"); value != nil || fits {
		t.Errorf("a text: %v, %t", value, fits)
	}
	if value, fits := build[map[string]any](map[string]any{"X": "1"}); value == nil || (*value)["X"] != "1" || !fits {
		t.Errorf("a map: %v, %t", value, fits)
	}
}

func TestBuilder_other(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		tree   any
		want   int32
		misfit bool
	}{
		"integer": {5.0, 5, false}, "negative": {-5.0, -5, false}, "fraction": {1.5, 0, true}, "too large": {3e9, 0, true}, "string": {"5", 0, true}, "null": {nil, 0, false},
	} {
		checkOther(t, name, row.tree, row.want, row.misfit)
	}
	for tree, fits := range map[float64]bool{1<<53 - 1: true, 1 << 53: false, -(1 << 53): false, 1e300: false} {
		b := new(builder)
		if other[int64](b, tree); b.misfit == fits {
			t.Errorf("%v fits an int64: %t, want %t", tree, !b.misfit, fits)
		}
	}
	checkOther(t, "float32", 1.5, float32(1.5), false)
	checkOther(t, "float32 overflow", math.MaxFloat64, float32(0), true)
	checkOther(t, "an object for a list", map[string]any{}, [1]int{}, true)
	checkOther(t, "a number for a structure", 1.0, struct{ N int }{}, true)
	checkOther(t, "a structure", map[string]any{"N": 1.0}, struct{ N int }{1}, false)
	checkOther(t, "a structure that fits in part", map[string]any{"N": 1.0, "S": 1.0}, struct {
		N int
		S string
	}{}, true)
	checkOther(t, "time", "2026-01-15T09:42:00Z", time.Date(2026, 1, 15, 9, 42, 0, 0, time.UTC), false)
	checkOther(t, "null time", nil, time.Time{}, false)
	checkOther(t, "number for a time", 1.0, time.Time{}, true)
	b := new(builder)
	if items := other[[]string](b, []any{"a", "b"}); len(items) != 2 || items[1] != "b" || b.misfit {
		t.Errorf("items %q, misfit %t", items, b.misfit)
	}
	for name, row := range map[string]struct {
		tree   any
		misfit bool
	}{"text": {"x", false}, "number": {1.0, false}, "rounded": {1e16, true}, "rounded within": {map[string]any{"a": []any{"x", 1e16}}, true}, "no number": {[]any{map[string]any{"a": true}}, false}} {
		b := new(builder)
		if other[any](b, row.tree); b.misfit != row.misfit {
			t.Errorf("other with %s: misfit %t, want %t", name, b.misfit, row.misfit)
		}
	}
}

func checkOther[T comparable](t *testing.T, name string, tree any, want T, misfit bool) {
	t.Helper()
	b := new(builder)
	if got := other[T](b, tree); got != want || b.misfit != misfit {
		t.Errorf("%s: %v, misfit %t, want %v, %t", name, got, b.misfit, want, misfit)
	}
}
