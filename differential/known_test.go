package differential

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flexflow-go/flexflow"
)

// differences lists what this library rejects and the other validator accepts, intentionally. The reverse does not
// happen. Each difference has an example, and TestDifferences fails if the difference is gone.
var differences = []struct {
	name, reason string
	example      string
	is           func(body []byte, tree any, properties map[string]any) bool
}{
	{
		"duplicate name", "decoders disagree on which value counts",
		`{"friendly_name":"a","friendly_name":"b"}`,
		func(body []byte, _ any, _ map[string]any) bool { return duplicate(body) },
	},
	{
		"invalid UTF-8", "RFC 8259 requires UTF-8; encoding/json replaces invalid bytes with U+FFFD",
		"{\"friendly_name\":\"\xff\"}",
		func(body []byte, _ any, _ map[string]any) bool { return !utf8.Valid(body) },
	},
	{
		"half a surrogate pair", "it is not a character; encoding/json replaces it with U+FFFD",
		`{"friendly_name":"\ud800"}`,
		func(body []byte, tree any, _ map[string]any) bool {
			return surrogate.Match(body) && anyOf(tree, func(value any) bool {
				text, _ := value.(string)
				return strings.Contains(text, "\ufffd")
			})
		},
	},
	{
		"number beyond float64", "the typed flow has a float64",
		`{"integration":{"retry_count":1e400}}`,
		func(_ []byte, tree any, _ map[string]any) bool { return anyOf(tree, tooLarge) },
	},
	{
		"number beyond int64", "the typed page has an int",
		`{"flex_flows":[],"meta":{"next_page_url":null,"page":9223372036854775808}}`,
		func(_ []byte, tree any, properties map[string]any) bool {
			for name, property := range properties {
				number, _ := at(tree, name).(json.Number)
				n, _ := number.Float64()
				if at(property, "type") == "integer" && math.Abs(n) >= 1<<63 {
					return true
				}
			}
			return false
		},
	},
	{
		"no attribute of the contract", "the document requires none, but a flow with only others is something else",
		`{"code":20404}`,
		func(_ []byte, tree any, properties map[string]any) bool {
			object, _ := tree.(map[string]any)
			for name := range object {
				if properties[name] != nil {
					return false
				}
			}
			return len(object) > 0
		},
	},
	{
		"leap second", "RFC 3339 allows it, but time.Time cannot represent it",
		`{"date_created":"2016-12-31T23:59:60Z"}`,
		onTime(`:60`),
	},
	{
		"lower-case t or z", "RFC 3339 allows it, but package time does not parse it and the API does not send it",
		`{"date_created":"2026-01-15t09:42:00z"}`,
		onTime(`[tz]`),
	},
	{
		"http without a host", "RFC 3986 allows it, but RFC 9110, section 4.2, does not",
		`{"url":"https://:80/"}`,
		onURL(func(text string) bool {
			parts := uri.FindStringSubmatch(text)
			return parts != nil && parts[2] == "" && slices.Contains([]string{"http", "https"}, strings.ToLower(parts[1]))
		}),
	},
	{
		"address of a future version of IP", "RFC 3986 allows it, but there is no such version",
		`{"url":"https://[v1.a]/"}`,
		onURL(regexp.MustCompile(`//([^/?#]*@)?\[[Vv]`).MatchString),
	},
}

var surrogate = regexp.MustCompile(`(?i)\\ud[89a-f]`)

// onFormat returns a function that reports whether an attribute with the format satisfies is.
func onFormat(format string, is func(string) bool) func([]byte, any, map[string]any) bool {
	return func(_ []byte, tree any, properties map[string]any) bool {
		for name, property := range properties {
			if text, ok := at(tree, name).(string); ok && at(property, "format") == format && is(text) {
				return true
			}
		}
		return false
	}
}

func onTime(pattern string) func([]byte, any, map[string]any) bool {
	return onFormat("date-time", regexp.MustCompile(pattern).MatchString)
}

func onURL(is func(string) bool) func([]byte, any, map[string]any) bool { return onFormat("uri", is) }

// known reports whether an intended difference explains why only the other validator accepts a body. The tree is the
// body or an object in it, and may have the properties.
func known(body []byte, tree any, properties map[string]any) bool {
	for _, d := range differences {
		if d.is(body, tree, properties) {
			return true
		}
	}
	return false
}

func TestDifferences(t *testing.T) {
	for _, d := range differences {
		t.Run(d.name, func(t *testing.T) {
			body, properties := []byte(d.example), properties
			_, err := flexflow.ParseFlexFlow(body)
			tree, refused := parse(flowSchema, body)
			if at(tree, "flex_flows") != nil {
				_, err = list(t, body)
				tree, refused = parse(pageSchema, body)
				tree, properties = at(tree, "meta"), ofMeta
			}
			if err == nil || refused != nil || !d.is(body, tree, properties) {
				t.Errorf("%s: this library says %v, the other %v", d.example, err, refused)
			}
		})
	}
}
