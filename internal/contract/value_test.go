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
		value := structure(b, tree, buildFlow)
		fits := value != nil && !b.misfit
		got, err := json.Marshal(value)
		if fits != row.fits || string(got) != row.want || err != nil {
			t.Errorf("%s: %s, fits %t, want %s and %t: %v", name, got, fits, row.want, row.fits, err)
		}
	}
	if value, fits := build[struct{ X int }](map[string]any{}); value != nil || fits {
		t.Errorf("a type that is not generated: %v, %t", value, fits)
	}
}

func TestBuilder_conversions(t *testing.T) {
	t.Parallel()
	check := func(name string, got, want any, misfit, wantMisfit bool) {
		t.Helper()
		if got != want || misfit != wantMisfit {
			t.Errorf("%s: %v, misfit %t, want %v, %t", name, got, misfit, want, wantMisfit)
		}
	}
	for name, row := range map[string]struct {
		tree   any
		want   int32
		misfit bool
	}{
		"integer": {5.0, 5, false}, "negative": {-5.0, -5, false}, "fraction": {1.5, 0, true}, "too large": {3e9, 0, true}, "string": {"5", 0, true}, "null": {nil, 0, false},
	} {
		b := new(builder)
		got := value(pointer(b, row.tree, integer[int32]))
		check(name, got, row.want, b.misfit, row.misfit)
	}
	for tree, fits := range map[float64]bool{1<<53 - 1: true, 1 << 53: false, -(1 << 53): false, 1e300: false} {
		b := new(builder)
		if pointer(b, any(tree), integer[int64]); b.misfit == fits {
			t.Errorf("%v fits an int64: %t, want %t", tree, !b.misfit, fits)
		}
	}
	b := new(builder)
	check("float32", value(pointer(b, any(1.5), number[float32])), float32(1.5), b.misfit, false)
	check("float32 overflow", value(pointer(b, any(math.MaxFloat64), number[float32])), float32(0), b.misfit, true)

	b = new(builder)
	items := list(b, any([]any{"a", 1.0, nil}), func(item any) string { return value(pointer(b, item, text[string])) })
	if len(items) != 3 || items[0] != "a" || items[1] != "" || !b.misfit {
		t.Errorf("items %q, misfit %t", items, b.misfit)
	}
	b = new(builder)
	if list(b, any(map[string]any{}), func(any) int { return 0 }) != nil || !b.misfit {
		t.Error("an object fits a list")
	}
	b = new(builder)
	inner := structure(b, any(map[string]any{"n": 1.0}), func(b *builder, object map[string]any) int { return len(object) })
	check("structure", *inner, 1, b.misfit, false)
	if structure(b, any(1.0), func(*builder, map[string]any) int { return 0 }) != nil || !b.misfit {
		t.Error("a number fits a structure")
	}
	b = new(builder)
	when := other[time.Time](b, "2026-01-15T09:42:00Z")
	check("other", when.Year(), 2026, b.misfit, false)
	check("other null", other[time.Time](b, nil), time.Time{}, b.misfit, false)
	check("other number", other[float64](new(builder), 1.0), 1.0, false, false)
	for name, row := range map[string]struct {
		tree   any
		misfit bool
	}{"text": {"x", false}, "number": {1.0, true}, "number within": {map[string]any{"a": []any{"x", 1.0}}, true}, "no number": {[]any{map[string]any{"a": true}}, false}} {
		b := new(builder)
		if other[any](b, row.tree); b.misfit != row.misfit {
			t.Errorf("other with %s: misfit %t, want %t", name, b.misfit, row.misfit)
		}
	}
	check("other misfit", other[time.Time](b, 1.0), time.Time{}, b.misfit, true)
}
