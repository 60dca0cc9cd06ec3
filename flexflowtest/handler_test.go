package flexflowtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

func TestHandler_errorResponses(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 1)
	refusals := document().Paths.Value(listPath).Get.Responses.Default().Value.Content["application/json"]
	codes := map[int]int{401: 20003, 404: 20404, 405: 20004}
	for _, test := range []struct {
		name, method, path string
		status             int
	}{
		{"no credentials", "GET", flowPath + storedSID, 401},
		{"no credentials for an unknown path", "GET", "/nowhere", 401},
		{"no credentials for the list", "GET", listPath, 401},
		{"the root", "GET", "/", 404},
		{"no SID", "GET", flowPath, 404},
		{"a prefix before the path", "GET", "/x" + flowPath + storedSID, 404},
		{"an encoded slash", "GET", "/v1/FlexFlows%2F" + storedSID + "%2f", 404},
		{"unknown SID", "GET", flowPath + unknownSID, 404},
		{"invalid UTF-8", "GET", flowPath + "%ff%00", 404},
		{"another method", "POST", flowPath + storedSID, 405},
		{"another method for the list", "POST", listPath, 405},
		{"another method for an unknown SID", "DELETE", flowPath + unknownSID, 405},
		{"another method for an unknown path", "POST", "/nowhere", 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := newRequest(t, test.method, test.path)
			if test.status == 401 {
				req.Header.Del("Authorization")
			}
			resp := serve(h, req)
			checkHeaders(t, resp.Header())
			var tree any
			var got gen.Error
			err := errors.Join(json.Unmarshal(resp.Body.Bytes(), &tree), json.Unmarshal(resp.Body.Bytes(), &got))
			if err := errors.Join(err, refusals.Schema.Value.VisitJSON(tree)); err != nil {
				t.Errorf("the error violates the contract: %v", err)
			}
			code := codes[test.status]
			info := fmt.Sprint("https://www.twilio.com/docs/errors/", code)
			want := gen.Error{Status: &test.status, Code: &code, MoreInfo: &info, Message: got.Message}
			if resp.Code != test.status || !reflect.DeepEqual(got, want) || flexflow.Value(got.Message) == "" {
				t.Errorf("got %d %+v, want %+v", resp.Code, got, want)
			}
			if got, want := resp.Header().Get("Allow"), map[int]string{405: "GET"}[test.status]; got != want {
				t.Errorf("Allow is %q, want %q", got, want)
			}
			if got, want := resp.Header().Get("WWW-Authenticate") != "", test.status == 401; got != want {
				t.Errorf("WWW-Authenticate is there: %t, want %t", got, want)
			}
		})
	}
}

func checkHeaders(t *testing.T, header http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Twilio-Request-Id":          `^RQ[0-9a-f]{32}$`,
		"Twilio-Concurrent-Requests": `^[1-9][0-9]*$`,
		"Content-Type":               `^application/json$`,
	} {
		if got := header.Get(name); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestExamples(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	var want, got []string
	examples := success(flowPath + "{Sid}").Examples
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		sid, _ := examples[name].Value.Value.(map[string]any)["sid"].(string)
		if got := flexflow.Value(flexflowtest.Example(name).SID); got != sid {
			t.Errorf("%s: got %q, want %q", name, got, sid)
		}
		if sid != "" {
			want = append(want, sid)
		}
	}
	for _, flow := range flexflowtest.Examples() {
		got = append(got, *flow.SID)
		srv.Put(flow)
		if stored := fetch(t, srv.Client(), *flow.SID); stored.err != nil || !reflect.DeepEqual(*stored.flow, flow) {
			t.Errorf("got %+v, %v, want %+v", stored.flow, stored.err, flow)
		}
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	*flexflowtest.Examples()[0].SID = "changed"
	if *flexflowtest.Examples()[0].SID != want[0] {
		t.Error("the next caller sees a change to an example")
	}
	const unknown = `flexflowtest: the contract has no example "x": it has ["external" "nulls" "studio" "task"]`
	if got := panicOf(func() { flexflowtest.Example("x") }); got != unknown {
		t.Errorf("got %v, want %s", got, unknown)
	}
}

// A flow has all attributes of the contract, and is a copy of the last one with its SID.
func TestPut(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 1)
	flow := flexflow.FlexFlow{SID: new(storedSID), FriendlyName: new("second")}
	if err := h.Put(flow); err != nil {
		t.Fatal(err)
	}
	*flow.FriendlyName = "changed after Put"
	want := map[string]any{}
	for name, property := range success(flowPath + "{Sid}").Schema.Value.Properties {
		if property.Value.Nullable {
			want[name] = nil
		}
	}
	want["sid"], want["friendly_name"] = storedSID, "second"
	resp := get(t, h, flowPath+storedSID)
	checkHeaders(t, resp.Header())
	var got map[string]any
	if err := json.Unmarshal(resp.Body.Bytes(), &got); err != nil || !maps.Equal(got, want) {
		t.Errorf("got %v, %v, want %v", got, err, want)
	}
}

