package flexflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// TestFetchFlexFlow_status200 tests faulty responses with status 200. A fetch does not retry them, and can use the
// connection again.
func TestFetchFlexFlow_status200(t *testing.T) {
	t.Parallel()
	for _, f := range responsesWithStatus200() {
		t.Run(f.name, func(t *testing.T) {
			if err := f.run(t); err != nil && strings.Contains(err.Error(), otherSID) {
				t.Errorf("a value of the body is in %v", err)
			}
		})
	}
}

func responsesWithStatus200() []fault {
	flow := validFlow(flowSID)
	ok := func(body string, header ...string) reply { return send(whole(200, body, header...)) }
	body := func(body string) reply { return ok(body, jsonType) }
	with := func(members ...string) reply { return body(validFlow(flowSID, members...)) }
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	return []fault{
		{"content type missing", ok(flow), violates("content-type", ""), 1, soon, true},
		{"content type empty", ok(flow, "Content-Type:"), violates("content-type", ""), 1, soon, true},
		{"content type wrong", ok(flow, "Content-Type: text/html"), violates("content-type", ""), 1, soon, true},
		{"content type twice", ok(flow, jsonType, jsonType), violates("content-type", ""), 1, soon, true},
		{"content type twice, and two", ok(flow, jsonType, "Content-Type: text/html"), violates("content-type", ""), 1, soon, true},
		{"content type twice in a line", ok(flow, jsonType+", text/html"), violates("content-type", ""), 1, soon, true},
		{"content type in capitals", ok(flow, "CONTENT-TYPE: APPLICATION/JSON"), success, 1, soon, true},
		{"content type of problem details", ok(flow, "Content-Type: application/problem+json"), violates("content-type", ""), 1, soon, true},
		{"charset utf-8", ok(flow, jsonType+"; charset=utf-8"), success, 1, soon, true},
		{"charset UTF-8 in quotes", ok(flow, jsonType+`;charset="UTF-8"`), success, 1, soon, true},
		{"charset latin1", ok(flow, jsonType+"; charset=iso-8859-1"), violates("content-type", ""), 1, soon, true},
		{"charset twice", ok(flow, jsonType+"; charset=utf-8; charset=iso-8859-1"), violates("content-type", ""), 1, soon, true},

		{"gzip that was not asked for", ok(zip(flow), jsonType, gzipped), success, 1, soon, true},
		{"a coding that nobody knows", ok(flow, jsonType, "Content-Encoding: br"), violates("content-encoding", ""), 1, soon, true},
		{"two codings", ok(zip(flow), jsonType, "Content-Encoding: gzip, br"), violates("content-encoding", ""), 1, soon, true},
		{"an unknown coding", ok(flow, jsonType, "Content-Encoding: identity"), success, 1, soon, true},

		{"empty", body(""), violates("json", ""), 1, soon, true},
		{"space", body(" \n"), violates("json", ""), 1, soon, true},
		{"null", body("null"), violates("nullable", ""), 1, soon, true},
		{"array", body("[]"), violates("type", ""), 1, soon, true},
		{"array of a flow", body("[" + flow + "]"), violates("type", ""), 1, soon, true},
		{"string", body(`"x"`), violates("type", ""), 1, soon, true},
		{"number", body("1"), violates("type", ""), 1, soon, true},
		{"HTML", body("<html>"), violates("json", ""), 1, soon, true},
		{"JSON cut off", body(flow[:len(flow)/2]), violates("json", "/friendly_name"), 1, soon, true},
		{"trailing data", body(flow + "x"), violates("json", ""), 1, soon, true},
		{"a second flow", body(flow + validFlow(otherSID)), violates("json", ""), 1, soon, true},
		{"JSONP", body("f(" + flow + ")"), violates("json", ""), 1, soon, true},
		{"a comment", body("/* flow */" + flow), violates("json", ""), 1, soon, true},
		{"a comma too many", body(strings.Replace(flow, "}", ",}", 1)), violates("json", ""), 1, soon, true},
		{"NaN", with(`"integration":{"n":NaN}`), violates("json", "/integration/n"), 1, soon, true},
		{"byte order mark", body("\ufeff" + flow), violates("json", ""), 1, soon, true},
		{"UTF-16", body("\xff\xfe{\x00}\x00"), violates("json", ""), 1, soon, true},
		{"invalid UTF-8", with(`"contact_identity":"` + "\xff" + `"`), violates("json", "/contact_identity"), 1, soon, true},
		{"half a surrogate pair", with(`"contact_identity":"\ud800"`), violates("json", "/contact_identity"), 1, soon, true},
		{"a control character", with("\"contact_identity\":\"\x01\""), violates("json", "/contact_identity"), 1, soon, true},
		{"a control character that is escaped", with(`"contact_identity":"\u0001"`), success, 1, soon, true},

		{"duplicate name", with(`"sid":"` + otherSID + `"`), violates("duplicate", "/sid"), 1, soon, true},
		{"duplicate name in escapes", with(`"s\u0069d":"` + otherSID + `"`), violates("duplicate", "/sid"), 1, soon, true},
		{"duplicate name within", with(`"integration":{"url":1,"url":2}`), violates("duplicate", "/integration/url"), 1, soon, true},
		{"name in another case", with(`"Sid":"` + otherSID + `"`), success, 1, soon, true},
		{"name in another case of Unicode", with(`"ſid":"` + otherSID + `"`), success, 1, soon, true},
		{"name that is unknown", with(`"color":"red"`), success, 1, soon, true},

		{"nesting of 10,000", body(nested(10_000)), violates("type", ""), 1, soon, true},
		{"nesting of 10,001", body(nested(10_001)), violates("json", strings.Repeat("/0", 10_000)), 1, soon, true},
		{"nesting of 10,000 in a flow", with(`"integration":{"a":` + nested(10_000) + `}`), violates("json", "/integration/a"+strings.Repeat("/0", 9_998)), 1, soon, true},
		{"nesting of 9,998 in a flow", with(`"integration":{"a":` + nested(9_998) + `}`), success, 1, soon, true},
		{"objects nested without end", body(strings.Repeat(`{"a":`, 20_000)), violates("json", strings.Repeat("/a", 10_000)), 1, soon, true},
		{"number beyond float64", with(`"integration":{"n":1e400}`), violates("type", "/integration/n"), 1, soon, true},
		{"number beyond float64, below 0", with(`"integration":{"n":-1e400}`), violates("type", "/integration/n"), 1, soon, true},
		{"number closer to 0 than float64", with(`"integration":{"n":1e-400}`), success, 1, soon, true},
		{"number of 100,000 digits", with(`"integration":{"n":` + strings.Repeat("9", 100_000) + `}`), violates("type", "/integration/n"), 1, soon, true},
		{"number for a boolean", with(`"enabled":1`), violates("type", "/enabled"), 1, soon, true},
		{"string for a boolean", with(`"enabled":"true"`), violates("type", "/enabled"), 1, soon, true},

		{"another flow", body(validFlow(otherSID)), violates("identity", "/sid"), 1, soon, true},
		{"an error", body(`{"code":20404,"message":"not found","status":404,"sid":"x"}`), violates("minLength", "/sid"), 1, soon, true},
		{"name that is a path", with(`"integration":{"a/b~c":{"d":1,"d":2}}`), violates("duplicate", "/integration/a~1b~0c/d"), 1, soon, true},
	}
}

