package contract

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// builder makes a Go value from a decoded body: the same value as decoding the body again, at a fraction of the cost.
// values.gen.go has a function for each type. It leaves out what does not fit.
type builder struct{ misfit bool }

// build makes a T from the tree, or nil, and says whether all of the tree fits.
func build[T any](tree any) (value *T, fits bool) {
	b := builder{}
	value = new(T)
	_, object := tree.(map[string]any)
	if !object || !buildAny(&b, value, tree) {
		return nil, false
	}
	return value, !b.misfit
}

func (b *builder) object(tree any) map[string]any {
	object, ok := tree.(map[string]any)
	b.misfit = b.misfit || !ok && tree != nil
	return object
}

// pointer converts the tree. It returns nil for null and for what does not fit.
func pointer[V, T any](b *builder, tree any, convert func(V) (T, bool)) *T {
	if v, ok := tree.(V); ok {
		if converted, ok := convert(v); ok {
			return &converted
		}
	}
	b.misfit = b.misfit || tree != nil
	return nil
}

func text[T ~string](s string) (T, bool) { return T(s), true }

func boolean[T ~bool](v bool) (T, bool) { return T(v), true }

func number[T ~float32 | ~float64](v float64) (T, bool) {
	converted := T(v)
	return converted, !math.IsInf(float64(converted), 0)
}

// integer also accepts 1.0 and 1e3. It refuses values beyond 1<<53, where float64 is not exact.
func integer[T ~int | ~int32 | ~int64](v float64) (T, bool) {
	converted := T(v)
	return converted, float64(converted) == v && math.Abs(v) < 1<<53
}

func moment(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

func structure[T any](b *builder, tree any, build func(*builder, map[string]any) T) *T {
	object := b.object(tree)
	if object == nil {
		return nil
	}
	v := build(b, object)
	return &v
}

func list[T any](b *builder, tree any, item func(any) T) []T {
	items, ok := tree.([]any)
	if !ok {
		b.misfit = b.misfit || tree != nil
		return nil
	}
	all := make([]T, len(items))
	for i := range items {
		all[i] = item(items[i])
	}
	return all
}

// value converts the tree of a required property, which is not a pointer.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// other decodes one value with package json. A value with numbers needs the whole body, to keep all digits.
func other[T any](b *builder, tree any) (v T) {
	if tree == nil {
		return v
	}
	encoded, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(encoded, &v)
	}
	if err != nil {
		v = *new(T) // it may be set in part
	}
	b.misfit = b.misfit || err != nil || hasNumber(tree)
	return v
}

func hasNumber(tree any) bool {
	switch tree := tree.(type) {
	case float64:
		return true
	case []any:
		return slices.ContainsFunc(tree, hasNumber)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(tree)), hasNumber)
	}
	return false
}
