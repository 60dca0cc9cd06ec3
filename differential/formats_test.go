package differential

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

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

// instantOf reads a date-time of RFC 3339, to nanoseconds, without the parser of package time. A leap second is the
// last one of a day in UTC.
func instantOf(text string) (instant time.Time, ok bool) {
	parts := dateTime.FindStringSubmatch(text)
	if parts == nil {
		return time.Time{}, false
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
	ok = month >= 1 && month <= 12 && day >= 1 && day <= days[month-1] &&
		hour <= 23 && minute <= 59 && (second <= 59 || second == 60 && lastMinute) &&
		number(9) <= 23 && number(10) <= 59
	nanoseconds, _ := strconv.Atoi((parts[7] + "000000000")[:9])
	return time.Date(year, time.Month(month), day, hour, minute-offset, second, nanoseconds, time.UTC), ok
}

func isDateTime(text string) bool {
	_, ok := instantOf(text)
	return ok
}

// formats are the grammars of the other validator, so that net/url and package time do not decide for both, and texts
// at their limits.
var formats = map[string]format{"uri": {
	accepts: uri.MatchString,
	valid: []string{
		"https://flex-api.twilio.com/v1/FlexFlows/FO1", "http://a", "HTTPS://A/", "http://", "https:", "https:/a",
		"https:///a", "https:a", "http:?a", "HTTP://u:p@example.com:80/a/b;c?d=/?#e?", "mailto:a@example.com",
		"urn:isbn:1", "file:///etc/passwd", "javascript:alert(1)", "a.b+c-d:e", "http0:", "httpx:a", "a:", "a:/",

		"https://a:99999", "https://a:", "https://:80", "https://u:p@a/", "https://u:p:q@a/", "https://@a", "https://%41/",
		"https://a/%41", "a:%41", "https://1.2.3.4/", "https://[::1]:1/", "https://[1:2:3:4:5:6:7:8]", "https://[1::8]",
		"https://[::1.2.3.4]/", "https://[v1.a]/", "https://[v1.a:b]",
	},
	invalid: []string{
		"", "?", "#", "a", "/a", "//a/b", "a/b", "1http://a", "ht_tp://a", "://a", ":a", "1a:", "a b:", " https://a",

		"https://a:b", "https://u@p@a", "https://é/", "a://::", "a://b:c:1", "https://::1/", "https://[::1",
		"https://[::g]/", "https://[1:2:3:4:5:6:7]", "https://[1:2:3:4:5:6:7:8:9]", "https://[1::2::3]", "https://[]",
		"https://[1.2.3.4]/", "https://[::256.1.1.1]", "https://[fe80::1%25en0]/", "https://[fe80::1%en0]/",

		"https://a b", "https://a/b c", "https://a ", "https://a/%za", "https://a/%az", "https://a/%", "a:%4", "https://a?%",
		"https://a/é", `https://a/\b`, `https://a/"`, "https://a/<b>", "https://a/{b}", "https://a/|", "https://a/^",
		"https://a/`", "https://a/[b]", "https://a?b?c#d#e", "a:%", "a:[b]", "https://a\x00", "https://a\x7f", "https://a\n",
	},
}, "date-time": {
	accepts: isDateTime,
	valid: []string{
		"2026-01-15T09:42:00Z", "2026-01-15T09:42:00.1Z", "2026-01-15T09:42:00.123456789123Z", "2026-01-15t09:42:00Z",
		"2026-01-15T09:42:00z", "2026-01-15T09:42:00+00:00", "2026-01-15T09:42:00-00:00", "2026-01-15T09:42:00+23:59",
		"2026-01-15T09:42:00-23:59", "2024-02-29T00:00:00Z", "2000-02-29T00:00:00Z", "2026-01-15T23:59:60Z",
		"2026-01-15T22:59:60-01:00", "2017-01-01T08:59:60+09:00", "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59.999999999-23:59",
	},
	invalid: []string{
		"", "2026-01-15", "09:42:00Z", "2026-01-15T09:42Z", "2026-01-15T09:42:00", "20260115T094200Z",
		"2026-01-15T09:42:00.Z", "2026-01-15T09:42:00,5Z", "2026-01-15T9:42:00Z", "2026-1-15T09:42:00Z",
		"2026-01-15T09:42:00ZZ", "2026-01-15 09:42:00Z", "2026-01-15T09:42:00Z ", " 2026-01-15T09:42:00Z",
		"2026-01-15T09:42:00Z\n", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+2026-01-15T09:42:00Z",
		"2026-01-15T+9:42:00Z", "２０２６-01-15T09:42:00Z", "2026-01-15T09:42:00+24:00", "2026-01-15T09:42:00+23:60",
		"2026-01-15T09:42:00+0100", "2026-01-15T09:42:00+01", "2026-01-15T09:42:00+1:00", "2026-01-15T09:42:00UTC",
		"2026-01-15T09:42:00−01:00",

		"2026-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-15T24:00:00Z",
		"2026-01-15T23:60:00Z", "2026-01-15T23:59:61Z", "2026-01-15T12:00:60Z",
	},
}}

type format struct {
	accepts        func(string) bool
	valid, invalid []string
}

// texts returns the texts as JSON strings.
func (f format) texts() (texts []string) {
	for _, text := range slices.Concat(f.valid, f.invalid) {
		texts = append(texts, string(must(json.Marshal(text))))
	}
	return texts
}

func TestFormats(t *testing.T) {
	t.Parallel()
	for name, format := range formats {
		for _, text := range format.valid {
			if !format.accepts(text) {
				t.Errorf("%s: %q is refused", name, text)
			}
		}
		for _, text := range format.invalid {
			if format.accepts(text) {
				t.Errorf("%s: %q is accepted", name, text)
			}
		}
	}
}
