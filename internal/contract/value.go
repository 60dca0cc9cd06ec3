package contract

import (
	"encoding"
	"math"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
)

// build makes a T of a body that was decoded and checked before: the value that decoding it once more would give, at half
// the cost. ok is false where T holds a type that takes the decoder.
func build[T any](tree any) (value *T, ok bool) {
	value = new(T)
	return value, assign(reflect.ValueOf(value).Elem(), tree, false)
}

// buildLenient makes a T of a body that was not valid and leaves out what does not fit. It returns nil when nothing can.
func buildLenient[T any](tree any) *T {
	value := new(T)
	_, object := tree.(map[string]any)
	if fits := assign(reflect.ValueOf(value).Elem(), tree, true); tree == nil || !object && !fits {
		return nil
	}
	return value
}

// assign sets dst to the tree and says whether all of it fits. Lenient, it goes on after what does not.
func assign(dst reflect.Value, tree any, lenient bool) (fits bool) {
	switch v := tree.(type) {
	case nil:
		return true
	case bool:
		if fits = dst.Kind() == reflect.Bool; fits {
			dst.SetBool(v)
		}
	case float64:
		if fits = dst.CanFloat() && !dst.OverflowFloat(v); fits {
			dst.SetFloat(v)
		} else if fits = dst.CanInt() && v == math.Trunc(v) && math.Abs(v) < 1<<53 && !dst.OverflowInt(int64(v)); fits { // beyond, float64 does not hold every integer
			dst.SetInt(int64(v))
		}
	case string:
		if t, ok := dst.Addr().Interface().(*time.Time); ok {
			var err error
			*t, err = time.Parse(time.RFC3339, v)
			return err == nil
		}
		if fits = dst.Kind() == reflect.String; fits {
			dst.SetString(v)
		}
	case []any:
		if fits = dst.Kind() == reflect.Slice; fits {
			dst.Set(reflect.MakeSlice(dst.Type(), len(v), len(v)))
			for i, item := range v {
				fits = assignField(dst.Index(i), item, lenient) && fits
			}
		}
	case map[string]any:
		if object, ok := dst.Addr().Interface().(*map[string]any); ok {
			*object = v
			return true
		}
		if dst.Kind() != reflect.Struct {
			return false
		}
		fields := fieldsOf(dst.Type())
		fits = fields != nil
		for i, field := range fields {
			if value, given := v[field.name]; given && field.direct {
				fits = assignField(dst.Field(i), value, lenient) && fits
			} else if given {
				fits = lenient && decodeInto(dst.Field(i), value) && fits
			}
		}
	}
	return fits
}

// assignField is assign for what may be a pointer, which stays nil for a value that does not fit at all.
func assignField(dst reflect.Value, tree any, lenient bool) bool {
	if dst.Kind() != reflect.Pointer || tree == nil {
		return assign(dst, tree, lenient)
	}
	target := reflect.New(dst.Type().Elem())
	fits := assign(target.Elem(), tree, lenient)
	if fits || !target.Elem().IsZero() {
		dst.Set(target)
	}
	return fits
}

// decodeInto takes the decoder for one value.
func decodeInto(dst reflect.Value, tree any) bool {
	encoded, err := json.Marshal(tree)
	if err == nil {
		err = json.Unmarshal(encoded, dst.Addr().Interface())
	}
	if err != nil {
		dst.SetZero() // it may be half set
	}
	return err == nil
}

// field is a field of a struct: its name in JSON, and whether assign can set it.
type field struct {
	name   string
	direct bool
}

var knownFields sync.Map // results of fieldsOf, by type

// fieldsOf returns the fields of a struct in their order, or nil when one has no plain JSON name.
func fieldsOf(t reflect.Type) []field {
	if known, ok := knownFields.Load(t); ok {
		return known.([]field)
	}
	fields := make([]field, 0, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" || options != "" && options != "omitempty" || !f.IsExported() {
			fields = nil
			break
		}
		fields = append(fields, field{name, direct(f.Type)})
	}
	knownFields.Store(t, fields)
	return fields
}

// direct says whether the kind of a type alone decides how it is decoded, so that assign can set a value of it.
func direct(t reflect.Type) bool {
	if t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[map[string]any]() {
		return true
	}
	pointer := reflect.PointerTo(t)
	if pointer.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) || pointer.Implements(reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }]()) {
		return false
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String, reflect.Float64, reflect.Float32, reflect.Int, reflect.Int64, reflect.Int32, reflect.Struct:
		return true
	case reflect.Pointer:
		return t.Elem().Kind() != reflect.Pointer && direct(t.Elem())
	case reflect.Slice:
		return t.Elem().Kind() != reflect.Uint8 && direct(t.Elem())
	}
	return false
}
