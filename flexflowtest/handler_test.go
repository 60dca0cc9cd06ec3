package flexflowtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

func TestHandler_errorResponses(t *testing.T) {
	t.Parallel()
	type login struct{ user, password string }
	ours := login{flexflowtest.AccountSID, flexflowtest.AuthToken}
	anotherAccount := login{"AC00000000000000000000000000000000", flexflowtest.AuthToken}
	srv := newServer(t)
	refusals := document().Paths.Value(listPath).Get.Responses.Default().Value.Content["application/json"]
	codes := map[int]int{401: 20003, 404: 20404, 405: 20004}

	for _, test := range []struct {
		name, method, path string
		login              login
		status             int
	}{
		{"no credentials", "GET", flowPath + storedSID, login{}, 401},
		{"another account", "GET", flowPath + storedSID, anotherAccount, 401},
		{"another token", "GET", flowPath + storedSID, login{flexflowtest.AccountSID, "other"}, 401},
		{"no credentials for an unknown path", "GET", "/nowhere", login{}, 401},
		{"the root", "GET", "/", ours, 404},
		{"another version", "GET", "/v2/FlexFlows/" + storedSID, ours, 404},
		{"no credentials for the list", "GET", listPath, login{}, 401},
		{"another method for the list", "POST", listPath, ours, 405},
		{"no SID", "GET", flowPath, ours, 404},
		{"more than a SID", "GET", flowPath + storedSID + "/", ours, 404},
		{"a prefix before the path", "GET", "/x" + flowPath + storedSID, ours, 404},
		{"unknown SID", "GET", flowPath + unknownSID, ours, 404},
		{"short SID", "GET", flowPath + "FO1", ours, 404},
		{"long SID", "GET", flowPath + storedSID + "0", ours, 404},
		{"SID of another resource", "GET", flowPath + "AC" + storedSID[2:], ours, 404},
		{"dots", "GET", flowPath + "%2e%2e", ours, 404},
		{"an encoded slash", "GET", "/v1/FlexFlows%2F" + storedSID + "%2f", ours, 404},
		{"invalid UTF-8", "GET", flowPath + "%ff%00", ours, 404},
		{"another method", "POST", flowPath + storedSID, ours, 405},
		{"another method for an unknown SID", "DELETE", flowPath + unknownSID, ours, 405},
		{"another method for an unknown path", "POST", "/nowhere", ours, 404},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			req := newRequest(t, test.method, srv.URL+test.path)
			if req.SetBasicAuth(test.login.user, test.login.password); test.login == (login{}) {
				req.Header.Del("Authorization")
			}
			resp, body := do(t, srv.HTTPClient(), req)
			checkHeaders(t, resp)
			var tree any
			var refusal gen.Error
			for _, v := range []any{&tree, &refusal} {
				if err := json.Unmarshal(body, v); err != nil {
					t.Fatal(err)
				}
			}
			if err := refusals.Schema.Value.VisitJSON(tree); err != nil {
				t.Errorf("the error violates the contract: %v", err)
			}
			status, code := flexflow.Value(refusal.Status), flexflow.Value(refusal.Code)
			if resp.StatusCode != test.status || status != test.status || code != codes[test.status] {
				t.Errorf("got %d %s, want %d with code %d", resp.StatusCode, body, test.status, codes[test.status])
			}
			info := fmt.Sprint("https://www.twilio.com/docs/errors/", codes[test.status])
			if got := flexflow.Value(refusal.MoreInfo); got != info {
				t.Errorf("more_info is %q, want %q", got, info)
			}
			if flexflow.Value(refusal.Message) == "" {
				t.Error("the message is empty")
			}
			if got, want := resp.Header.Get("Allow"), map[int]string{405: "GET"}[test.status]; got != want {
				t.Errorf("Allow is %q, want %q", got, want)
			}
			if got, want := resp.Header.Get("WWW-Authenticate") != "", test.status == 401; got != want {
				t.Errorf("WWW-Authenticate is there: %t, want %t", got, want)
			}
		})
	}
}

func checkHeaders(t *testing.T, resp *http.Response) {
	t.Helper()
	for name, want := range map[string]string{
		"Twilio-Request-Id":          `^RQ[0-9a-f]{32}$`,
		"Twilio-Concurrent-Requests": `^[1-9][0-9]*$`,
		"Content-Type":               `^application/json$`,
	} {
		if got := resp.Header.Get(name); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("%s is %q", name, got)
		}
	}
}

