package flexflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

const (
	flowSID    = "FO0123456789abcdefABCDEF0123456789"
	accountSID = "AC0123456789abcdef0123456789abcdef"
	authToken  = "the-auth-token-of-the-tests"
)

// flow is a body with every attribute of the reference page. Each call makes a new one.
func flow() map[string]any {
	return map[string]any{
		"account_sid":      "AC0123456789abcdefABCDEF0123456789",
		"channel_type":     "web",
		"chat_service_sid": "IS0123456789abcdefABCDEF0123456789",
		"contact_identity": "+15550100",
		"date_created":     "2023-05-04T09:42:00Z",
		"date_updated":     "2023-05-04T09:42:01.25+02:00",
		"enabled":          true,
		"friendly_name":    "Web chat ☎",
		"integration":      map[string]any{"flow_sid": "FW0123456789abcdef0123456789abcdef", "retry_count": 3.0},
		"integration_type": "studio",
		"janitor_enabled":  true,
		"long_lived":       false,
		"sid":              flowSID,
		"url":              "https://flex-api.twilio.com/v1/FlexFlows/" + flowSID,
	}
}

func encode(t *testing.T, body any) string {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// serve starts a server on loopback and returns its address and the number of requests that reached it.
func serve(t *testing.T, handler http.HandlerFunc) (string, *atomic.Int64) {
	t.Helper()
	requests := new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// answer is a handler that answers every request with status 200 and this body.
func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Twilio-Request-Id", "RQ0123456789abcdef0123456789abcdef")
		fmt.Fprint(w, body)
	}
}

