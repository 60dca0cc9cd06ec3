package contract

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
)

// builder builds a Go value from a decoded body. The result equals decoding the body again, at a fraction of the cost.
// values.gen.go has a function for each type. It leaves out values that do not fit.
type builder struct{ misfit bool }

// build makes a T from the tree, or nil, and reports whether all of the tree fits.
func build[T any](tree any) (value *T, fits bool) {
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, false
	}
	b := builder{}
	value = new(T)
	if whole, ok := any(value).(*map[string]any); ok {
		*whole = object
	} else if !buildAny(&b, value, tree) {
		if *value = other[T](&b, tree); b.misfit {
			return nil, false
		}
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

func moment(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

// other encodes and decodes the tree, for every other type. An integer may be written as 1.0 or 1e3. For a number that
// float64 rounds, the body must be decoded again.
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
	b.misfit = b.misfit || err != nil || isRounded(tree)
	return v
}

func isRounded(tree any) bool {
	switch tree := tree.(type) {
	case float64:
		return math.Abs(tree) >= 1<<53
	case []any:
		return slices.ContainsFunc(tree, isRounded)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(tree)), isRounded)
	}
	return false
}
