package differential

import (
	"bytes"
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/flexflow-go/flexflow"
)

// part is a body, its tree or an object in it, and the properties that the object may have.
type part struct {
	body       []byte
	tree       any
	properties map[string]any
}

// differences lists what this library rejects and the other validator accepts, intentionally. The reverse does not
// happen. Each difference has an example, and TestDifferences fails if the difference is gone.
var differences = []struct {
	name, reason, example string
	is                    func(part) bool
}{
	{"duplicate name", "decoders disagree on which value counts",
		`{"friendly_name":"a","friendly_name":"b"}`, isDuplicated},
	{"invalid UTF-8", "RFC 8259 requires UTF-8; encoding/json replaces invalid bytes with U+FFFD",
		"{\"friendly_name\":\"\xff\"}", func(p part) bool { return !utf8.Valid(p.body) }},
	{"half a surrogate pair", "it is not a character; encoding/json replaces it with U+FFFD",
		`{"friendly_name":"\ud800"}`, func(p part) bool {
			return surrogate.Match(p.body) && count(p.body, func(token json.Token) bool {
				text, _ := token.(string)
				return strings.Contains(text, "\ufffd")
			}) > 0
		}},
	{"number beyond float64", "the typed flow has a float64",
		`{"integration":{"retry_count":1e400}}`, func(p part) bool {
			return count(p.body, func(token json.Token) bool { return math.IsInf(number(token), 0) }) > 0
		}},
	{"number beyond int64", "the typed page has an int",
		`{"flex_flows":[],"meta":{"next_page_url":null,"page":9223372036854775808}}`, func(p part) bool {
			return p.has("type", "integer", func(value any) bool { return math.Abs(number(value)) >= 1<<63 })
		}},
	{"no attribute of the contract", "the document requires none, but a flow with only others is something else",
		`{"code":20404}`, func(p part) bool {
			object, _ := p.tree.(map[string]any)
			for name := range object {
				if p.properties[name] != nil {
					return false
				}
			}
			return len(object) > 0
		}},
	{"leap second", "RFC 3339 allows it, but time.Time cannot represent it",
		`{"date_created":"2016-12-31T23:59:60Z"}`, func(p part) bool { return p.hasText("date-time", `:60`) }},
	{"lower-case t or z", "RFC 3339 allows it, but package time does not parse it and the API does not send it",
		`{"date_created":"2026-01-15t09:42:00z"}`, func(p part) bool { return p.hasText("date-time", `[tz]`) }},
	{"http without a host", "RFC 3986 allows it, but RFC 9110, section 4.2, does not",
		`{"url":"https://:80/"}`, func(p part) bool {
			return p.has("format", "uri", func(value any) bool {
				text, _ := value.(string)
				parts := uri.FindStringSubmatch(text)
				return parts != nil && parts[2] == "" && slices.Contains([]string{"http", "https"}, strings.ToLower(parts[1]))
			})
		}},
	{"address of a future version of IP", "RFC 3986 allows it, but there is no such version",
		`{"url":"https://[v1.a]/"}`, func(p part) bool { return p.hasText("uri", `//([^/?#]*@)?\[[Vv]`) }},
}

var surrogate = regexp.MustCompile(`(?i)\\ud[89a-f]`)

// has reports whether a property, where the document says what of it, satisfies is.
func (p part) has(keyword, what string, is func(any) bool) bool {
	for name, property := range p.properties {
		if value := at(p.tree, name); value != nil && at(property, keyword) == what && is(value) {
			return true
		}
	}
	return false
}

// hasText reports whether a property with the format matches the pattern.
func (p part) hasText(format, pattern string) bool {
	return p.has("format", format, func(value any) bool {
		text, _ := value.(string)
		return regexp.MustCompile(pattern).MatchString(text)
	})
}

// isDuplicated reports whether a name occurs twice in an object. Then the decoded body has fewer tokens.
func isDuplicated(p part) bool {
	all := func(json.Token) bool { return true }
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.body))
	return err == nil && count(p.body, all) > count(must(json.Marshal(tree)), all)
}

// count counts the tokens of a JSON text that satisfy is.
func count(text []byte, is func(json.Token) bool) (n int) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	for {
		token, err := decoder.Token()
		if err != nil {
			return n
		}
		if is(token) {
			n++
		}
	}
}

// number returns a number as a float64, and anything else as 0.
func number(value any) float64 {
	number, _ := value.(json.Number)
	n, _ := number.Float64()
	return n
}

// known reports whether an intended difference explains why only the other validator accepts a body.
func known(p part) bool {
	for _, d := range differences {
		if d.is(p) {
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
			if err == nil || refused != nil || !d.is(part{body, tree, properties}) {
				t.Errorf("%s: this library says %v, the other %v", d.example, err, refused)
			}
		})
	}
}
