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
		format, _ := at(properties, name, "format").(string)
		add(name, formats[format].texts()...)
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