func TestFetchFlexFlow_validBody(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"an empty object":       `{}`,
		"an unknown attribute":  `{"new_attribute": {"a": [1]}}`,
		"white space around it": " \r\n\t{}\n",
	}
	nulls := fullFlow()
	for name := range nulls {
		alone := fullFlow()
		alone[name] = nil
		tests[name+" is null"] = encode(t, alone)
		delete(alone, name)
		tests[name+" is absent"] = encode(t, alone)
		nulls[name] = nil
	}
	tests["every attribute is null"] = encode(t, nulls)
	for _, channel := range []string{"web", "sms", "facebook", "whatsapp", "line", "custom"} {
		tests["channel "+channel] = `{"channel_type": "` + channel + `"}`
	}
	for _, integration := range []string{"studio", "external", "task"} {
		tests["integration "+integration] = `{"integration_type": "` + integration + `"}`
	}
	for name, body := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := fetchBody(t, body); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFetchFlexFlow_documentExamples(t *testing.T) {
	t.Parallel()
	doc, err := gen.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	examples := doc.Paths.Find("/v1/FlexFlows/{Sid}").Get.Responses.Status(200).Value.Content["application/json"].Examples
	for _, name := range []string{"studio", "external", "task", "nulls"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			value := examples[name].Value.Value
			sid, ok := value.(map[string]any)["sid"].(string)
			if !ok {
				sid = flowSID
			}
			url, _ := serve(t, respondWith(encode(t, value)))
			got, err := newClient(t, url).FetchFlexFlow(t.Context(), sid)
			if err != nil {
				t.Fatal(err)
			}
			if kind := value.(map[string]any)["integration_type"]; kind != nil && (string(*got.IntegrationType) != name || kind != name) {
				t.Errorf("integration type %s of example %s", *got.IntegrationType, name)
			}
		})
	}
}

