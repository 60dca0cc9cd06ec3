package differential

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/flexflow-go/flexflow"
)

// differences lists the intended differences. Each has an example, and TestDifferences fails if the difference is gone.
var differences = []struct {
	name, reason string
	accepts      bool // whether this library accepts the body and the other validator rejects it, or the reverse
	example      string
	is           func(body []byte, tree any) bool
}{
	{
		"duplicate name", "decoders disagree on which value counts",
		false, `{"friendly_name":"a","friendly_name":"b"}`,
		func(body []byte, _ any) bool { return duplicate(body) },
	},
	{
		"invalid UTF-8", "RFC 8259 requires UTF-8; encoding/json replaces invalid bytes with U+FFFD",
		false, "{\"friendly_name\":\"\xff\"}",
		func(body []byte, _ any) bool { return !utf8.Valid(body) },
	},
	{
		"half a surrogate pair", "it is not a character; encoding/json replaces it with U+FFFD",
		false, `{"friendly_name":"\ud800"}`,
		func(body []byte, tree any) bool {
			return surrogate.Match(body) && anyOf(tree, func(value any) bool {
				text, _ := value.(string)
				return strings.Contains(text, "\ufffd")
			})
		},
	},
	{
		"number beyond float64", "the typed flow has a float64",
		false, `{"integration":{"retry_count":1e400}}`,
		func(_ []byte, tree any) bool { return anyOf(tree, tooLarge) },
	},
	{
		"leap second", "RFC 3339 allows it, but time.Time cannot represent it",
		false, `{"date_created":"2016-12-31T23:59:60Z"}`,
		onTime(`:60`),
	},
	{
		"lower-case t or z", "RFC 3339 allows it, but package time does not parse it and the API does not send it",
		false, `{"date_created":"2026-01-15t09:42:00z"}`,
		onTime(`[tz]`),
	},
	{
		"http without a host", "RFC 3986 allows it, but RFC 9110, section 4.2, does not",
		false, `{"url":"https:example.com"}`,
		onURL(func(text string) bool {
			parts := uri.FindStringSubmatch(text)
			return parts != nil && parts[2] == "" && slices.Contains([]string{"http", "https"}, strings.ToLower(parts[1]))
		}),
	},
	{
		"escaped ASCII in a host", "RFC 3986 allows it, but net/url does not",
		false, `{"url":"https://%41/"}`,
		onURL(regexp.MustCompile(`//[^/?#]*%[0-7]`).MatchString),
	},
	{
		"address of a future version of IP", "RFC 3986 allows it, but net/url does not",
		false, `{"url":"https://[v1.a]/"}`,
		onURL(regexp.MustCompile(`//([^/?#]*@)?\[[Vv]`).MatchString),
	},
	{
		"bracket outside of a host", "RFC 3986 does not allow it, but net/url does",
		true, `{"url":"https://example.com/[1]"}`,
		onURL(func(text string) bool { return strings.ContainsAny(ipLiteral.ReplaceAllString(text, ""), "[]") }),
	},
	{
		"second number sign", "RFC 3986 does not allow it, but net/url does",
		true, `{"url":"https://example.com/#a#b"}`,
		onURL(regexp.MustCompile(`#.*#`).MatchString),
	},
	{
		"percent sign that begins no escape", "RFC 3986 does not allow it, but net/url does in a query",
		true, `{"url":"https://example.com/?100%"}`,
		onURL(regexp.MustCompile(`%($|[^0-9A-Fa-f]|.$|.[^0-9A-Fa-f])`).MatchString),
	},
	{
		"at sign in a user name", "RFC 3986 does not allow it, but net/url does",
		true, `{"url":"https://a@b@example.com/"}`,
		onURL(regexp.MustCompile(`//[^/?#]*@[^/?#]*@`).MatchString),
	},
	{
		"zone of an IPv6 address", "RFC 6874 allows it, but RFC 3986 does not",
		true, `{"url":"https://[fe80::1%25eth0]/"}`,
		onURL(regexp.MustCompile(`\[[^]]*%25[^]]*\]`).MatchString),
	},
}

var (
	ipLiteral = regexp.MustCompile(`^[^:/?#]*://([^/?#@]*@)?\[[^]]*\]`)
	surrogate = regexp.MustCompile(`(?i)\\ud[89a-f]`)
)

// onFormat returns a function that reports whether an attribute with the format satisfies is.
func onFormat(format string, is func(string) bool) func([]byte, any) bool {
	return func(_ []byte, tree any) bool {
		for name, property := range properties {
			if text, ok := at(tree, name).(string); ok && at(property, "format") == format && is(text) {
				return true
			}
		}
		return false
	}
}

func onTime(pattern string) func([]byte, any) bool {
	return onFormat("date-time", regexp.MustCompile(pattern).MatchString)
}

func onURL(is func(string) bool) func([]byte, any) bool { return onFormat("uri", is) }

// known reports whether an intended difference explains why only one of the two validators accepts a body.
func known(body []byte, tree any, accepts bool) bool {
	for _, d := range differences {
		if d.accepts == accepts && d.is(body, tree) {
			return true
		}
	}
	return false
}

func TestDifferences(t *testing.T) {
	for _, d := range differences {
		t.Run(d.name, func(t *testing.T) {
			_, err := flexflow.ParseFlexFlow([]byte(d.example))
			tree, refused := parse([]byte(d.example))
			if (err == nil) != d.accepts || (refused == nil) == d.accepts || !d.is([]byte(d.example), tree) {
				t.Errorf("%s: this library says %v, the other %v", d.example, err, refused)
			}
		})
	}
}
