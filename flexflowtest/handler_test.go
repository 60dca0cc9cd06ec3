package flexflowtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

const (
	storedSID  = "FO00000000000000000000000000000001"
	unknownSID = "FO0000000000000000000000000000000f"
)

// operation returns FetchFlexFlow of the contract. It searches the document in another way than the fake.
func operation(t *testing.T) *openapi3.Operation {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../api/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return doc.Paths.Value("/v1/FlexFlows/{Sid}").Get
}

func schema(t *testing.T, response *openapi3.ResponseRef) *openapi3.Schema {
	t.Helper()
	return response.Value.Content["application/json"].Schema.Value
}

// get sends a request and reads the response. It does not clean the path.
func get(t *testing.T, srv *flexflowtest.Server, method, path, user, password string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, srv.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if user != "" {
		req.SetBasicAuth(user, password)
	}
	resp, err := srv.HTTPClient().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

func TestHandler_errorResponses(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	errorSchema := schema(t, operation(t).Responses.Default())
	const user, password = flexflowtest.AccountSID, flexflowtest.AuthToken

	for _, test := range []struct {
		name, method, path, user, password string
		status, code                       int
	}{
		{"no credentials", "GET", "/v1/FlexFlows/" + storedSID, "", "", 401, 20003},
		{"another account", "GET", "/v1/FlexFlows/" + storedSID, "AC00000000000000000000000000000000", password, 401, 20003},
		{"another token", "GET", "/v1/FlexFlows/" + storedSID, user, "other", 401, 20003},
		{"no credentials for an unknown path", "GET", "/nowhere", "", "", 401, 20003},
		{"the root", "GET", "/", user, password, 404, 20404},
		{"another version", "GET", "/v2/FlexFlows/" + storedSID, user, password, 404, 20404},
		{"the list", "GET", "/v1/FlexFlows", user, password, 404, 20404},
		{"no SID", "GET", "/v1/FlexFlows/", user, password, 404, 20404},
		{"more than a SID", "GET", "/v1/FlexFlows/" + storedSID + "/", user, password, 404, 20404},
		{"a prefix before the path", "GET", "/x/v1/FlexFlows/" + storedSID, user, password, 404, 20404},
		{"unknown SID", "GET", "/v1/FlexFlows/" + unknownSID, user, password, 404, 20404},
		{"short SID", "GET", "/v1/FlexFlows/FO1", user, password, 404, 20404},
		{"long SID", "GET", "/v1/FlexFlows/" + storedSID + "0", user, password, 404, 20404},
		{"SID of another resource", "GET", "/v1/FlexFlows/AC" + storedSID[2:], user, password, 404, 20404},
		{"dots", "GET", "/v1/FlexFlows/%2e%2e", user, password, 404, 20404},
		{"an encoded slash", "GET", "/v1/FlexFlows%2F" + storedSID + "%2f", user, password, 404, 20404},
		{"invalid UTF-8", "GET", "/v1/FlexFlows/%ff%00", user, password, 404, 20404},
		{"another method", "POST", "/v1/FlexFlows/" + storedSID, user, password, 405, 20004},
		{"another method for an unknown SID", "DELETE", "/v1/FlexFlows/" + unknownSID, user, password, 405, 20004},
		{"another method for an unknown path", "POST", "/nowhere", user, password, 404, 20404},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			resp, body := get(t, srv, test.method, test.path, test.user, test.password)
			checkHeaders(t, resp)
			var refusal gen.Error
			var tree any
			if err := json.Unmarshal(body, &refusal); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(body, &tree); err != nil {
				t.Fatal(err)
			}
			if err := errorSchema.VisitJSON(tree); err != nil {
				t.Errorf("the error violates the contract: %v", err)
			}
			if resp.StatusCode != test.status || flexflow.Value(refusal.Status) != test.status || flexflow.Value(refusal.Code) != test.code {
				t.Errorf("got %d %s, want %d with code %d", resp.StatusCode, body, test.status, test.code)
			}
			if got, want := flexflow.Value(refusal.MoreInfo), fmt.Sprintf("https://www.twilio.com/docs/errors/%d", test.code); got != want {
				t.Errorf("more_info is %q, want %q", got, want)
			}
			if flexflow.Value(refusal.Message) == "" {
				t.Error("the message is empty")
			}
			if got, want := resp.Header.Get("Allow"), map[bool]string{true: "GET"}[test.status == 405]; got != want {
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
	if id := resp.Header.Get("Twilio-Request-Id"); !regexp.MustCompile(`^RQ[0-9a-f]{32}$`).MatchString(id) {
		t.Errorf("Twilio-Request-Id is %q", id)
	}
	if active := resp.Header.Get("Twilio-Concurrent-Requests"); !regexp.MustCompile(`^[1-9][0-9]*$`).MatchString(active) {
		t.Errorf("Twilio-Concurrent-Requests is %q", active)
	}
	if mediaType := resp.Header.Get("Content-Type"); mediaType != "application/json" {
		t.Errorf("Content-Type is %q", mediaType)
	}
}

func TestHandler_unsetAttributes(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	resp, body := get(t, srv, "GET", "/v1/FlexFlows/"+storedSID, flexflowtest.AccountSID, flexflowtest.AuthToken)
	checkHeaders(t, resp)
	var got map[string]any
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{}
	for name, property := range schema(t, operation(t).Responses.Status(200)).Properties {
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
	examples := operation(t).Responses.Status(200).Value.Content["application/json"].Examples
	var want []string
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		if sid := examples[name].Value.Value.(map[string]any)["sid"]; sid != nil {
			want = append(want, sid.(string))
		}
	}
	var got []string
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

func TestPut_examples(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	client := srv.Client()
	for _, flow := range flexflowtest.Examples() {
		srv.Put(flow)
	}
	for _, want := range flexflowtest.Examples() {
		got, err := client.FetchFlexFlow(t.Context(), *want.SID)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(*got, want) {
			t.Errorf("got %+v, want %+v", *got, want)
		}
	}
}

func TestPut_replacesAndCopies(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID), FriendlyName: new("first")})
	second := flexflow.FlexFlow{SID: new(storedSID), FriendlyName: new("second")}
	srv.Put(second)
	*second.FriendlyName = "changed after Put"
	got, err := srv.Client().FetchFlexFlow(t.Context(), storedSID)
	if err != nil || flexflow.Value(got.FriendlyName) != "second" {
		t.Errorf("got %+v, %v, want the second flow", got, err)
	}
}

func TestPut_invalidFlow(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name   string
		change func(*flexflow.FlexFlow)
		want   string
	}{
		{"no SID", func(f *flexflow.FlexFlow) { f.SID = nil }, "the flow has no SID"},
		{"empty SID", func(f *flexflow.FlexFlow) { f.SID = new("") }, `with the SID "": minimum string length is 34`},
		{"SID of another resource", func(f *flexflow.FlexFlow) { f.SID = new("AC" + storedSID[2:]) }, "doesn't match the regular expression"},
		{"account SID", func(f *flexflow.FlexFlow) { f.AccountSID = new("AC1") }, "/account_sid: minimum string length is 34"},
		{"enumeration", func(f *flexflow.FlexFlow) { f.ChannelType = new(flexflow.ChannelType("fax")) }, "/channel_type: value is not one of the allowed values"},
		{"relative URL", func(f *flexflow.FlexFlow) { f.URL = new("/v1") }, `/url: string doesn't match the format "uri"`},
		{"two attributes", func(f *flexflow.FlexFlow) { f.AccountSID, f.URL = new("AC1"), new("/v1") }, "minimum string length is 34; /url:"},
		{"a date that JSON cannot represent", func(f *flexflow.FlexFlow) { f.DateCreated = new(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }, "Time"},
		{"a value that JSON cannot represent", func(f *flexflow.FlexFlow) { f.Integration = map[string]any{"c": make(chan int)} }, "chan int"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			flow := flexflow.FlexFlow{SID: new(storedSID)}
			test.change(&flow)
			h := flexflowtest.NewHandler()
			err := h.Put(flow)
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v, want one line with %q", err, test.want)
			}
			w := httptest.NewRecorder()
			req := httptest.NewRequest("GET", "/v1/FlexFlows/"+storedSID, nil)
			req.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
			if h.ServeHTTP(w, req); w.Code != 404 {
				t.Errorf("Put stored the flow: %d %s", w.Code, w.Body)
			}
		})
	}
}