func TestFetchFlexFlow_eachConstraint(t *testing.T) {
	t.Parallel()
	type test struct {
		attribute string
		value     any
		keyword   string
	}
	var tests []test
	for attribute, prefix := range map[string]string{"account_sid": "AC", "chat_service_sid": "IS", "sid": "FO"} {
		digits := flowSID[2:]
		tests = append(tests,
			test{attribute, "", "minLength"},
			test{attribute, prefix + digits[1:], "minLength"},
			test{attribute, prefix + digits + "0", "maxLength"},
			test{attribute, "XX" + digits, "pattern"},
			test{attribute, strings.ToLower(prefix) + digits, "pattern"},
			test{attribute, prefix + digits[1:] + "g", "pattern"},
			test{attribute, prefix + digits[1:] + "\n", "pattern"},
			test{attribute, prefix + digits[1:] + "٣", "pattern"},
		)
	}
	for _, attribute := range []string{"channel_type", "integration_type"} {
		tests = append(tests, test{attribute, "no-such-value", "enum"}, test{attribute, "", "enum"},
			test{attribute, "Studio", "enum"}, test{attribute, 1, "enum"}, test{attribute, []any{}, "enum"})
	}
	for _, attribute := range []string{"date_created", "date_updated"} {
		for _, value := range []string{"", "yesterday", "2023-05-04", "2023-05-04 09:42:00Z", "2023-05-04T09:42:00", "2023-02-31T09:42:00Z",
			"2023-05-04T09:42:60Z", "2023-05-04T24:00:00Z", "2023-05-04T09:42:00+24:00", "2023-05-04T09:42:00-00:60", "2023-05-04T9:42:00Z", "2023-05-04T09:42:00,5Z", "Thu, 04 May 2023 09:42:00 +0000"} {
			tests = append(tests, test{attribute, value, "format"})
		}
	}
	for _, value := range []string{"", "FlexFlows/1", "//flex-api.twilio.com/v1", "flex-api.twilio.com/v1", "https:", "https://", "https:///v1", "https://a b/",
		"https://a/b c", "https://a/%zz", "https://a/\u00e9", "https://a/\n", `https://a/"`, "https://a/<x>", "https://[::1", "://a"} {
		tests = append(tests, test{"url", value, "format"})
	}
	wrong := map[string][]any{
		"string":  {1, true, []any{}, map[string]any{}},
		"boolean": {0, "true", []any{}, map[string]any{}},
		"object":  {1, true, "{}", []any{}},
	}
	for attribute, kind := range map[string]string{
		"account_sid": "string", "chat_service_sid": "string", "contact_identity": "string", "date_created": "string",
		"date_updated": "string", "friendly_name": "string", "sid": "string", "url": "string",
		"enabled": "boolean", "janitor_enabled": "boolean", "long_lived": "boolean", "integration": "object",
	} {
		for _, value := range wrong[kind] {
			tests = append(tests, test{attribute, value, "type"})
		}
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %s %v", test.attribute, test.keyword, test.value), func(t *testing.T) {
			t.Parallel()
			body := fullFlow()
			body[test.attribute] = test.value
			got, err := fetchBody(t, encode(t, body))
			if got != nil {
				t.Error("a flow was returned with the error")
			}
			wantViolations(t, err, "/"+test.attribute+" "+test.keyword)
			if value, ok := test.value.(string); ok && len(value) > 2 && strings.Contains(err.Error(), value) {
				t.Errorf("the message repeats the value: %v", err)
			}
		})
	}
}

