package flexflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// TestFetchFlexFlow_status200 tests responses with status 200. A fetch does not retry them, and can use the connection
// again.
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
	flow := validFlow(flowSID)
	add := func(want outcome, name, body string, header ...string) {
		name = fmt.Sprintf("%.60q", name)
		faults = append(faults, fault{name, send(whole(200, body, header...)), want, once, kept})
	}
	contentTypes := func(want outcome, types ...string) {
		for _, contentType := range types {
			add(want, "Content-Type: "+contentType, flow, "Content-Type: "+contentType)
		}
	}
	wrongType := violates("content-type")
	contentTypes(success, "application/json; charset=utf-8", `APPLICATION/JSON;charset="UTF-8"`)
	contentTypes(wrongType, "", "text/html", "application/json, text/html", "application/problem+json",
		"application/json; charset=iso-8859-1", "application/json; charset=utf-8; charset=iso-8859-1")
	add(wrongType, "no Content-Type", flow)
	add(wrongType, "the same Content-Type twice", flow, jsonType, jsonType)
	add(wrongType, "two Content-Types", flow, jsonType, "Content-Type: text/html")

	unknownCoding := violates("content-encoding")
	add(success, "gzip that was not asked for", zip(flow), jsonType, gzipped)
	add(success, "Content-Encoding: identity", flow, jsonType, "Content-Encoding: identity")
	add(unknownCoding, "Content-Encoding: br", flow, jsonType, "Content-Encoding: br")
	add(unknownCoding, "Content-Encoding: gzip, br", zip(flow), jsonType, "Content-Encoding: gzip, br")

	bodies := func(want outcome, bodies ...string) {
		for _, body := range bodies {
			add(want, body, body, jsonType)
		}
	}
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	bodies(violates("json"), "", " \n", "<html>", "f("+flow+")", "/* flow */"+flow, strings.Replace(flow, "}", ",}", 1),
		"\ufeff"+flow, "\xff\xfe{\x00}\x00")
	for _, trailing := range []string{"x", ",", "\x00", validFlow(otherSID)} {
		add(violates("json"), "data after the flow: "+trailing, flow+trailing, jsonType)
	}
	bodies(violates("/friendly_name json"), flow[:len(flow)/2])
	bodies(violates("nullable"), "null")
	bodies(violates("type"), "[]", "["+flow+"]", `"x"`, "1", nested(10_000))
	bodies(violates(strings.Repeat("/0", 10_000)+" json"), nested(10_001))
	bodies(violates(strings.Repeat("/a", 10_000)+" json"), strings.Repeat(`{"a":`, 20_000))
	bodies(violates("/sid identity"), validFlow(otherSID))
	bodies(violates("/sid minLength"), `{"code":20404,"message":"not found","sid":"x"}`)

	members := func(want outcome, members ...string) {
		for _, member := range members {
			add(want, member, validFlow(flowSID, member), jsonType)
		}
	}
	members(success, `"contact_identity":"\u0001"`, `"Sid":"`+otherSID+`"`, `"ſid":"`+otherSID+`"`, `"color":"red"`,
		`"integration":{"n":1e-400}`, `"integration":{"a":`+nested(9_998)+`}`)
	members(violates("/contact_identity json"),
		"\"contact_identity\":\"\xff\"", `"contact_identity":"\ud800"`, "\"contact_identity\":\"\x01\"")
	members(violates("/sid duplicate"), `"sid":"`+otherSID+`"`, `"sid":"`+flowSID+`"`, `"s\u0069d":"`+otherSID+`"`)
	members(violates("/color duplicate"), `"color":1,"color":1`)
	members(violates("/integration/url duplicate"), `"integration":{"url":1,"url":2}`)
	members(violates("/integration/a~1b~0c/d duplicate"), `"integration":{"a/b~c":{"d":1,"d":2}}`)
	members(violates("/integration/a"+strings.Repeat("/0", 9_998)+" json"), `"integration":{"a":`+nested(10_000)+`}`)
	members(violates("/integration/n json"), `"integration":{"n":NaN}`)
	members(violates("/integration/n type"), `"integration":{"n":1e400}`, `"integration":{"n":-1e400}`,
		`"integration":{"n":`+strings.Repeat("9", 100_000)+`}`)
	return faults
}

