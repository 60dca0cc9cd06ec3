package flexflow

import (
	"encoding"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"
)

// build makes a T of a body that was decoded and checked before: the value that decoding it once more would give, at
// half the cost. It is for the types that most schemas compile to; ok is false where T has others, which take the
// decoder.
func build[T any](tree any) (value *T, ok bool) {
	if t := reflect.TypeFor[T](); t.Kind() != reflect.Struct || fieldsOf(t) == nil {
		return nil, false
	}
	value = new(T)
	return value, assign(reflect.ValueOf(value).Elem(), tree)
}

// assign sets dst, of a type that buildable accepts, and says whether the tree is of that type.
func assign(dst reflect.Value, tree any) bool {
	if tree == nil {
		return true
	}
	if dst.Kind() == reflect.Pointer {
		dst.Set(reflect.New(dst.Type().Elem()))
		dst = dst.Elem()
	}
	switch v := tree.(type) {
	case bool:
		if dst.Kind() == reflect.Bool {
			dst.SetBool(v)
			return true
		}
	case float64:
		if dst.Kind() == reflect.Float64 {
			dst.SetFloat(v)
			return true
		}
	case string:
		if dst.Kind() == reflect.String {
			dst.SetString(v)
			return true
		}
		if t, ok := dst.Addr().Interface().(*time.Time); ok {
			var err error
			*t, err = time.Parse(time.RFC3339, v)
			return err == nil
		}
	case map[string]any:
		if object, ok := dst.Addr().Interface().(*map[string]any); ok {
			*object = v
			return true
		}
		if dst.Kind() == reflect.Struct {
			for i, name := range fieldsOf(dst.Type()) {
				if !assign(dst.Field(i), v[name]) {
					return false
				}
			}
			return true
		}
	case []any:
		if dst.Kind() == reflect.Slice {
			dst.Set(reflect.MakeSlice(dst.Type(), len(v), len(v)))
			for i, item := range v {
				if !assign(dst.Index(i), item) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// knownFields holds a []string for each struct type that fieldsOf was asked for.
var knownFields sync.Map

// fieldsOf returns the JSON names of a struct's fields, in their order, or nil when the struct takes the decoder.
func fieldsOf(t reflect.Type, within ...reflect.Type) []string {
	if known, ok := knownFields.Load(t); ok {
		return known.([]string)
	}
	if slices.Contains(within, t) {
		return nil // a type within itself takes the decoder
	}
	within = append(slices.Clip(within), t)
	names := make([]string, 0, t.NumField())
	for i := range t.NumField() {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "" || name == "-" || options != "" && options != "omitempty" || !field.IsExported() || !buildable(field.Type, within...) {
			knownFields.Store(t, []string(nil))
			return nil
		}
		names = append(names, name)
	}
	knownFields.Store(t, names)
	return names
}

// buildable says whether a type is decoded by its kind alone. Integers are not, for a float64 does not hold all of them.
func buildable(t reflect.Type, within ...reflect.Type) bool {
	if t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[map[string]any]() {
		return true
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) || pointer.Implements(reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }]()) {
		return false
	}
	switch t.Kind() {
	case reflect.Bool, reflect.Float64, reflect.String:
		return true
	case reflect.Pointer:
		return t.Elem().Kind() != reflect.Pointer && buildable(t.Elem(), within...)
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Uint8 && buildable(t.Elem(), within...)
	case reflect.Struct:
		return fieldsOf(t, within...) != nil
	}
	return false
}