func TestRequests(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	before := time.Now()
	paths := []string{"/v1/FlexFlows/" + storedSID, "/nowhere%2F", "/v1/FlexFlows/" + storedSID}
	for i, path := range paths {
		req, err := http.NewRequest("GET", srv.URL+path+"?page=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
		req.Header.Set("Proxy-Authorization", "Basic "+flexflowtest.AuthToken)
		req.Header.Set("Cookie", "session="+flexflowtest.AuthToken)
		req.Header.Set("X-Number", fmt.Sprint(i))
		resp, err := srv.HTTPClient().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := srv.Requests()
		if len(got) != i+1 {
			t.Fatalf("got %d requests, want %d", len(got), i+1)
		}
		last := got[i]
		if got[0].Path != paths[0] {
			t.Error("the next caller sees a change to the list")
		}
		want := flexflowtest.Request{ID: resp.Header.Get("Twilio-Request-Id"), Method: "GET", Path: path, Auth: "basic", Time: last.Time, Header: last.Header}
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
	if len(got) != 10_000 || got[0].ID != fmt.Sprintf("RQ%032x", 6) || got[9_999].ID != fmt.Sprintf("RQ%032x", 10_005) {
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
	for len(srv.Requests()) == 0 {
		runtime.Gosched()
	}
	resp, _ := get(t, srv, "GET", "/", "", "")
	if got := resp.Header.Get("Twilio-Concurrent-Requests"); got != "2" {
		t.Errorf("got %s requests, want 2", got)
	}
	t.Cleanup(func() { <-first })
}

func TestHandler_ownServer(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	want := flexflowtest.Examples()[0]
	if err := h.Put(want); err != nil {
		t.Fatal(err)
	}
	plain := httptest.NewServer(h)
	defer plain.Close()
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		flexflow.WithBaseURL(plain.URL), flexflow.WithHTTPClient(plain.Client()), flexflow.WithRetries(1))
	if err != nil {
		t.Fatal(err)
	}
	h.On(*want.SID).Status(429).RetryAfter(0)
	got, err := client.FetchFlexFlow(t.Context(), *want.SID)
	if err != nil || !reflect.DeepEqual(*got, want) || len(h.Requests()) != 2 {
		t.Errorf("got %+v, %v after %d requests", got, err, len(h.Requests()))
	}
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
	flow := flexflow.FlexFlow{SID: new(storedSID), Integration: map[string]any{"limit": json.Number("12345678901234567890"), "text": strings.Repeat("é<", 4096)}}
	srv.Put(flow)
	resp, body := get(t, srv, "GET", "/v1/FlexFlows/"+storedSID, flexflowtest.AccountSID, flexflowtest.AuthToken)
	if resp.ContentLength != int64(len(body)) || !bytes.Contains(body, []byte("12345678901234567890")) || !json.Valid(body) {
		t.Errorf("Content-Length %d of %d bytes: %.80s", resp.ContentLength, len(body), body)
	}
}