// A fetch, a fetch without validation, and ParseFlexFlow return the same flow.
func TestFetchFlexFlow_validBody(t *testing.T) {
	t.Parallel()
	bodies := []string{
		encode(t, fullFlow()), changedFlow(t, map[string]any{"sid": "FO" + strings.ToLower(flowSID[2:])}),
		`{}`, " \r\n\t{}\n", `{"sid":null,"new_attribute":{"a":[1]}}`, `{"new_attribute":1,"enabled":null}`,
		`{"integration":{}}`, `{"integration":{"a":[1,{"b":null}],"c":1e300,"d":"\ud83d\ude00"}}`,
		`{"friendly_name":""}`, `{"friendly_name":"a\u0000\"\\\/\u2028"}`,
		`{"date_created":"2023-05-04T09:42:00.123456789-23:59"}`, `{"date_created":"0000-01-01T00:00:00Z"}`,
	}
	nulls := fullFlow()
	for name := range nulls {
		alone := fullFlow()
		alone[name] = nil
		bodies = append(bodies, encode(t, alone))
		delete(alone, name)
		bodies = append(bodies, encode(t, alone))
		capital, capitals := strings.ToUpper(name[:1])+name[1:], strings.ToUpper(name)
		bodies = append(bodies, fmt.Sprintf(`{%q:null,%q:"another name",%q:"another name"}`, name, capital, capitals))
		nulls[name] = nil
	}
	bodies = append(bodies, encode(t, nulls))
	for _, channel := range []string{"web", "sms", "facebook", "whatsapp", "line", "custom"} {
		bodies = append(bodies, `{"channel_type":"`+channel+`"}`)
	}
	for _, integration := range []string{"studio", "external", "task"} {
		bodies = append(bodies, `{"integration_type":"`+integration+`"}`)
	}
	for _, body := range bodies {
		checked, err := fetchBody(t, body)
		decoded, errOff := fetchBody(t, body, flexflow.WithValidation(flexflow.Off))
		parsed, errParse := flexflow.ParseFlexFlow([]byte(body))
		err = errors.Join(err, errOff, errParse)
		if err != nil || !reflect.DeepEqual(checked, decoded) || !reflect.DeepEqual(checked, parsed) {
			t.Errorf("%s: checked\n%+v\ndecoded\n%+v\nparsed\n%+v\n%v", body, checked, decoded, parsed, err)
		}
	}
}

func TestParseFlexFlow_eachConstraint(t *testing.T) {
	t.Parallel()
	check := func(attribute, keywords string, values ...any) {
		for _, value := range values {
			got, err := flexflow.ParseFlexFlow([]byte(changedFlow(t, map[string]any{attribute: value})))
			if got != nil {
				t.Errorf("%s %q: a flow was returned with the error", attribute, value)
			}
			var want []string
			for _, keyword := range strings.Fields(keywords) {
				want = append(want, "/"+attribute+" "+keyword)
			}
			wantViolations(t, err, want...)
			if text, _ := value.(string); len(text) > 2 && strings.Contains(err.Error(), text) {
				t.Errorf("the message repeats the value: %v", err)
			}
		}
	}
	for attribute, prefix := range map[string]string{"account_sid": "AC", "chat_service_sid": "IS", "sid": "FO"} {
		digits := flowSID[2:]
		short := prefix + digits[1:]
		check(attribute, "minLength pattern", "", short)
		check(attribute, "maxLength pattern", prefix+digits+"0")
		check(attribute, "pattern", "XX"+digits, strings.ToLower(prefix)+digits, short+"g", short+"\n", short+"٣")
	}
	for _, attribute := range []string{"channel_type", "integration_type"} {
		check(attribute, "enum", "no-such-value", "", "Studio", 1, []any{})
	}
	for _, attribute := range []string{"date_created", "date_updated"} {
		check(attribute, "format", "", "2023-05-04", "2023-05-04 09:42:00Z", "2023-05-04T09:42:00", "2023-02-31T09:42:00Z",
			"2023-05-04T09:42:60Z", "2023-05-04T24:00:00Z", "2023-05-04T09:42:00+24:00", "2023-05-04T09:42:00-00:60",
			"2023-05-04T9:42:00Z", "2023-05-04T09:42:00,5Z", "Thu, 04 May 2023 09:42:00 +0000")
	}
	check("url", "format", "", "FlexFlows/1", "//flex-api.twilio.com/v1", "flex-api.twilio.com/v1", "https:", "https://",
		"https:///v1", "https://a b/", "https://a/b c", "https://a/%zz", "https://a/\u00e9", "https://a/\n",
		`https://a/"`, "https://a/<x>", "https://[::1", "://a", "x:%", "http://h/a#b#c", "http://:80/", "http://h/[a]")
	for _, attribute := range []string{
		"account_sid", "chat_service_sid", "contact_identity", "date_created", "date_updated", "friendly_name", "sid", "url",
	} {
		check(attribute, "type", 1, true, []any{}, map[string]any{})
	}
	for _, attribute := range []string{"enabled", "janitor_enabled", "long_lived"} {
		check(attribute, "type", 0, "true", []any{}, map[string]any{})
	}
	check("integration", "type", 1, true, "{}", []any{})
}