func TestHandler_unsetAttributes(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	resp, body := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL+flowPath+storedSID))
	checkHeaders(t, resp)
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	for name, property := range success(flowPath + "{Sid}").Schema.Value.Properties {
		if property.Value.Nullable {
			want[name] = nil
		}
	}
	want["sid"] = storedSID
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestExamples(t *testing.T) {
	t.Parallel()
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
	}
	if len(want) == 0 || !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	*flexflowtest.Examples()[0].SID = "changed"
	if *flexflowtest.Examples()[0].SID != want[0] {
		t.Error("the next caller sees a change to an example")
	}
}

func TestExample_unknown(t *testing.T) {
	t.Parallel()
	defer func() {
		const want = `flexflowtest: the contract has no example "x": it has ["external" "nulls" "studio" "task"]`
		if got := recover(); got != want {
			t.Errorf("got %v, want %s", got, want)
		}
	}()
	flexflowtest.Example("x")
}

func TestPut_examples(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	for _, flow := range flexflowtest.Examples() {
		srv.Put(flow)
	}
	client := srv.Client()
	for _, want := range flexflowtest.Examples() {
		if got := fetch(t, client, *want.SID); got.err != nil || !reflect.DeepEqual(*got.flow, want) {
			t.Errorf("got %+v, %v, want %+v", got.flow, got.err, want)
		}
	}
}

func TestPut_replacesAndCopies(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	second := flexflow.FlexFlow{SID: new(storedSID), FriendlyName: new("second")}
	srv.Put(second)
	*second.FriendlyName = "changed after Put"
	got, err := srv.Client().FetchFlexFlow(t.Context(), storedSID)
	if err != nil || flexflow.Value(got.FriendlyName) != "second" {
		t.Errorf("got %+v, %v, want the second flow", got, err)
	}
}

func TestPutJSON(t *testing.T) {
	t.Parallel()
	const own = `{"new":12345678901234567890.50,"friendly_name":"A","sid":"` + storedSID + `"}`
	h := flexflowtest.NewHandler()
	if err := h.PutJSON([]byte(own)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		flowPath + storedSID:               own,
		"/v1/FlexFlows?FriendlyName=A":     `"flex_flows":[` + own + `]`,
		"/v1/FlexFlows?FriendlyName=Other": `"flex_flows":[]`,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, newRequest(t, "GET", "http://fake"+path))
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: got %s, want %s", path, w.Body, want)
		}
	}
	for flow, want := range map[string]string{
		"{":          "the flow is not JSON: ",
		"[]":         "the flow has no SID",
		`{"sid": 1}`: "the flow has no SID",
		`{"sid":"` + storedSID + `","url":"/v1"}`: "violates the contract: /url: ",
	} {
		if err := h.PutJSON([]byte(flow)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", flow, err, want)
		}
	}
}