func TestFetchFlexFlow_allViolations(t *testing.T) {
	t.Parallel()
	body := fullFlow()
	body["account_sid"], body["channel_type"], body["enabled"], body["sid"], body["url"] = "AC", "pigeon", "yes", 7, "here"
	_, err := fetchBody(t, encode(t, body))
	wantViolations(t, err, "/account_sid minLength", "/channel_type enum", "/enabled type", "/sid type", "/url format")
	var broken *flexflow.ResponseError
	errors.As(err, &broken)
	if broken.StatusCode != 200 || broken.SID != flowSID || broken.Attempts != 1 || broken.Operation != "FetchFlexFlow" ||
		broken.RequestID != "RQ0123456789abcdef0123456789abcdef" || !json.Valid(broken.Body) {
		t.Errorf("the error does not say what happened: %+v", *broken)
	}
	want := "flexflow: FetchFlexFlow " + flowSID + ": the response violates the contract: /account_sid: minLength: " +
		"minimum string length is 34; and 4 more (request RQ0123456789abcdef0123456789abcdef)"
	if err.Error() != want {
		t.Errorf("message\n%s\nwant\n%s", err, want)
	}
}

func TestFetchFlexFlow_ambiguousJSON(t *testing.T) {
	t.Parallel()
	type test struct{ body, want string }
	tests := map[string]test{
		"the same name twice":            {`{"sid":"` + flowSID + `","sid":"` + flowSID + `"}`, "/sid duplicate"},
		"the same name escaped":          {`{"sid":null,"s\u0069d":null}`, "/sid duplicate"},
		"the same name in a free object": {`{"integration":{"a":1,"a":2}}`, "/integration/a duplicate"},
		"the same unknown name":          {`{"x":1,"x":1}`, "/x duplicate"},
		"a second value":                 {`{}{}`, " json"},
		"a letter after the value":       {`{}x`, " json"},
		"a comma after the value":        {`{},`, " json"},
		"a NUL after the value":          {"{}\x00", " json"},
		"the Kelvin sign for a k":        {`{"\u212A":1}`, ""},
		"the long s for an s":            {`{"\u017fid":"x"}`, ""},
	}
	for name := range fullFlow() {
		variant := strings.ToUpper(name[:1]) + name[1:]
		tests["the name "+variant] = test{fmt.Sprintf(`{%q:"bad"}`, variant), ""}
		upper := strings.ToUpper(name)
		tests["the name "+upper] = test{fmt.Sprintf(`{%q:null,%q:"bad"}`, name, upper), ""}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := fetchBody(t, test.body)
			if test.want != "" {
				wantViolations(t, err, test.want)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFetchFlexFlow_anotherFlow(t *testing.T) {
	t.Parallel()
	body := fullFlow()
	body["sid"] = "FO" + strings.Repeat("0", 32)
	_, err := fetchBody(t, encode(t, body))
	wantViolations(t, err, "/sid identity")

	body["sid"] = "FO" + strings.ToLower(flowSID[2:])
	if _, err := fetchBody(t, encode(t, body)); err != nil {
		t.Errorf("hexadecimal digits in the other case: %v", err)
	}

	// Violations are in the order of their pointers.
	_, err = fetchBody(t, validFlow(otherSID, `"url":"x"`, `"account_sid":7`))
	wantViolations(t, err, "/account_sid type", "/sid identity", "/url format")
}

func TestWithValidation_enforceMatchesDecoding(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		encode(t, fullFlow()), `{}`, `{"sid":null,"integration":null}`, `{"integration":{}}`, `{"friendly_name":""}`,
		`{"integration":{"a":[1,{"b":null}],"c":1e300,"d":"\ud83d\ude00"}}`, `{"friendly_name":"a\u0000\"\\\/\u2028"}`,
		`{"date_created":"2023-05-04T09:42:00.123456789-23:59"}`, `{"date_created":"0000-01-01T00:00:00Z"}`, `{"unknown":[{}]}`,
	} {
		checked, err := fetchBody(t, body)
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		decoded, err := fetchBody(t, body, flexflow.WithValidation(flexflow.Off))
		if err != nil || !reflect.DeepEqual(checked, decoded) {
			t.Errorf("%s: checked\n%+v\ndecoded\n%+v, %v", body, checked, decoded, err)
		}
	}
}

func TestWithValidation_report(t *testing.T) {
	t.Parallel()
	type key struct{}
	body := fullFlow()
	body["account_sid"], body["channel_type"], body["enabled"], body["date_created"] = "AC", "pigeon", "yes", "yesterday"
	var told []error
	ctx := context.WithValue(t.Context(), key{}, "the caller's")
	handle := func(got context.Context, err *flexflow.ResponseError) {
		if got.Value(key{}) != "the caller's" {
			t.Error("the handler's context is not the fetch's")
		}
		told = append(told, err)
	}
	url, _ := serve(t, respondWith(encode(t, body)))
	client := newClient(t, url, flexflow.WithValidation(flexflow.Report), flexflow.WithViolationHandler(handle))
	got, err := client.FetchFlexFlow(ctx, flowSID)
	if err != nil {
		t.Fatal(err)
	}
	if *got.AccountSID != "AC" || *got.ChannelType != "pigeon" || *got.SID != flowSID {
		t.Errorf("the flow is not what was sent: %+v", got)
	}
	if got.Enabled != nil || got.DateCreated != nil {
		t.Error("a value that has no place in its Go type is not nil")
	}
	if len(told) != 1 {
		t.Fatalf("the handler was told %d times", len(told))
	}
	wantViolations(t, told[0], "/account_sid minLength", "/channel_type enum", "/date_created format", "/enabled type")
}

func TestWithValidation_reportWithoutFlow(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `null`, `[]`, `"x"`, `1`, `{`, `{"sid":null,"sid":null}`, `<html>`} {
		told := 0
		got, err := fetchBody(t, body, flexflow.WithValidation(flexflow.Report),
			flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { told++ }))
		if got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) || told != 1 {
			t.Errorf("body %s: flow %v, error %v, handler told %d times", body, got, err, told)
		}
	}
}