func TestFetchFlexFlow_allViolations(t *testing.T) {
	t.Parallel()
	_, err := fetchBody(t, changedFlow(t, map[string]any{
		"account_sid": "AC", "channel_type": "pigeon", "enabled": "yes", "sid": 7, "url": "here",
	}))
	wantViolations(t, err, "/account_sid minLength", "/account_sid pattern", "/channel_type enum", "/enabled type",
		"/sid type", "/url format")
	invalid := as[*flexflow.ResponseError](t, err)
	if invalid.StatusCode != 200 || invalid.SID != flowSID || invalid.Attempts != 1 ||
		invalid.Operation != "FetchFlexFlow" || invalid.RequestID != "RQ1" || !json.Valid(invalid.Body) {
		t.Errorf("the error does not say what happened: %+v", *invalid)
	}
	want := "flexflow: FetchFlexFlow " + flowSID + ": the response violates the contract: /account_sid: minLength: " +
		"minimum string length is 34; and 5 more (request RQ1)"
	if err.Error() != want {
		t.Errorf("message\n%s\nwant\n%s", err, want)
	}
}

// Another flow than the one requested is an error in every mode. An object with attributes, but none of the contract's,
// is something else than a flow, such as an error. Violations are in the order of their pointers.
func TestWithValidation(t *testing.T) {
	t.Parallel()
	const another = `{"url":"x","account_sid":7,"sid":"` + otherSID + `"}`
	all := []flexflow.Mode{flexflow.Enforce, flexflow.Report, flexflow.Off}
	enforce, report, checked, off := all[:1], all[1:2], all[:2], all[2:]
	type key struct{}
	for _, row := range []struct {
		modes            []flexflow.Mode
		body, violations string
		flow             string // "" for an error
	}{
		{all, `{"url":null}`, "", "{}"},
		{all, `{"x":1e400,"sid":"` + otherSID + `"}`, "/x type", ""},
		{all, `{"sid":null,"sid":null}`, "/sid duplicate", ""},
		{all, ``, "json", ""},
		{all, `{} x`, "json", ""},
		{all, "{\"sid\":\"\xff\"}", "/sid json", ""},
		{checked, another, "/account_sid type, /sid identity, /url format", ""},
		{off, another, "/sid identity", ""},
		{checked, `{"sid":"x"}`, "/sid minLength, /sid pattern, /sid identity", ""},
		{off, `{"sid":"x"}`, "/sid identity", ""},
		{checked, `null`, "nullable", ""},
		{checked, `[]`, "type", ""},
		{checked, `"x"`, "type", ""},
		{off, `{"SID":"y","channel_type":"pigeon","url":"x"}`, "", `{"channel_type":"pigeon","url":"x"}`},
		{off, `{"enabled":"yes"}`, "/enabled type", ""},
		{enforce, `{"enabled":1,"channel_type":"pigeon"}`, "/channel_type enum, /enabled type", ""},
		{
			report, `{"account_sid":"AC","channel_type":"pigeon","date_created":"yesterday","enabled":"yes","url":null}`,
			"/account_sid minLength, /account_sid pattern, /channel_type enum, /date_created format, /enabled type",
			`{"account_sid":"AC","channel_type":"pigeon"}`,
		},
		{enforce, `{"code":20404,"message":"The requested resource was not found","status":404}`, "properties", ""},
		{enforce, `{"flex_flows":[` + validFlow(flowSID) + `],"meta":{"page":0}}`, "properties", ""},
		{enforce, `{"Sid":"` + flowSID + `"}`, "properties", ""},
		{enforce, `{"error":null}`, "properties", ""},
		{report, `{"error":null}`, "properties", "{}"},
	} {
		for _, mode := range row.modes {
			var want []string
			if row.violations != "" {
				want = strings.Split(row.violations, ", ")
			}
			calls := 0 // of the handler
			if row.violations != "" && mode != flexflow.Off {
				calls = 1
			}
			var told []error
			handle := flexflow.WithViolationHandler(func(ctx context.Context, invalid *flexflow.ResponseError) {
				if ctx.Value(key{}) != "the caller's" {
					t.Error("the handler's context is not the fetch's")
				}
				told = append(told, invalid)
				wantViolations(t, invalid, want...)
			})
			ctx := context.WithValue(t.Context(), key{}, "the caller's")
			client := responding(200, row.body).client(t, flexflow.WithValidation(mode), handle)
			response := flexflow.Response{Violations: []flexflow.Violation{{}}} // of an earlier fetch
			flow, err := client.FetchFlexFlow(ctx, flowSID, flexflow.CaptureResponse(&response))
			checkViolations(t, response.Violations, want...)
			got := ""
			if flow != nil {
				got = encode(t, flow)
			}
			if got != row.flow || (err != nil) != (row.flow == "") || len(told) != calls {
				t.Errorf("%s in mode %d: flow %s, error %v, the handler was told %v", row.body, mode, got, err, told)
			}
			if err != nil {
				wantViolations(t, err, want...)
			}
			if err != nil && calls > 0 && err != told[0] {
				t.Errorf("error %v, but the handler was told %v", err, told)
			}
		}
	}
}

