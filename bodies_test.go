package flexflow_test

import (
	"strings"
	"testing"
)

// TestAnswerWithStatus200 is the fault matrix of answers that look like a success. None is tried again, and all leave
// the connection as good as new.
func TestAnswerWithStatus200(t *testing.T) {
	t.Parallel()
	for _, f := range answersWithStatus200() {
		t.Run(f.name, func(t *testing.T) {
			if err := f.run(t); err != nil && strings.Contains(err.Error(), otherSID) {
				t.Errorf("a value of the body is in %v", err)
			}
		})
	}
}

func answersWithStatus200() []fault {
	flow := validFlow(flowSID)
	ok := func(body string, header ...string) reply { return send(whole(200, body, header...)) }
	body := func(body string) reply { return ok(body, jsonType) }
	with := func(members ...string) reply { return body(validFlow(flowSID, members...)) }
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	return []fault{
		{"content type missing", ok(flow), broken("content-type", ""), 1, atOnce, true},
		{"content type empty", ok(flow, "Content-Type:"), broken("content-type", ""), 1, atOnce, true},
		{"content type wrong", ok(flow, "Content-Type: text/html"), broken("content-type", ""), 1, atOnce, true},
		{"content type twice", ok(flow, jsonType, jsonType), broken("content-type", ""), 1, atOnce, true},
		{"content type twice, and two", ok(flow, jsonType, "Content-Type: text/html"), broken("content-type", ""), 1, atOnce, true},
		{"content type twice in a line", ok(flow, jsonType+", text/html"), broken("content-type", ""), 1, atOnce, true},
		{"content type in capitals", ok(flow, "CONTENT-TYPE: APPLICATION/JSON"), theFlow, 1, atOnce, true},
		{"content type of problem details", ok(flow, "Content-Type: application/problem+json"), broken("content-type", ""), 1, atOnce, true},
		{"charset utf-8", ok(flow, jsonType+"; charset=utf-8"), theFlow, 1, atOnce, true},
		{"charset UTF-8 in quotes", ok(flow, jsonType+`;charset="UTF-8"`), theFlow, 1, atOnce, true},
		{"charset latin1", ok(flow, jsonType+"; charset=iso-8859-1"), broken("content-type", ""), 1, atOnce, true},
		{"charset twice", ok(flow, jsonType+"; charset=utf-8; charset=iso-8859-1"), broken("content-type", ""), 1, atOnce, true},

		{"gzip that was not asked for", ok(zip(flow), jsonType, gzipped), theFlow, 1, atOnce, true},
		{"a coding that nobody knows", ok(flow, jsonType, "Content-Encoding: br"), broken("content-encoding", ""), 1, atOnce, true},
		{"two codings", ok(zip(flow), jsonType, "Content-Encoding: gzip, br"), broken("content-encoding", ""), 1, atOnce, true},
		{"the coding that is none", ok(flow, jsonType, "Content-Encoding: identity"), theFlow, 1, atOnce, true},

		{"empty", body(""), broken("json", ""), 1, atOnce, true},
		{"space", body(" \n"), broken("json", ""), 1, atOnce, true},
		{"null", body("null"), broken("nullable", ""), 1, atOnce, true},
		{"array", body("[]"), broken("type", ""), 1, atOnce, true},
		{"array of a flow", body("[" + flow + "]"), broken("type", ""), 1, atOnce, true},
		{"string", body(`"x"`), broken("type", ""), 1, atOnce, true},
		{"number", body("1"), broken("type", ""), 1, atOnce, true},
		{"HTML", body("<html>"), broken("json", ""), 1, atOnce, true},
		{"JSON cut off", body(flow[:len(flow)/2]), broken("json", "/friendly_name"), 1, atOnce, true},
		{"trailing data", body(flow + "x"), broken("json", ""), 1, atOnce, true},
		{"a second flow", body(flow + validFlow(otherSID)), broken("json", ""), 1, atOnce, true},
		{"JSONP", body("f(" + flow + ")"), broken("json", ""), 1, atOnce, true},
		{"a comment", body("/* flow */" + flow), broken("json", ""), 1, atOnce, true},
		{"a comma too many", body(strings.Replace(flow, "}", ",}", 1)), broken("json", ""), 1, atOnce, true},
		{"NaN", with(`"integration":{"n":NaN}`), broken("json", "/integration/n"), 1, atOnce, true},
		{"byte order mark", body("\ufeff" + flow), broken("json", ""), 1, atOnce, true},
		{"UTF-16", body("\xff\xfe{\x00}\x00"), broken("json", ""), 1, atOnce, true},
		{"invalid UTF-8", with(`"contact_identity":"` + "\xff" + `"`), broken("json", "/contact_identity"), 1, atOnce, true},
		{"half a surrogate pair", with(`"contact_identity":"\ud800"`), broken("json", "/contact_identity"), 1, atOnce, true},
		{"a control character", with("\"contact_identity\":\"\x01\""), broken("json", "/contact_identity"), 1, atOnce, true},
		{"a control character that is escaped", with(`"contact_identity":"\u0001"`), theFlow, 1, atOnce, true},

		{"duplicate name", with(`"sid":"` + otherSID + `"`), broken("duplicate", "/sid"), 1, atOnce, true},
		{"duplicate name in escapes", with(`"s\u0069d":"` + otherSID + `"`), broken("duplicate", "/sid"), 1, atOnce, true},
		{"duplicate name within", with(`"integration":{"url":1,"url":2}`), broken("duplicate", "/integration/url"), 1, atOnce, true},
		{"name in another case", with(`"Sid":"` + otherSID + `"`), theFlow, 1, atOnce, true},
		{"name in another case of Unicode", with(`"ſid":"` + otherSID + `"`), theFlow, 1, atOnce, true},
		{"name that is unknown", with(`"colour":"red"`), theFlow, 1, atOnce, true},

		{"nesting of 10,000", body(nested(10_000)), broken("type", ""), 1, atOnce, true},
		{"nesting of 10,001", body(nested(10_001)), broken("json", strings.Repeat("/0", 10_000)), 1, atOnce, true},
		{"nesting of 10,000 in a flow", with(`"integration":{"a":` + nested(10_000) + `}`), broken("json", "/integration/a"+strings.Repeat("/0", 9_998)), 1, atOnce, true},
		{"nesting of 9,998 in a flow", with(`"integration":{"a":` + nested(9_998) + `}`), theFlow, 1, atOnce, true},
		{"objects nested without end", body(strings.Repeat(`{"a":`, 20_000)), broken("json", strings.Repeat("/a", 10_000)), 1, atOnce, true},
		{"number beyond float64", with(`"integration":{"n":1e400}`), broken("type", "/integration/n"), 1, atOnce, true},
		{"number beyond float64, below 0", with(`"integration":{"n":-1e400}`), broken("type", "/integration/n"), 1, atOnce, true},
		{"number closer to 0 than float64", with(`"integration":{"n":1e-400}`), theFlow, 1, atOnce, true},
		{"number of 100,000 digits", with(`"integration":{"n":` + strings.Repeat("9", 100_000) + `}`), broken("type", "/integration/n"), 1, atOnce, true},
		{"number for a boolean", with(`"enabled":1`), broken("type", "/enabled"), 1, atOnce, true},
		{"string for a boolean", with(`"enabled":"true"`), broken("type", "/enabled"), 1, atOnce, true},

		{"another flow", body(validFlow(otherSID)), broken("identity", "/sid"), 1, atOnce, true},
		{"an error", body(`{"code":20404,"message":"not found","status":404,"sid":"x"}`), broken("minLength", "/sid"), 1, atOnce, true},
		{"name that is a path", with(`"integration":{"a/b~c":{"d":1,"d":2}}`), broken("duplicate", "/integration/a~1b~0c/d"), 1, atOnce, true},
	}
}