func TestWithViolationHandler_enforce(t *testing.T) {
	t.Parallel()
	told := 0
	handle := flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { told++ })
	if got, err := fetchBody(t, `{"sid":"x"}`, handle); got != nil || err == nil || told != 1 {
		t.Errorf("flow %v, error %v, handler told %d times", got, err, told)
	}
}

func TestWithValidation_off(t *testing.T) {
	t.Parallel()
	off := flexflow.WithValidation(flexflow.Off)
	handle := flexflow.WithViolationHandler(func(_ context.Context, err *flexflow.ResponseError) { t.Errorf("the handler was told %v", err) })
	got, err := fetchBody(t, `{"sid":"x","SID":"y","channel_type":"pigeon"}`, off, handle)
	if err != nil || *got.SID != "x" || *got.ChannelType != "pigeon" {
		t.Errorf("flow %+v, error %v", got, err)
	}
	for _, body := range []string{`{"enabled":"yes"}`, `{"sid":null,"sid":null}`, `{} x`, ``, "{\"sid\":\"\xff\"}"} {
		if got, err := fetchBody(t, body, off, handle); got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) {
			t.Errorf("body %q: flow %v, error %v", body, got, err)
		}
	}
}

// TestFetchFlexFlow_costlyBody limits the time for bodies of the maximum length that are slow to validate.
func TestFetchFlexFlow_costlyBody(t *testing.T) {
	const room = 1<<20 - 200
	many := func(size int, member func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < room-size; i++ {
			b.WriteString(",")
			b.WriteString(member(i))
		}
		return b.String()[1:]
	}
	// variants are the spellings of a name; the first is the name itself.
	variants := func(name string) string {
		ways := []string{""}
		for _, letter := range name {
			small, capital := string(letter), string(unicode.ToUpper(letter))
			longer := make([]string, 0, 2*len(ways))
			for _, way := range ways {
				longer = append(longer, way+small)
				if capital != small {
					longer = append(longer, way+capital)
				}
			}
			ways = longer
		}
		return `"` + strings.Join(ways[1:], `":0,"`) + `":0`
	}
	with := func(members string) reply { return send(whole(200, validFlow(flowSID, members), jsonType)) }
	for _, f := range []fault{
		{"names that are unknown", with(many(20, func(i int) string { return fmt.Sprintf(`"%d":0`, i) })), success, 1, soon, true},
		{"names in another case", with(variants("integration_type")), success, 1, soon, true},
		{"a SID without end", with(`"account_sid":"AC` + strings.Repeat("0", room-100) + `"`), violates("maxLength", "/account_sid"), 1, soon, true},
		{"a URL without end", with(`"url":"https://example.com/` + strings.Repeat("%41", room/3-100) + `"`), success, 1, soon, true},
		{"a time without end", with(`"date_updated":"2026-01-15T09:42:00.` + strings.Repeat("0", room-100) + `Z"`), success, 1, soon, true},
	} {
		t.Run(f.name, func(t *testing.T) { f.run(t) })
	}
}

