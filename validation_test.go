package flexflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/flexflow-go/flexflow"
)

// TestFetchFlexFlow_status200 tests faulty responses with status 200. A fetch does not retry them, and can use the
// connection again.
func TestFetchFlexFlow_status200(t *testing.T) {
	t.Parallel()
	for _, f := range responsesWithStatus200() {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			if err := f.run(t); err != nil && strings.Contains(err.Error(), otherSID) {
				t.Errorf("a value of the body is in %v", err)
			}
		})
	}
}

func responsesWithStatus200() (faults []fault) {
	type row struct {
		name  string
		reply reply
		want  outcome
	}
	flow := validFlow(flowSID)
	ok := func(body string, header ...string) reply { return send(whole(200, body, header...)) }
	typed := func(contentType string) reply { return ok(flow, "Content-Type: "+contentType) }
	body := func(body string) reply { return ok(body, jsonType) }
	with := func(members ...string) reply { return body(validFlow(flowSID, members...)) }
	integration := func(value string) reply { return with(`"integration":` + value) }
	identity := func(value string) reply { return with(`"contact_identity":` + value) }
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	notJSON, wrongType := violates("json"), violates("content-type")
	malformedIdentity, rangeOfNumber := violates("/contact_identity json"), violates("/integration/n type")
	tooDeep := violates("/integration/a" + strings.Repeat("/0", 9_998) + " json")
	for _, row := range []row{
		{"content type missing", ok(flow), wrongType},
		{"content type empty", typed(""), wrongType},
		{"content type wrong", typed("text/html"), wrongType},
		{"content type twice", ok(flow, jsonType, jsonType), wrongType},
		{"content type twice, and two", ok(flow, jsonType, "Content-Type: text/html"), wrongType},
		{"content type twice in a line", typed("application/json, text/html"), wrongType},
		{"content type in capitals", ok(flow, "CONTENT-TYPE: APPLICATION/JSON"), success},
		{"content type of problem details", typed("application/problem+json"), wrongType},
		{"charset utf-8", typed("application/json; charset=utf-8"), success},
		{"charset UTF-8 in quotes", typed(`application/json;charset="UTF-8"`), success},
		{"charset latin1", typed("application/json; charset=iso-8859-1"), wrongType},
		{"charset twice", typed("application/json; charset=utf-8; charset=iso-8859-1"), wrongType},

		{"gzip that was not asked for", ok(zip(flow), jsonType, gzipped), success},
		{"a coding that nobody knows", ok(flow, jsonType, "Content-Encoding: br"), violates("content-encoding")},
		{"two codings", ok(zip(flow), jsonType, "Content-Encoding: gzip, br"), violates("content-encoding")},
		{"an unknown coding", ok(flow, jsonType, "Content-Encoding: identity"), success},

		{"empty", body(""), notJSON},
		{"space", body(" \n"), notJSON},
		{"null", body("null"), violates("nullable")},
		{"array", body("[]"), violates("type")},
		{"array of a flow", body("[" + flow + "]"), violates("type")},
		{"string", body(`"x"`), violates("type")},
		{"number", body("1"), violates("type")},
		{"HTML", body("<html>"), notJSON},
		{"JSON cut off", body(flow[:len(flow)/2]), violates("/friendly_name json")},
		{"trailing data", body(flow + "x"), notJSON},
		{"a second flow", body(flow + validFlow(otherSID)), notJSON},
		{"JSONP", body("f(" + flow + ")"), notJSON},
		{"a comment", body("/* flow */" + flow), notJSON},
		{"a comma too many", body(strings.Replace(flow, "}", ",}", 1)), notJSON},
		{"NaN", integration(`{"n":NaN}`), violates("/integration/n json")},
		{"byte order mark", body("\ufeff" + flow), notJSON},
		{"UTF-16", body("\xff\xfe{\x00}\x00"), notJSON},
		{"invalid UTF-8", identity("\"\xff\""), malformedIdentity},
		{"half a surrogate pair", identity(`"\ud800"`), malformedIdentity},
		{"a control character", identity("\"\x01\""), malformedIdentity},
		{"a control character that is escaped", identity(`"\u0001"`), success},

		{"duplicate name", with(`"sid":"` + otherSID + `"`), violates("/sid duplicate")},
		{"duplicate name in escapes", with(`"s\u0069d":"` + otherSID + `"`), violates("/sid duplicate")},
		{"duplicate name within", integration(`{"url":1,"url":2}`), violates("/integration/url duplicate")},
		{"name in another case", with(`"Sid":"` + otherSID + `"`), success},
		{"name in another case of Unicode", with(`"ſid":"` + otherSID + `"`), success},
		{"name that is unknown", with(`"color":"red"`), success},
		{
			"name that is a path", integration(`{"a/b~c":{"d":1,"d":2}}`),
			violates("/integration/a~1b~0c/d duplicate"),
		},

		{"nesting of 10,000", body(nested(10_000)), violates("type")},
		{"nesting of 10,001", body(nested(10_001)), violates(strings.Repeat("/0", 10_000) + " json")},
		{"nesting of 10,000 in a flow", integration(`{"a":` + nested(10_000) + `}`), tooDeep},
		{"nesting of 9,998 in a flow", integration(`{"a":` + nested(9_998) + `}`), success},
		{
			"objects nested without end", body(strings.Repeat(`{"a":`, 20_000)),
			violates(strings.Repeat("/a", 10_000) + " json"),
		},
		{"number beyond float64", integration(`{"n":1e400}`), rangeOfNumber},
		{"number beyond float64, below 0", integration(`{"n":-1e400}`), rangeOfNumber},
		{"number closer to 0 than float64", integration(`{"n":1e-400}`), success},
		{"number of 100,000 digits", integration(`{"n":` + strings.Repeat("9", 100_000) + `}`), rangeOfNumber},
		{"number for a boolean", with(`"enabled":1`), violates("/enabled type")},
		{"string for a boolean", with(`"enabled":"true"`), violates("/enabled type")},

		{"another flow", body(validFlow(otherSID)), violates("/sid identity")},
		{"an error", body(`{"code":20404,"message":"not found","status":404}`), violates("properties")},
		{"an error with a SID", body(`{"code":20404,"message":"not found","sid":"x"}`), violates("/sid minLength")},
	} {
		faults = append(faults, fault{row.name, row.reply, row.want, once, kept})
	}
	return faults
}

