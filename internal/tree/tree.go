// Package tree sets values of the types of package gen from decoded JSON, and prints them. The methods of gen call it.
package tree

import (
	"encoding/json"
	"reflect"
	"slices"
	"time"
)

// Set sets *dst to a decoded value, and does nothing for null. It leaves out each attribute of an object and each
// element of a list that does not fit, and reports whether all of the value fits. A whole number of 2^53 or above fits
// an integer only as a json.Number, because a float64 may have rounded it.
func Set(dst, value any) bool {
	switch dst := dst.(type) { // without reflection for the types of nearly all attributes, which is faster
	case **string:
		return setPointer(dst, value)
	case **bool:
		return setPointer(dst, value)
	case **time.Time:
		text, _ := value.(string)
		t, err := time.Parse(time.RFC3339, text)
		if err == nil {
			*dst = &t
		}
		return err == nil || value == nil
	case *map[string]any:
		object, ok := asFloats(value).(map[string]any)
		*dst = object
		return ok || value == nil
	}
	return set(reflect.ValueOf(dst).Elem(), value)
}

func setPointer[T any](dst **T, value any) bool {
	v, ok := value.(T)
	if ok {
		*dst = &v
	}
	return ok || value == nil
}

func set(dst reflect.Value, value any) bool {
	if value == nil {
		return true
	}
	switch dst.Kind() {
	case reflect.Pointer:
		element := reflect.New(dst.Type().Elem())
		fits := set(element.Elem(), value)
		if fits || !element.Elem().IsZero() {
			dst.Set(element)
		}
		return fits
	case reflect.String:
		text, ok := value.(string)
		dst.SetString(text)
		return ok
	case reflect.Slice:
		list, ok := value.([]any)
		return ok && setList(dst, list)
	case reflect.Struct:
		if fields, ok := dst.Addr().Interface().(interface{ SetFields(map[string]any) bool }); ok {
			object, isObject := value.(map[string]any)
			return isObject && fields.SetFields(object)
		}
	}
	if isRounded(value) {
		return false
	}
	// The decoder knows all other types. An integer may be written as 1.0 or 1e3, but is encoded as it expects.
	encoded, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(encoded, dst.Addr().Interface())
	}
	if err != nil {
		dst.SetZero() // it may be set in part
	}
	return err == nil
}

func setList(dst reflect.Value, list []any) bool {
	all := true
	dst.Set(reflect.MakeSlice(dst.Type(), 0, len(list)))
	for _, value := range list {
		element := reflect.New(dst.Type().Elem()).Elem()
		fits := set(element, value)
		if fits || !element.IsZero() {
			dst.Set(reflect.Append(dst, element))
		}
		all = all && fits
	}
	return all
}

// asFloats replaces each json.Number by a float64, which is how package encoding/json decodes a number into an any.
func asFloats(value any) any {
	switch value := value.(type) {
	case json.Number:
		number, _ := value.Float64()
		return number
	case map[string]any:
		for name := range value {
			value[name] = asFloats(value[name])
		}
	case []any:
		for i := range value {
			value[i] = asFloats(value[i])
		}
	}
	return value
}

// isRounded reports whether the value has a number that decoding to a float64 may have rounded.
func isRounded(value any) bool {
	switch value := value.(type) {
	case float64:
		return value <= -1<<53 || value >= 1<<53
	case []any:
		return slices.ContainsFunc(value, isRounded)
	case map[string]any:
		for _, each := range value {
			if isRounded(each) {
				return true
			}
		}
	}
	return false
}