func TestParseFlexFlow(t *testing.T) {
	t.Parallel()
	got, err := flexflow.ParseFlexFlow([]byte(encode(t, fullFlow())))
	if err != nil || *got.SID != flowSID || *got.FriendlyName != "Web chat ☎" {
		t.Errorf("got %+v, %v", got, err)
	}
	for body, want := range map[string]string{
		`{"sid":"` + flowSID + `","enabled":1,"url":"x"}`: "/enabled type",
		`{"sid":1,"sid":2}`: "/sid duplicate",
		``:                  " json",
		`null`:              " nullable",
	} {
		flow, err := flexflow.ParseFlexFlow([]byte(body))
		broken, ok := errors.AsType[*flexflow.ResponseError](err)
		if flow != nil || !ok || broken.Violations[0].Pointer+" "+broken.Violations[0].Keyword != want || string(broken.Body) != body {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
		if text := err.Error(); !strings.HasPrefix(text, "flexflow: the response violates the contract: ") || !isOneLine(text) {
			t.Errorf("message %q", text)
		}
	}
}

func TestResponse_violations(t *testing.T) {
	t.Parallel()
	body := fullFlow()
	body["enabled"], body["sid"] = 1, "FO"+strings.Repeat("0", 32)
	s := startRaw(t, send(whole(200, encode(t, body), jsonType)))
	for _, row := range []struct {
		mode flexflow.Mode
		want []string
	}{
		{flexflow.Enforce, []string{"/enabled type", "/sid identity"}},
		{flexflow.Report, []string{"/enabled type", "/sid identity"}},
	} {
		var told *flexflow.ResponseError
		client := newClient(t, s.URL, flexflow.WithValidation(row.mode), flexflow.WithViolationHandler(func(_ context.Context, broken *flexflow.ResponseError) { told = broken }))
		var response flexflow.Response
		flow, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response))
		if (flow == nil) != (row.mode == flexflow.Enforce) || (err == nil) != (row.mode == flexflow.Report) {
			t.Fatalf("flow %v, %v", flow, err)
		}
		var got []string
		for _, v := range response.Violations {
			got = append(got, v.Pointer+" "+v.Keyword)
		}
		if !slices.Equal(got, row.want) || !slices.Equal(response.Violations, told.Violations) {
			t.Errorf("mode %d: %q, want %q; the handler was told %v", row.mode, got, row.want, told.Violations)
		}
		s.Respond(replyFlow)
		if _, err := client.FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&response)); err != nil || response.Violations != nil {
			t.Errorf("violations %v of a valid response, %v", response.Violations, err)
		}
		s.Respond(send(whole(200, encode(t, body), jsonType)))
	}
}