func TestFetchFlexFlow_validBody(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"an empty object":       `{}`,
		"a new attribute":       `{"sid": null, "new_attribute": {"a": [1]}}`,
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
		if _, err := fetchBody(t, body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFetchFlexFlow_eachConstraint(t *testing.T) {
	t.Parallel()
	type test struct {
		attribute string
		value     any
		keywords  string
	}
	var tests []test
	add := func(attribute, keywords string, values ...any) {
		for _, value := range values {
			tests = append(tests, test{attribute, value, keywords})
		}
	}
	for attribute, prefix := range map[string]string{"account_sid": "AC", "chat_service_sid": "IS", "sid": "FO"} {
		digits := flowSID[2:]
		short := prefix + digits[1:]
		add(attribute, "minLength pattern", "", short)
		add(attribute, "maxLength pattern", prefix+digits+"0")
		add(attribute, "pattern", "XX"+digits, strings.ToLower(prefix)+digits, short+"g", short+"\n", short+"٣")
	}
	for _, attribute := range []string{"channel_type", "integration_type"} {
		add(attribute, "enum", "no-such-value", "", "Studio", 1, []any{})
	}
	for _, attribute := range []string{"date_created", "date_updated"} {
		add(attribute, "format", "", "yesterday", "2023-05-04", "2023-05-04 09:42:00Z", "2023-05-04T09:42:00",
			"2023-02-31T09:42:00Z", "2023-05-04T09:42:60Z", "2023-05-04T24:00:00Z", "2023-05-04T09:42:00+24:00",
			"2023-05-04T09:42:00-00:60", "2023-05-04T9:42:00Z", "2023-05-04T09:42:00,5Z",
			"Thu, 04 May 2023 09:42:00 +0000")
	}
	add("url", "format", "", "FlexFlows/1", "//flex-api.twilio.com/v1", "flex-api.twilio.com/v1", "https:", "https://",
		"https:///v1", "https://a b/", "https://a/b c", "https://a/%zz", "https://a/\u00e9", "https://a/\n",
		`https://a/"`, "https://a/<x>", "https://[::1", "://a", "x:%", "http://h/a#b#c", "http://:80/", "http://h/[a]")
	for _, attribute := range []string{
		"account_sid", "chat_service_sid", "contact_identity", "date_created", "date_updated", "friendly_name", "sid", "url",
	} {
		add(attribute, "type", 1, true, []any{}, map[string]any{})
	}
	for _, attribute := range []string{"enabled", "janitor_enabled", "long_lived"} {
		add(attribute, "type", 0, "true", []any{}, map[string]any{})
	}
	add("integration", "type", 1, true, "{}", []any{})
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %s %v", test.attribute, test.keywords, test.value), func(t *testing.T) {
			t.Parallel()
			got, err := fetchBody(t, changedFlow(t, map[string]any{test.attribute: test.value}))
			if got != nil {
				t.Error("a flow was returned with the error")
			}
			var want []string
			for _, keyword := range strings.Fields(test.keywords) {
				want = append(want, "/"+test.attribute+" "+keyword)
			}
			value, isText := test.value.(string)
			if isText && test.attribute == "sid" && !strings.EqualFold(value, flowSID) {
				want = append(want, "/sid identity")
			}
			wantViolations(t, err, want...)
			if isText && len(value) > 2 && strings.Contains(err.Error(), value) {
				t.Errorf("the message repeats the value: %v", err)
			}
		})
	}
}