func TestPut_invalidFlow(t *testing.T) {
	t.Parallel()
	sid := new(storedSID)
	year10000 := time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		flow flexflow.FlexFlow
		want string
	}{
		{"no SID", flexflow.FlexFlow{}, "the flow has no SID"},
		{"empty SID", flexflow.FlexFlow{SID: new("")}, `with the SID "": minimum string length is 34`},
		{"SID of another resource", flexflow.FlexFlow{SID: new("AC" + storedSID[2:])},
			"doesn't match the regular expression"},
		{"account SID", flexflow.FlexFlow{SID: sid, AccountSID: new("AC1")},
			"/account_sid: minimum string length is 34"},
		{"enumeration", flexflow.FlexFlow{SID: sid, ChannelType: new(flexflow.ChannelType("fax"))},
			"/channel_type: value is not one of the allowed values"},
		{"relative URL", flexflow.FlexFlow{SID: sid, URL: new("/v1")}, `/url: string doesn't match the format "uri"`},
		{"two attributes", flexflow.FlexFlow{SID: sid, AccountSID: new("AC1"), URL: new("/v1")},
			`length is 34 | /account_sid: string doesn't match the regular expression "^AC[0-9a-fA-F]{32}$" | /url: `},
		{"a date that JSON cannot represent", flexflow.FlexFlow{SID: sid, DateCreated: new(year10000)}, "Time"},
		{"a value that JSON cannot represent",
			flexflow.FlexFlow{SID: sid, Integration: map[string]any{"c": make(chan int)}}, "chan int"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := flexflowtest.NewHandler()
			err := h.Put(test.flow)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, test.want)
			}
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, newRequest(t, "GET", flowPath+storedSID)); w.Code != 404 {
				t.Errorf("Put stored the flow: %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	before := time.Now()
	paths := []string{flowPath + storedSID, "/nowhere%2F", flowPath + storedSID}
	for i, path := range paths {
		req := newRequest(t, "GET", srv.URL+path+"?Page=1&x=%20")
		req.Header.Set("Proxy-Authorization", "Basic "+flexflowtest.AuthToken)
		req.Header.Set("Cookie", "session="+flexflowtest.AuthToken)
		req.Header.Set("X-Number", fmt.Sprint(i))
		resp, _ := do(t, srv.HTTPClient(), req)
		got := srv.Requests()
		if len(got) != i+1 {
			t.Fatalf("got %d requests, want %d", len(got), i+1)
		}
		last := got[i]
		if got[0].Path != paths[0] {
			t.Error("the next caller sees a change to the list")
		}
		want := flexflowtest.Request{
			ID: resp.Header.Get("Twilio-Request-Id"), Method: "GET", Path: path, Auth: "basic",
			Query: url.Values{"Page": {"1"}, "x": {" "}}, Time: last.Time, Header: last.Header,
		}
		if strings.HasSuffix(path, storedSID) {
			want.SID = storedSID
		}
		if !reflect.DeepEqual(last, want) {
			t.Errorf("got %+v, want %+v", last, want)
		}
		if last.Header.Get("X-Number") != fmt.Sprint(i) || last.Time.Before(before) || last.Time.After(time.Now()) {
			t.Errorf("wrong header or time: %+v", last)
		}
		dump := fmt.Sprintf("%+v", got)
		secret := base64.StdEncoding.EncodeToString([]byte(flexflowtest.AccountSID + ":" + flexflowtest.AuthToken))
		if strings.Contains(dump, flexflowtest.AuthToken) || strings.Contains(dump, secret) {
			t.Errorf("the request has the credentials: %s", dump)
		}
		got[0].Path = "changed by the caller"
	}
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
	h := flexflowtest.NewHandler()
	for range 2 { // one after the other
		response := httptest.NewRecorder()
		h.ServeHTTP(response, httptest.NewRequest("GET", "/", nil))
		if got := response.Header().Get("Twilio-Concurrent-Requests"); got != "1" {
			t.Errorf("got %s requests, want 1", got)
		}
	}
	srv := flexflowtest.NewServer(t)
	first := make(chan error)
	srv.On(storedSID).Slow(time.Hour)
	client := srv.Client(flexflow.WithTimeout(time.Hour))
	go func() {
		_, err := client.FetchFlexFlow(t.Context(), storedSID)
		first <- err
	}()
	await(srv.Handler, 1)
	resp, _ := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL))
	if got := resp.Header.Get("Twilio-Concurrent-Requests"); got != "2" {
		t.Errorf("got %s requests, want 2", got)
	}
	t.Cleanup(func() { <-first })
}

func TestHandler_concurrentUse(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	client := srv.Client(flexflow.WithRetries(0))
	flow := flexflow.FlexFlow{SID: new(storedSID), FriendlyName: new("a")}
	srv.Put(flow)
	srv.Next().Status(503).Times(50)
	srv.On(unknownSID).Status(503).Times(10)
	var failed, fetched int
	var mu sync.Mutex
	var group sync.WaitGroup
	for range 16 {
		group.Go(func() {
			for range 20 {
				srv.Put(flow)
				got, err := client.FetchFlexFlow(t.Context(), storedSID)
				srv.Requests()
				mu.Lock()
				switch {
				case err != nil:
					failed++
				case flexflow.Value(got.FriendlyName) == "a":
					fetched++
				}
				mu.Unlock()
			}
		})
	}
	group.Go(func() {
		for range 10 {
			client.FetchFlexFlow(t.Context(), unknownSID)
		}
	})
	group.Wait()
	if failed != 50 || fetched != 16*20-50 || len(srv.Requests()) != 16*20+10 {
		t.Errorf("got %d failures, %d flows and %d requests", failed, fetched, len(srv.Requests()))
	}
}

func TestHandler_completeBody(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID), Integration: map[string]any{
		"limit": json.Number("12345678901234567890"),
		"text":  strings.Repeat("é<", 4096),
	}})
	srv.On(storedSID).Succeed().Then().Violate("/enabled")
	for range 2 {
		resp, body := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL+flowPath+storedSID))
		exact := bytes.Contains(body, []byte("12345678901234567890"))
		if resp.ContentLength != int64(len(body)) || !exact || !json.Valid(body) {
			t.Errorf("Content-Length %d of %d bytes: %.80s", resp.ContentLength, len(body), body)
		}
	}
}
