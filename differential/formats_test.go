package differential

import (
	"errors"
	"regexp"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// formats are the grammars of the other validator, so that net/url and package time do not decide for both.
var formats = []*jsonschema.Format{
	{Name: "uri", Validate: grammar(uri.MatchString)},
	{Name: "date-time", Validate: grammar(isDateTime)},
}

func grammar(accepts func(string) bool) func(any) error {
	return func(value any) error {
		if text, ok := value.(string); ok && !accepts(text) {
			return errors.New("the grammar of the RFC does not allow it")
		}
		return nil
	}
}

// uri matches a URI of RFC 3986, section 3. Its parts have the names of the RFC. The first group is the scheme, the
// second the host.
var uri = func() *regexp.Regexp {
	const (
		hex      = `[0-9A-Fa-f]`
		allowed  = `[A-Za-z0-9._~!$&'()*+,;=-]|%` + hex + hex // unreserved, sub-delims or pct-encoded
		pchar    = `(?:` + allowed + `|[:@])`
		userinfo = `(?:` + allowed + `|:)*`
		regName  = `(?:` + allowed + `)*`
		octet    = `(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])`
		ipv4     = octet + `(?:\.` + octet + `){3}`
		h16      = hex + `{1,4}`
		ls32     = `(?:` + h16 + `:` + h16 + `|` + ipv4 + `)`
		ipv6     = `(?:` + h16 + `:){6}` + ls32 +
			`|::(?:` + h16 + `:){5}` + ls32 +
			`|(?:` + h16 + `)?::(?:` + h16 + `:){4}` + ls32 +
			`|(?:(?:` + h16 + `:){0,1}` + h16 + `)?::(?:` + h16 + `:){3}` + ls32 +
			`|(?:(?:` + h16 + `:){0,2}` + h16 + `)?::(?:` + h16 + `:){2}` + ls32 +
			`|(?:(?:` + h16 + `:){0,3}` + h16 + `)?::` + h16 + `:` + ls32 +
			`|(?:(?:` + h16 + `:){0,4}` + h16 + `)?::` + ls32 +
			`|(?:(?:` + h16 + `:){0,5}` + h16 + `)?::` + h16 +
			`|(?:(?:` + h16 + `:){0,6}` + h16 + `)?::`
		ipvFuture = `[Vv]` + hex + `+\.[A-Za-z0-9._~!$&'()*+,;=:-]+`
		host      = `(?:\[(?:` + ipv6 + `|` + ipvFuture + `)\]|` + regName + `)`
		authority = `(?:` + userinfo + `@)?(` + host + `)(?::[0-9]*)?`
		abempty   = `(?:/` + pchar + `*)*`
		rootless  = pchar + `+` + abempty
		hierPart  = `(?://` + authority + abempty + `|/(?:` + rootless + `)?|` + rootless + `|)`
		query     = `(?:` + pchar + `|[/?])*`
	)
	return regexp.MustCompile(`^([A-Za-z][A-Za-z0-9+.-]*):` + hierPart + `(?:\?` + query + `)?(?:#` + query + `)?$`)
}()

// dateTime matches what has the form of a date-time of RFC 3339, section 5.6.
var dateTime = regexp.MustCompile(
	`^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$`)

// isDateTime reports whether text is a date-time of RFC 3339. A leap second is the last one of a day in UTC.
func isDateTime(text string) bool {
	parts := dateTime.FindStringSubmatch(text)
	if parts == nil {
		return false
	}
	number := func(i int) int { n, _ := strconv.Atoi(parts[i]); return n }
	year, month, day := number(1), number(2), number(3)
	hour, minute, second, offset := number(4), number(5), number(6), number(9)*60+number(10)
	if parts[8] == "-" {
		offset = -offset
	}
	days := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		days[1] = 29
	}
	lastMinute := (hour*60+minute-offset+2*24*60)%(24*60) == 24*60-1
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month-1] &&
		hour <= 23 && minute <= 59 && (second <= 59 || second == 60 && lastMinute) &&
		number(9) <= 23 && number(10) <= 59
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"a:": true, "http://example.com": true, "HTTP://u:p@example.com:80/a/b;c?d=/?#e?": true, "urn:isbn:1": true,
		"mailto:a@b": true, "file:///etc": true, "http://[::1]:1/": true, "http://[1:2:3:4:5:6:7:8]": true,
		"http://[1::8]": true, "http://[::1.2.3.4]": true, "http://[v1.a:b]": true, "a:/": true, "a:%41": true,
		"http://%41": true, "http://": true, "http:///a": true,
		"": false, "a": false, "/a": false, "//a": false, ":a": false, "1a:": false, "a b:": false, "a:b c": false,
		"a:%4": false, "a:%zz": false, "a:é": false, "a:[b]": false, "a:b#c#d": false, "a:?%": false, "a://b@c@d": false,
		"http://[::1": false, "http://[::g]": false, "http://[1:2:3:4:5:6:7]": false, "http://[1::2::3]": false,
		"http://[1:2:3:4:5:6:7:8:9]": false, "http://[::256.1.1.1]": false, "http://[]": false, "http://a:b": false,
		"http://::1": false, "http://[fe80::1%25en0]": false, "a:b\n": false, "a:\x00": false, `a:\`: false, "a:|": false,
	} {
		if got := uri.MatchString(text); got != want {
			t.Errorf("uri %q: %t, want %t", text, got, want)
		}
	}
	for text, want := range map[string]bool{
		"2026-01-15T09:42:00Z": true, "2026-01-15t09:42:00.123z": true, "2024-02-29T00:00:00+23:59": true,
		"2000-02-29T00:00:00Z": true, "2016-12-31T23:59:60Z": true, "2016-12-31T18:59:60-05:00": true,
		"2017-01-01T08:59:60+09:00": true, "0000-01-01T00:00:00-00:00": true,
		"2026-02-29T00:00:00Z": false, "1900-02-29T00:00:00Z": false, "2026-04-31T00:00:00Z": false,
		"2026-00-01T00:00:00Z": false, "2026-13-01T00:00:00Z": false, "2026-01-00T00:00:00Z": false,
		"2026-01-15T24:00:00Z": false, "2026-01-15T23:60:00Z": false, "2026-01-15T23:59:61Z": false,
		"2026-01-15T12:00:60Z": false, "2026-01-15T00:00:00+24:00": false, "2026-01-15T00:00:00+00:60": false,
		"2026-01-15T00:00:00.Z": false, "2026-01-15T00:00:00": false, "2026-01-15": false, "2026-01-15T+9:42:00Z": false,
		"2026-01-15 00:00:00Z": false, "2026-01-15T00:00:00Z\n": false, "２０２６-01-15T09:42:00Z": false, "": false,
	} {
		if got := isDateTime(text); got != want {
			t.Errorf("date-time %q: %t, want %t", text, got, want)
		}
	}
}