func TestFetchFlexFlow_allViolations(t *testing.T) {
	t.Parallel()
	_, err := fetchBody(t, changedFlow(t, map[string]any{
		"account_sid": "AC", "channel_type": "pigeon", "enabled": "yes", "sid": 7, "url": "here",
	}))
	wantViolations(t, err, "/account_sid minLength", "/account_sid pattern", "/channel_type enum", "/enabled type",
		"/sid type", "/url format")
	broken := as[*flexflow.ResponseError](t, err)
	if broken.StatusCode != 200 || broken.SID != flowSID || broken.Attempts != 1 ||
		broken.Operation != "FetchFlexFlow" || broken.RequestID != "RQ1" || !json.Valid(broken.Body) {
		t.Errorf("the error does not say what happened: %+v", *broken)
	}
	want := "flexflow: FetchFlexFlow " + flowSID + ": the response violates the contract: /account_sid: minLength: " +
		"minimum string length is 34; and 5 more (request RQ1)"
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
		"a second value":                 {`{}{}`, "json"},
		"a letter after the value":       {`{}x`, "json"},
		"a comma after the value":        {`{},`, "json"},
		"a NUL after the value":          {"{}\x00", "json"},
		"the Kelvin sign for a k":        {`{"sid":null,"\u212A":1}`, ""},
		"the long s for an s":            {`{"sid":null,"\u017fid":"x"}`, ""},
	}
	for name := range fullFlow() {
		variant := strings.ToUpper(name[:1]) + name[1:]
		tests["the name "+variant] = test{fmt.Sprintf(`{"url":null,%q:"bad"}`, variant), ""}
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
	_, err := fetchBody(t, changedFlow(t, map[string]any{"sid": "FO" + strings.Repeat("0", 32)}))
	wantViolations(t, err, "/sid identity")

	lower := "FO" + strings.ToLower(flowSID[2:])
	if _, err := fetchBody(t, changedFlow(t, map[string]any{"sid": lower})); err != nil {
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
		`{"integration":{"a":[1,{"b":null}],"c":1e300,"d":"\ud83d\ude00"}}`,
		`{"friendly_name":"a\u0000\"\\\/\u2028"}`, `{"sid":null,"unknown":[{}]}`,
		`{"date_created":"2023-05-04T09:42:00.123456789-23:59"}`, `{"date_created":"0000-01-01T00:00:00Z"}`,
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

// countCalls returns a handler of violations and the number of its calls.
func countCalls() (flexflow.Option, *int) {
	calls := new(int)
	return flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { *calls++ }), calls
}

func TestWithValidation_report(t *testing.T) {
	t.Parallel()
	type key struct{}
	body := changedFlow(t, map[string]any{
		"account_sid": "AC", "channel_type": "pigeon", "enabled": "yes", "date_created": "yesterday",
	})
	var told []error
	ctx := context.WithValue(t.Context(), key{}, "the caller's")
	handle := flexflow.WithViolationHandler(func(got context.Context, err *flexflow.ResponseError) {
		if got.Value(key{}) != "the caller's" {
			t.Error("the handler's context is not the fetch's")
		}
		told = append(told, err)
	})
	client := responding(200, body).client(t, flexflow.WithValidation(flexflow.Report), handle)
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
	wantViolations(t, told[0], "/account_sid minLength", "/account_sid pattern", "/channel_type enum",
		"/date_created format", "/enabled type")
}

// Another flow than the one requested is an error in every mode, also if its SID violates the contract.
func TestWithValidation_otherFlow(t *testing.T) {
	t.Parallel()
	other := `"sid":"` + otherSID + `"}`
	for _, body := range []string{"{" + other, `{"sid":"FOnotasid"}`, `{"x":1e400,` + other} {
		for _, mode := range []flexflow.Mode{flexflow.Enforce, flexflow.Report, flexflow.Off} {
			got, err := fetchBody(t, body, flexflow.WithValidation(mode))
			if got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) {
				t.Errorf("%s in mode %d: flow %v, error %v", body, mode, got, err)
			}
		}
	}
}