// A body that is twice as long, of the kinds that cost most to validate, takes twice as much memory.
func TestFetchFlexFlow_costlyBody(t *testing.T) {
	numbers := func(size int) string {
		var b strings.Builder
		for i := 0; b.Len() < size; i++ {
			fmt.Fprintf(&b, `"%d":0,`, i)
		}
		return strings.TrimSuffix(b.String(), ",")
	}
	filled := func(before, middle, after string) func(int) string {
		return func(size int) string { return before + strings.Repeat(middle, size/len(middle)) + after }
	}
	fetchBody(t, "{}") // the first fetch reads the document
	for name, row := range map[string]struct {
		members func(size int) string
		want    outcome
	}{
		"names that are unknown": {numbers, success},
		"a SID without end":      {filled(`"account_sid":"AC`, "0", `"`), violates("/account_sid maxLength")},
		"a URL without end":      {filled(`"url":"https://example.com/`, "%41", `"`), success},
		"a time without end":     {filled(`"date_updated":"2026-01-15T09:42:00.`, "0", `Z"`), success},
	} {
		var allocated []uint64
		for _, size := range []int{64 << 10, 128 << 10} {
			client := responding(200, validFlow(flowSID, row.members(size))).client(t)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			row.want.of(t, client)
			runtime.ReadMemStats(&after)
			allocated = append(allocated, after.TotalAlloc-before.TotalAlloc)
		}
		if allocated[1] > 3*allocated[0] {
			t.Errorf("%s: %d bytes were allocated for 64 KiB and 128 KiB", name, allocated)
		}
	}
}

func TestParseFlexFlow(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"sid":"` + flowSID + `","enabled":1,"url":"x"}`: "/enabled type",
		`{"sid":1,"sid":2}`: "/sid duplicate",
		``:                  "json",
		`null`:              "nullable",
		`{"code":20404}`:    "properties",
	} {
		flow, err := flexflow.ParseFlexFlow([]byte(body))
		invalid := as[*flexflow.ResponseError](t, err)
		if flow != nil || violationAt(invalid.Violations[0]) != want || string(invalid.Body) != body {
			t.Errorf("%s: %v, want %s", body, err, want)
		}
		text := err.Error()
		if !strings.HasPrefix(text, "flexflow: the response violates the contract: ") || !isOneLine(text) {
			t.Errorf("message %q", text)
		}
		if more := len(invalid.Violations) > 1; more != strings.HasSuffix(text, "; and 1 more") {
			t.Errorf("message %q for %d violations", text, len(invalid.Violations))
		}
	}
	examples := operation(t).Responses.Status(200).Value.Content["application/json"].Examples
	for name, kind := range map[string]string{"studio": "studio", "external": "external", "task": "task", "nulls": ""} {
		flow, err := flexflow.ParseFlexFlow([]byte(encode(t, examples[name].Value.Value)))
		if err != nil || string(flexflow.Value(flow.IntegrationType)) != kind {
			t.Errorf("example %s: flow %v, error %v, want integration type %q", name, flow, err, kind)
		}
	}
}