func TestPutJSON(t *testing.T) {
	t.Parallel()
	const own = `{"new":12345678901234567890.50,"friendly_name":"A","sid":"` + storedSID + `"}`
	h := flexflowtest.NewHandler()
	text := []byte(own)
	if err := h.PutJSON(text); err != nil {
		t.Fatal(err)
	}
	clear(text) // the handler has a copy
	for path, want := range map[string]string{
		flowPath + storedSID:               own,
		"/v1/FlexFlows?FriendlyName=A":     `"flex_flows":[` + own + `]`,
		"/v1/FlexFlows?FriendlyName=Other": `"flex_flows":[]`,
	} {
		if got := get(t, h, "http://fake"+path).Body.String(); !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	h.Next().Violate("/enabled") // which the flow lacks
	if got := get(t, h, flowPath+storedSID).Body.String(); !strings.Contains(got, `"enabled":"violation"`) {
		t.Errorf("got %s", got)
	}
}

func TestPut_invalidFlow(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	sid := new(storedSID)
	put := func(text string) error { return h.PutJSON([]byte(text)) }
	for _, test := range []struct {
		err  error
		want string
	}{
		{put("{"), "the flow is not JSON: "},
		{put("[]"), "the flow has no SID"},
		{put(`{"sid": 1}`), "the flow has no SID"},
		{put(`{"sid":"` + storedSID + `","url":"/v1"}`), `/url: string doesn't match the format "uri"`},
		{h.Put(flexflow.FlexFlow{}), "the flow has no SID"},
		{h.Put(flexflow.FlexFlow{SID: new("AC" + storedSID[2:])}), "violates the contract: /sid: string doesn't match the"},
		{h.Put(flexflow.FlexFlow{SID: sid, AccountSID: new("AC1"), URL: new("/v1")}),
			`length is 34 | /account_sid: string doesn't match the regular expression "^AC[0-9a-fA-F]{32}$" | /url: `},
		{h.Put(flexflow.FlexFlow{SID: sid, Integration: map[string]any{"c": make(chan int)}}), "chan int"},
	} {
		if err := test.err; err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got %v, want one line with %q", err, test.want)
		}
	}
	if got := get(t, h, listPath).Body.String(); !strings.Contains(got, `"flex_flows":[]`) {
		t.Errorf("an invalid flow was stored: %s", got)
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := flexflowtest.NewHandler()
		for i, sid := range []string{storedSID, "", storedSID} {
			time.Sleep(time.Second)
			path := map[bool]string{true: "/nowhere%2F", false: flowPath + sid}[sid == ""]
			req := newRequest(t, "GET", path+"?Page=1&x=%20")
			req.Header.Set("Proxy-Authorization", "Basic "+flexflowtest.AuthToken)
			req.Header.Set("Cookie", "session="+flexflowtest.AuthToken)
			req.Header.Set("X-Number", fmt.Sprint(i))
			resp := serve(h, req)
			got := h.Requests()
			want := flexflowtest.Request{
				ID: resp.Header().Get("Twilio-Request-Id"), Time: time.Now(), Method: "GET", Path: path, SID: sid, Auth: "basic",
				Query: url.Values{"Page": {"1"}, "x": {" "}}, Header: http.Header{"X-Number": {fmt.Sprint(i)}},
			}
			if len(got) != i+1 || !reflect.DeepEqual(got[i], want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if got[0].Path != flowPath+storedSID {
				t.Error("the next caller sees a change to the list")
			}
			got[0].Path = "changed by the caller"
		}
	})
}

func TestRequests_limit(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	for range 10_005 {
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}
	got := h.Requests()
	first, last := fmt.Sprintf("RQ%032x", 6), fmt.Sprintf("RQ%032x", 10_005)
	if len(got) != 10_000 || got[0].ID != first || got[9_999].ID != last {
		t.Errorf("got %d requests, from %s to %s", len(got), got[0].ID, got[len(got)-1].ID)
	}
}

func TestHandler_concurrentRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHandler(t, 1)
		h.On(storedSID).Slow(time.Minute)
		inProgress := func() string { return get(t, h, "/").Header().Get("Twilio-Concurrent-Requests") }
		before := inProgress()
		go get(t, h, flowPath+storedSID)
		synctest.Wait()
		during := inProgress()
		time.Sleep(time.Minute)
		synctest.Wait()
		if after := inProgress(); before != "1" || during != "2" || after != "1" {
			t.Errorf("got %s requests before, %s during and %s after the slow one", before, during, after)
		}
	})
}

func TestHandler_completeBody(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	err := h.Put(flexflow.FlexFlow{SID: new(storedSID), Integration: map[string]any{
		"limit": json.Number("12345678901234567890"),
		"text":  strings.Repeat("é<", 4096),
	}})
	if err != nil {
		t.Fatal(err)
	}
	h.On(storedSID).Succeed().Then().Violate("/enabled")
	for range 2 {
		resp := get(t, h, flowPath+storedSID)
		body, length := resp.Body.String(), resp.Header().Get("Content-Length")
		exact := strings.Contains(body, "12345678901234567890")
		if length != fmt.Sprint(len(body)) || !exact || !json.Valid([]byte(body)) {
			t.Errorf("Content-Length %s of %d bytes: %.80s", length, len(body), body)
		}
	}
}