func TestWithValidation_reportWithoutFlow(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `null`, `[]`, `"x"`, `1`, `{`, `{"sid":null,"sid":null}`, `<html>`} {
		handle, told := countCalls()
		got, err := fetchBody(t, body, flexflow.WithValidation(flexflow.Report), handle)
		if got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) || *told != 1 {
			t.Errorf("body %s: flow %v, error %v, handler told %d times", body, got, err, *told)
		}
	}
}

func TestWithValidation_off(t *testing.T) {
	t.Parallel()
	off := flexflow.WithValidation(flexflow.Off)
	handle, told := countCalls()
	got, err := fetchBody(t, `{"sid":"`+flowSID+`","SID":"y","channel_type":"pigeon","url":"x"}`, off, handle)
	if err != nil || *got.SID != flowSID || *got.ChannelType != "pigeon" || *got.URL != "x" {
		t.Errorf("flow %+v, error %v", got, err)
	}
	for _, body := range []string{
		`{"enabled":"yes"}`, `{"sid":null,"sid":null}`, `{} x`, ``, "{\"sid\":\"\xff\"}", `{"sid":"x"}`,
	} {
		if got, err := fetchBody(t, body, off, handle); got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) {
			t.Errorf("body %q: flow %v, error %v", body, got, err)
		}
	}
	if *told != 0 {
		t.Errorf("the handler was told %d times", *told)
	}
}

// Another flow than the one requested is no flow, in every mode.
func TestWithValidation_anotherFlow(t *testing.T) {
	t.Parallel()
	body := changedFlow(t, map[string]any{"sid": otherSID, "channel_type": "pigeon"})
	both := []string{"/channel_type enum", "/sid identity"}
	for mode, row := range map[flexflow.Mode]struct {
		violations []string
		told       int
	}{
		flexflow.Enforce: {both, 1},
		flexflow.Report:  {both, 1},
		flexflow.Off:     {both[1:], 0},
	} {
		var told []*flexflow.ResponseError
		handle := flexflow.WithViolationHandler(func(_ context.Context, err *flexflow.ResponseError) {
			told = append(told, err)
		})
		var response flexflow.Response
		client := responding(200, body).client(t, flexflow.WithValidation(mode), handle)
		flow, err := fetch(t, client, flexflow.CaptureResponse(&response))
		wantViolations(t, err, row.violations...)
		checkViolations(t, response.Violations, row.violations...)
		if flow != nil || len(told) != row.told || row.told > 0 && error(told[0]) != err {
			t.Errorf("mode %d: flow %v, error %v, the handler was told %v", mode, flow, err, told)
		}
	}
}