func newClient(t *testing.T, url string, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	client, err := flexflow.New(flexflow.AuthToken(accountSID, authToken), append([]flexflow.Option{flexflow.WithBaseURL(url)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// fetchBody fetches from a server that answers with this body.
func fetchBody(t *testing.T, body string, opts ...flexflow.Option) (*flexflow.FlexFlow, error) {
	t.Helper()
	url, _ := serve(t, answer(body))
	return newClient(t, url, opts...).FetchFlexFlow(t.Context(), flowSID)
}

// violations are those of the error, each as "pointer keyword".
func violations(t *testing.T, err error) []string {
	t.Helper()
	var broken *flexflow.ResponseError
	if !errors.As(err, &broken) {
		t.Fatalf("error %v, want a ResponseError", err)
	}
	if !errors.Is(err, flexflow.ErrInvalidResponse) {
		t.Errorf("%v does not match ErrInvalidResponse", err)
	}
	var found []string
	for _, v := range broken.Violations {
		if v.Reason == "" {
			t.Errorf("violation %v has no reason", v)
		}
		found = append(found, v.Pointer+" "+v.Keyword)
	}
	return found
}

func wantViolations(t *testing.T, err error, want ...string) {
	t.Helper()
	if got := violations(t, err); !slices.Equal(got, want) {
		t.Errorf("violations %q, want %q", got, want)
	}
}

func TestAFlowIsReturnedWithEveryAttribute(t *testing.T) {
	t.Parallel()
	got, err := fetchBody(t, encode(t, flow()))
	if err != nil {
		t.Fatal(err)
	}
	for name, same := range map[string]bool{
		"AccountSID":      *got.AccountSID == "AC0123456789abcdefABCDEF0123456789",
		"ChannelType":     *got.ChannelType == flexflow.ChannelTypeWeb,
		"ChatServiceSID":  *got.ChatServiceSID == "IS0123456789abcdefABCDEF0123456789",
		"ContactIdentity": *got.ContactIdentity == "+15550100",
		"DateCreated":     got.DateCreated.Equal(time.Date(2023, 5, 4, 9, 42, 0, 0, time.UTC)),
		"DateUpdated":     got.DateUpdated.Equal(time.Date(2023, 5, 4, 7, 42, 1, 250_000_000, time.UTC)),
		"Enabled":         *got.Enabled,
		"FriendlyName":    *got.FriendlyName == "Web chat ☎",
		"Integration":     maps.Equal(got.Integration, flow()["integration"].(map[string]any)),
		"IntegrationType": *got.IntegrationType == flexflow.IntegrationTypeStudio,
		"JanitorEnabled":  *got.JanitorEnabled,
		"LongLived":       !*got.LongLived,
		"SID":             *got.SID == flowSID,
		"URL":             *got.URL == "https://flex-api.twilio.com/v1/FlexFlows/"+flowSID,
	} {
		if !same {
			t.Errorf("%s is not what was sent: %+v", name, got)
		}
	}
}

func TestABodyThatKeepsTheContractIsAFlow(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"an empty object":       `{}`,
		"an unknown attribute":  `{"new_attribute": {"a": [1]}}`,
		"white space around it": " \r\n\t{}\n",
	}
	nulls := flow()
	for name := range nulls {
		alone := flow()
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

func TestTheExamplesOfTheContractAreFlows(t *testing.T) {
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
			url, _ := serve(t, answer(encode(t, value)))
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

func TestEachConstraintBrokenAloneIsReportedAlone(t *testing.T) {
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
			body := flow()
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

func TestAllViolationsAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	body := flow()
	body["account_sid"], body["channel_type"], body["enabled"], body["sid"], body["url"] = "AC", "pigeon", "yes", 7, "here"
	_, err := fetchBody(t, encode(t, body))
	wantViolations(t, err, "/account_sid minLength", "/channel_type enum", "/enabled type", "/sid type", "/url format")
	var broken *flexflow.ResponseError
	errors.As(err, &broken)
	if broken.StatusCode != 200 || broken.SID != flowSID || broken.Attempts != 1 || broken.Operation != "FetchFlexFlow" ||
		broken.RequestID != "RQ0123456789abcdef0123456789abcdef" || !json.Valid(broken.Body) {
		t.Errorf("the error does not say what happened: %+v", *broken)
	}
	want := "flexflow: FetchFlexFlow " + flowSID + ": the response breaks the contract: /account_sid: minLength: " +
		"minimum string length is 34; and 4 more (request RQ0123456789abcdef0123456789abcdef)"
	if err.Error() != want {
		t.Errorf("message\n%s\nwant\n%s", err, want)
	}
}

func TestWhatTwoDecodersReadDifferentlyIsAViolation(t *testing.T) {
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
	for name := range flow() {
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

func TestAnotherFlowThanTheOneAskedForIsAViolation(t *testing.T) {
	t.Parallel()
	body := flow()
	body["sid"] = "FO" + strings.Repeat("0", 32)
	_, err := fetchBody(t, encode(t, body))
	wantViolations(t, err, "/sid identity")

	body["sid"] = "FO" + strings.ToLower(flowSID[2:])
	if _, err := fetchBody(t, encode(t, body)); err != nil {
		t.Errorf("hexadecimal digits in the other case: %v", err)
	}
}

func TestEnforceReturnsWhatDecodingAloneReturns(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		encode(t, flow()), `{}`, `{"sid":null,"integration":null}`, `{"integration":{}}`, `{"friendly_name":""}`,
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

func TestAnInvalidSIDIsNotSent(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, answer(`{}`))
	client := newClient(t, url)
	digits := flowSID[2:]
	for _, sid := range []string{
		"", ".", "..", "/", "../FlexFlows", "FO", "FO" + digits[1:], "FO" + digits + "0", "AC" + digits, "fo" + digits, "FO" + digits[1:] + "g",
		"FO" + digits[1:] + "/", "FO/" + digits[1:], "FO/../" + digits[4:], "%2e%2e", "%2e%2e%2f" + digits[7:], "FO" + digits[3:] + "%2e",
		"FO" + digits[1:] + "\x00", "\x00", "FO" + digits + "\n", "\n" + flowSID, " " + flowSID, flowSID + " ", "FO" + digits[2:] + "é", "FO" + digits[1:] + "é",
		"FО" + digits /* Cyrillic */, flowSID + "?x=1", flowSID + "#", strings.Repeat("FO", 1<<16), "\xff\xfe",
	} {
		var captured flexflow.Response
		got, err := client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&captured))
		if got != nil || !errors.Is(err, flexflow.ErrInvalidSID) {
			t.Errorf("SID %.40q: %v, want ErrInvalidSID", sid, err)
			continue
		}
		if message := err.Error(); len(message) > 400 || strings.ContainsFunc(message, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("SID %.40q: message is not one short line: %q", sid, message)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestTheRequestIsTheOneOfTheContract(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		creds         flexflow.Credentials
		path          string
		authorization string
	}{
		"auth token":                   {flexflow.AuthToken("ACuser", "pass:word"), "", "Basic QUN1c2VyOnBhc3M6d29yZA=="},
		"API key":                      {flexflow.APIKey("SKuser", "secret"), "", "Basic U0t1c2VyOnNlY3JldA=="},
		"bearer":                       {flexflow.Bearer(func(context.Context) (string, error) { return "a.b-c", nil }), "", "Bearer a.b-c"},
		"base URL with a path":         {flexflow.AuthToken("a", "b"), "/twilio", "Basic YTpi"},
		"base URL with a path and a /": {flexflow.AuthToken("a", "b"), "/twilio/", "Basic YTpi"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if want := strings.TrimSuffix(test.path, "/") + "/v1/FlexFlows/" + flowSID; r.Method != http.MethodGet || r.RequestURI != want {
					t.Errorf("%s %s, want GET %s", r.Method, r.RequestURI, want)
				}
				for header, want := range map[string]string{"Authorization": test.authorization, "Accept": "application/json"} {
					if got := r.Header.Values(header); len(got) != 1 || got[0] != want {
						t.Errorf("%s %q, want %q", header, got, want)
					}
				}
				if got := r.Header.Get("User-Agent"); !strings.HasPrefix(got, "tests/1 flexflow-go/"+flexflow.Version+" (go") {
					t.Errorf("User-Agent %q", got)
				}
				answer(encode(t, flow()))(w, r)
			})
			client, err := flexflow.New(test.creds, flexflow.WithBaseURL(url+test.path), flexflow.WithUserAgent("tests/1"))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
				t.Error(err)
			}
			if n := requests.Load(); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestABearerTokenThatCannotBeHadIsNotSent(t *testing.T) {
	t.Parallel()
	url, requests := serve(t, answer(`{}`))
	failed := errors.New("the identity provider is down")
	for name, token := range map[string]func(context.Context) (string, error){
		"error":        func(context.Context) (string, error) { return "", failed },
		"empty":        func(context.Context) (string, error) { return "", nil },
		"line break":   func(context.Context) (string, error) { return "a\r\nX: y", nil },
		"not ASCII":    func(context.Context) (string, error) { return "é", nil },
		"out of space": func(context.Context) (string, error) { return "a b", nil },
	} {
		client, err := flexflow.New(flexflow.Bearer(token), flexflow.WithBaseURL(url))
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.FetchFlexFlow(t.Context(), flowSID)
		var transport *flexflow.TransportError
		if !errors.As(err, &transport) || transport.Attempts != 0 || transport.SID != flowSID {
			t.Errorf("%s: %v, want a TransportError without attempts", name, err)
		}
		if name == "error" && !errors.Is(err, failed) {
			t.Errorf("%v does not wrap the token function's error", err)
		}
	}
	if n := requests.Load(); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func TestReportReturnsTheFlowAndTellsTheHandler(t *testing.T) {
	t.Parallel()
	type key struct{}
	body := flow()
	body["account_sid"], body["channel_type"], body["enabled"], body["date_created"] = "AC", "pigeon", "yes", "yesterday"
	var told []error
	ctx := context.WithValue(t.Context(), key{}, "the caller's")
	handle := func(got context.Context, err *flexflow.ResponseError) {
		if got.Value(key{}) != "the caller's" {
			t.Error("the handler's context is not the fetch's")
		}
		told = append(told, err)
	}
	url, _ := serve(t, answer(encode(t, body)))
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

func TestReportReturnsNoFlowWhereThereIsNone(t *testing.T) {
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

func TestEnforceTellsTheHandlerToo(t *testing.T) {
	t.Parallel()
	told := 0
	handle := flexflow.WithViolationHandler(func(context.Context, *flexflow.ResponseError) { told++ })
	if got, err := fetchBody(t, `{"sid":"x"}`, handle); got != nil || err == nil || told != 1 {
		t.Errorf("flow %v, error %v, handler told %d times", got, err, told)
	}
}

func TestOffChecksOnlyWhatDecodingNeeds(t *testing.T) {
	t.Parallel()
	off := flexflow.WithValidation(flexflow.Off)
	got, err := fetchBody(t, `{"sid":"x","SID":"y","channel_type":"pigeon"}`, off)
	if err != nil || *got.SID != "x" || *got.ChannelType != "pigeon" {
		t.Errorf("flow %+v, error %v", got, err)
	}
	for _, body := range []string{`{"enabled":"yes"}`, `{"sid":null,"sid":null}`, `{} x`, ``, "{\"sid\":\"\xff\"}"} {
		if got, err := fetchBody(t, body, off); got != nil || !errors.Is(err, flexflow.ErrInvalidResponse) {
			t.Errorf("body %q: flow %v, error %v", body, got, err)
		}
	}
}

func TestTheResponseIsCapturedWhetherTheFetchSucceedsOrFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"flow":      {200, encode(t, flow())},
		"violation": {200, `{"sid":1}`},
		"refused":   {403, `{"code":20003,"message":"no"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Twilio-Request-Id", "RQ1")
				w.Header().Set("Twilio-Concurrent-Requests", "4")
				w.WriteHeader(test.status)
				fmt.Fprint(w, test.body)
			})
			var got flexflow.Response
			newClient(t, url).FetchFlexFlow(t.Context(), flowSID, flexflow.CaptureResponse(&got))
			if got.StatusCode != test.status || string(got.Body) != test.body || got.RequestID != "RQ1" || got.Attempts != 1 ||
				got.Header.Get("Twilio-Concurrent-Requests") != "4" {
				t.Errorf("captured %+v", got)
			}
		})
	}
}

func TestValueIsZeroForNull(t *testing.T) {
	t.Parallel()
	if flexflow.Value[string](nil) != "" || flexflow.Value(new(7)) != 7 {
		t.Error("Value does not return what the pointer points to, or zero")
	}
}
