package differential

import (
	"maps"
	"slices"
	"strings"
)

// hostile lists bodies at the limits of what JSON and the document allow.
var hostile = func() []string {
	bodies := slices.Clone(notQuiteJSON)
	add := func(name string, values ...string) {
		for _, value := range values {
			bodies = append(bodies, `{"`+name+`":`+value+`}`)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		add(name, "null", "true", "false", "0", "1", "1e400", `""`, `"x"`, `"null"`, `"true"`, "[]", "{}", `[null]`,
			`{"a":null}`, "tru")
		switch at(properties, name, "format") {
		case "date-time":
			for _, text := range times {
				add(name, `"`+text+`"`)
			}
		case "uri":
			for _, text := range urls {
				add(name, `"`+text+`"`)
			}
		}
	}
	for name, prefix := range map[string]string{"sid": "FO", "account_sid": "AC", "chat_service_sid": "IS"} {
		const digits = "0123456789abcdefABCDEF0123456789"
		for _, text := range []string{
			"", digits, prefix, "XX" + digits, strings.ToLower(prefix) + digits, "\\n" + prefix + digits[1:],
			prefix + digits, prefix + digits[1:], prefix + digits + "0", prefix + digits + `\n`,
			prefix + digits[1:] + "g", prefix + digits[2:] + "é", prefix + digits[1:] + `\u0660`,
		} {
			add(name, `"`+text+`"`, `["`+text+`"]`)
		}
	}
	add("channel_type", `"web"`, `"WEB"`, `"web "`, `"pager"`, `"w\u0065b"`, `"line"`)
	add("integration_type", `"studio"`, `"Studio"`, `"task"`, `"external\u0000"`)
	add("integration", `{"a":1.0,"b":-0.0,"c":1e2,"d":12345678901234567890,"e":0.1}`,
		`{"f":5e-324,"g":1.7976931348623157e308}`, `{"a":[[],{},"",null,false]}`, `{"":{"":""}}`, `{"a":1e309}`, `[1]`,
		`{"<":"&"}`, strings.Repeat(`{"a":`, 1000)+"1"+strings.Repeat("}", 1000))
	add("friendly_name", `"☎ \"\\\/"`, `"\u2028<script>&"`, `"`+strings.Repeat("x", 5000)+`"`, `"\ud800"`, `"\ufffd"`)
	return bodies
}()

const flow = `{"sid":"FOa1b2c3d4e5f60718293a4b5c6d7e8f90","enabled":true`

var notQuiteJSON = []string{
	"", " ", "null", "true", "0", `""`, "[]", "[{}]", "{", "}", "{}", " {}\n", "{}{}", "{},", "{}\x00", "\ufeff{}", "{]",
	`{"a"}`, `{"a":}`, `{a:1}`, `{'a':1}`, `{"a":1,}`, `{,}`, `{"a":[1,]}`, `{"a":[,1]}`, "/**/{}", "{}//", `{"":""}`,
	`{"a":01}`, `{"a":+1}`, `{"a":.5}`, `{"a":1.}`, `{"a":1e}`, `{"a":-}`, `{"a":-0}`, `{"a":1e-400}`, `{"a":1E+2}`,
	`{"a":NaN}`, `{"a":Infinity}`, `{"a":0x1}`, `{"a":tru}`, `{"a":TRUE}`,
	`{"a":"\x"}`, `{"a":"\u12"}`, `{"a":"\u0000"}`, "{\"a\":\"\n\"}", "{\"a\":\"\x7f\"}", `{"a":"\/\b\f"}`,
	`{"a":"\ud83d\ude00"}`, `{"a":"\ude00\ud83d"}`, "{\"\xc0\x80\":1}", "{\"a\":\"\xed\xa0\x80\"}",
	`{"integration":{"a":{"b":1,"b":2}}}`, `{"integration":{"a":[{"b":1,"b":1}]}}`, `{"s\u0069d":1,"sid":null}`,
	`{"SID":1,"Sid":2,"friendlyName":3}`, "{\"\u212a\":1}", "{\"\u017fid\":1}",
	flow, flow + `}`, flow + `,"x":{"y":[1,2,{"z":null}]}}`,
	strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
}

var times = []string{
	"2026-01-15T09:42:00Z", "2026-01-15T09:42:00.1Z", "2026-01-15T09:42:00.123456789123Z", "2026-01-15T09:42:00.Z",
	"2026-01-15T09:42:00,5Z", "2026-01-15T9:42:00Z", "2026-1-15T09:42:00Z", "2026-01-15T09:42Z", "2026-01-15T09:42:00",
	"2026-01-15", "09:42:00Z", "20260115T094200Z", "2026-01-15t09:42:00Z", "2026-01-15T09:42:00z",
	"2026-01-15T09:42:00ZZ", "2026-01-15 09:42:00Z", "2026-01-15T09:42:00Z ", " 2026-01-15T09:42:00Z",
	"10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+2026-01-15T09:42:00Z", "2026-01-15T+9:42:00Z",
	"２０２６-01-15T09:42:00Z",

	"2026-01-15T09:42:00+00:00", "2026-01-15T09:42:00-00:00", "2026-01-15T09:42:00+23:59", "2026-01-15T09:42:00-23:59",
	"2026-01-15T09:42:00+24:00", "2026-01-15T09:42:00+23:60", "2026-01-15T09:42:00+0100", "2026-01-15T09:42:00+01",
	"2026-01-15T09:42:00+1:00", "2026-01-15T09:42:00UTC", "2026-01-15T09:42:00−01:00",

	"2026-02-29T00:00:00Z", "2024-02-29T00:00:00Z", "2026-02-30T00:00:00Z", "2026-04-31T00:00:00Z",
	"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-15T24:00:00Z",
	"2026-01-15T23:60:00Z", "2026-01-15T23:59:60Z", "2026-01-15T23:59:61Z", "2026-01-15T22:59:60-01:00",
	"2026-01-15T12:00:60Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59",
}

var urls = []string{
	"https://flex-api.twilio.com/v1/FlexFlows/FO1", "http://a", "HTTPS://A/", "https://", "https:", "https:/a",
	"https:///a", "https:a", "http:?a", "//a/b", "/a/b", "a/b", "", "?", "#", "mailto:a@example.com", "urn:isbn:1",
	"file:///etc/passwd", "javascript:alert(1)", "a.b+c-d:e", "1http://a", "ht_tp://a", "http0:", "httpx:a", "://a", ":a",

	"https://a:b", "https://a:99999", "https://a:", "https://:80", "https://u:p@a/", "https://u:p:q@a/", "https://@a",
	"https://u@p@a", "https://%41/", "https://é/", "a://::", "a://b:c:1", "https://1.2.3.4/", "https://::1/",
	"https://[::1]/", "https://[::1", "https://[::g]/", "https://[1.2.3.4]/", "https://[::1.2.3.4]/", "https://[v1.a]/",
	"https://[fe80::1%25en0]/", "https://[fe80::1%en0]/",

	"https://a b", "https://a/b c", " https://a", "https://a ", "https://a/%zz", "https://a/%41", "https://a/%",
	"https://a/é", "https://a/\\\\b", "https://a/\\\"", "https://a/<b>", "https://a/{b}", "https://a/|", "https://a/^",
	"https://a/`", "https://a/[b]", "https://a?b?c#d#e", "https://a?%", "a:%", "a:[b]", "https://a\\u0000",
	"https://a\\u007f", "https://a\\n",
}