// An object with attributes, but none of the contract's, is something else than a flow, such as an error.
func TestFetchFlexFlow_notAFlow(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"code":20404,"message":"The requested resource was not found","status":404}`,
		`{"flex_flows":[` + validFlow(flowSID) + `],"meta":{"page":0}}`, `{"new_attribute":1}`, `{"Sid":"` + flowSID + `"}`,
		`{"error":null}`,
	} {
		got, err := fetchBody(t, body)
		wantViolations(t, err, "properties")
		if got != nil {
			t.Errorf("%s: a flow was returned with the error", body)
		}
		parsed, err := flexflow.ParseFlexFlow([]byte(body))
		wantViolations(t, err, "properties")
		if parsed != nil {
			t.Errorf("%s: a flow was parsed with the error", body)
		}
		handle, told := countCalls()
		if _, err := fetchBody(t, body, flexflow.WithValidation(flexflow.Report), handle); err != nil || *told != 1 {
			t.Errorf("%s in mode Report: error %v, handler told %d times", body, err, *told)
		}
	}
	nulls := fullFlow()
	for name := range nulls {
		nulls[name] = nil
	}
	for _, body := range []string{`{}`, encode(t, nulls), `{"sid":null}`, `{"new_attribute":1,"enabled":null}`} {
		if _, err := flexflow.ParseFlexFlow([]byte(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

// TestFetchFlexFlow_costlyBody compares the time for bodies of the maximum length that are slow to validate with that
// for one long string. It is 60 times as long for 90,000 names, and far more if each were compared with all others.
func TestFetchFlexFlow_costlyBody(t *testing.T) {
	const room = 1<<20 - 200
	numbers := func() string {
		var b strings.Builder
		for i := 0; b.Len() < room-20; i++ {
			fmt.Fprintf(&b, `"%d":0,`, i)
		}
		return strings.TrimSuffix(b.String(), ",")
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
	fill := func(before, middle, after string) string {
		return before + strings.Repeat(middle, (room-100)/len(middle)) + after
	}
	plain := validFlow(flowSID, fill(`"x":"`, "x", `"`))
	for name, row := range map[string]struct {
		members string
		want    outcome
	}{
		"names that are unknown": {numbers(), success},
		"names in another case":  {variants("integration_type"), success},
		"a SID without end":      {fill(`"account_sid":"AC`, "0", `"`), violates("/account_sid maxLength")},
		"a URL without end":      {fill(`"url":"https://example.com/`, "%41", `"`), success},
		"a time without end":     {fill(`"date_updated":"2026-01-15T09:42:00.`, "0", `Z"`), success},
	} {
		body := validFlow(flowSID, row.members)
		row.want.of(t, responding(200, body).client(t))
		if took, most := timeToParse(body), 1000*timeToParse(plain); took > most {
			t.Errorf("%s: %s, want at most %s", name, took, most)
		}
	}
}

// timeToParse returns the shortest of three times, because other programs may make each longer.
func timeToParse(body string) time.Duration {
	shortest := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		flexflow.ParseFlexFlow([]byte(body))
		shortest = min(shortest, time.Since(start))
	}
	return shortest
}

func TestParseFlexFlow_documentExamples(t *testing.T) {
	t.Parallel()
	examples := operation(t).Responses.Status(200).Value.Content["application/json"].Examples
	for name, kind := range map[string]string{"studio": "studio", "external": "external", "task": "task", "nulls": ""} {
		flow, err := flexflow.ParseFlexFlow([]byte(encode(t, examples[name].Value.Value)))
		if err != nil || string(flexflow.Value(flow.IntegrationType)) != kind {
			t.Errorf("example %s: flow %v, error %v, want integration type %q", name, flow, err, kind)
		}
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
		``:                  "json",
		`null`:              "nullable",
		`{"code":20404}`:    "properties",
	} {
		flow, err := flexflow.ParseFlexFlow([]byte(body))
		broken := as[*flexflow.ResponseError](t, err)
		if flow != nil || violationAt(broken.Violations[0]) != want || string(broken.Body) != body {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
		text := err.Error()
		if !strings.HasPrefix(text, "flexflow: the response violates the contract: ") || !isOneLine(text) {
			t.Errorf("message %q", text)
		}
	}
}
