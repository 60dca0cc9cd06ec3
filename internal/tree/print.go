package tree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
)

var personal = map[string]bool{}

// Withhold registers names of attributes whose values are personal data. The init functions of gen call it.
func Withhold(names ...string) {
	for _, name := range names {
		personal[name] = true
	}
}

// Format prints a value as JSON, with [withheld] in place of personal attributes at any depth. With %+v it prints them
// too. The value has no Format method of its own.
func Format(s fmt.State, verb rune, value any) {
	switch {
	case verb == 'v' && s.Flag('+'):
		encoded, _ := json.Marshal(value)
		s.Write(encoded)
	case verb == 's', verb == 'v' && !s.Flag('#'):
		encoded, _ := json.Marshal(withoutPersonal(value))
		s.Write(encoded)
	default:
		fmt.Fprintf(s, fmt.FormatString(s, verb), value)
	}
}

// LogValue returns the attributes as a group for package slog, with [withheld] in place of personal ones.
func LogValue(value any) slog.Value { return group(withoutPersonal(value)) }

func group(decoded any) slog.Value {
	object, ok := decoded.(map[string]any)
	if !ok {
		return slog.AnyValue(decoded)
	}
	var attrs []slog.Attr
	for _, name := range slices.Sorted(maps.Keys(object)) {
		attrs = append(attrs, slog.Attr{Key: name, Value: group(object[name])})
	}
	return slog.GroupValue(attrs...)
}

// withoutPersonal encodes and decodes the value, which keeps all digits of its numbers.
func withoutPersonal(value any) (decoded any) {
	encoded, _ := json.Marshal(value)
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	decoder.Decode(&decoded)
	withhold(decoded)
	return decoded
}

func withhold(decoded any) {
	switch decoded := decoded.(type) {
	case map[string]any:
		for name, value := range decoded {
			if withhold(value); personal[name] {
				decoded[name] = "[withheld]"
			}
		}
	case []any:
		for _, value := range decoded {
			withhold(value)
		}
	}
}
