package flexflow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"path"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// The values of a request that no error may repeat.
const (
	listName  = "Zoë & sons"
	listToken = "PA-token/1"
)

func listSID(i int) string { return fmt.Sprintf("FO%032x", i) }

// listFlow returns the body of a flow, with further members such as `"enabled":true`.
func listFlow(i int, members ...string) string {
	return "{" + strings.Join(append([]string{`"sid":"` + listSID(i) + `"`}, members...), ",") + "}"
}

// listPage returns the body of a page. next is its next_page_url as JSON.
func listPage(next string, flows ...string) string {
	return `{"flex_flows":[` + strings.Join(flows, ",") + `],"meta":{"next_page_url":` + next + `}}`
}

// nextPage returns a next_page_url, as JSON, with this query.
func nextPage(query string) string {
	return `"https://flex-api.twilio.com/v1/FlexFlows?` + query + `"`
}

// listServer is a transport that responds to each request with the next page, and to those after the last with 404.
type listServer struct {
	pages    []*http.Response
	requests []*http.Request
}

func listsPages(bodies ...string) *listServer {
	s := &listServer{}
	for i, body := range bodies {
		s.pages = append(s.pages, newResponse(200, body, "Twilio-Request-Id: RQ"+strconv.Itoa(i)))
	}
	return s
}

func (s *listServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.requests = append(s.requests, r)
	if len(s.requests) > len(s.pages) {
		return newResponse(404, `{"code":20404,"message":"Not here"}`), nil
	}
	return s.pages[len(s.requests)-1], nil
}

// client returns a client of s. Its base URL has a path.
func (s *listServer) client(t *testing.T, opts ...flexflow.Option) *flexflow.Client {
	opts = append(opts, flexflow.WithHTTPClient(&http.Client{Transport: s}))
	return newClient(t, "https://flex.example.com/gateway", opts...)
}

// list returns the results, and the error of a last one that matches ErrIncomplete. It checks all errors.
func list(t *testing.T, seq iter.Seq[flexflow.Fetched]) (results []flexflow.Fetched, last error) {
	t.Helper()
	for f := range seq {
		if last != nil {
			t.Errorf("there is a result after the last one: %+v", f)
		}
		if f.Err != nil {
			checkListError(t, f.Err)
		}
		if (f.Flow == nil) != (f.Err != nil) {
			t.Errorf("the result has the flow %v and the error %v", f.Flow, f.Err)
		}
		if errors.Is(f.Err, flexflow.ErrIncomplete) {
			if last = f.Err; f.SID != "" {
				t.Errorf("the last result has the SID %s", f.SID)
			}
			continue
		}
		results = append(results, f)
	}
	return results, last
}

// checkListError checks that the message is one line that reads well, and repeats nothing of the query.
func checkListError(t *testing.T, err error) {
	t.Helper()
	text := err.Error()
	if !strings.HasPrefix(text, "flexflow: ") || strings.Count(text, "flexflow: ") > 1 || !isOneLine(text) {
		t.Errorf("the message is %q", text)
	}
	for _, part := range []string{"  ", " :", "check the SID", "?", "PageSize=", listName, "Zo", listToken, "PA-token"} {
		if strings.Contains(text, part) {
			t.Errorf("the message has %q: %q", part, text)
		}
	}
	if errors.Is(err, flexflow.ErrInvalidSID) {
		t.Errorf("%q matches ErrInvalidSID", text)
	}
}

// checkSIDs checks that the results are flows without an error, with the SIDs first to first+n-1.
func checkSIDs(t *testing.T, results []flexflow.Fetched, first, n int) {
	t.Helper()
	if len(results) != n {
		t.Fatalf("%d results, want %d", len(results), n)
	}
	for i, f := range results {
		if want := listSID(first + i); f.Err != nil || f.SID != want || flexflow.Value(f.Flow.SID) != want {
			t.Fatalf("result %d is %s with %v and %v, want %s", i, f.SID, f.Flow, f.Err, want)
		}
	}
}

// wantEnd checks that the list ended with an error that matches the causes, or without one if there are none.
func wantEnd(t *testing.T, last error, causes ...error) {
	t.Helper()
	if (last != nil) != (len(causes) > 0) {
		t.Errorf("the list ended with %v, want %v", last, causes)
	}
	for _, cause := range causes {
		if !errors.Is(last, cause) {
			t.Errorf("%v does not match %v", last, cause)
		}
	}
}

var listModes = map[string]flexflow.Mode{"Enforce": flexflow.Enforce, "Report": flexflow.Report, "Off": flexflow.Off}

func TestListFlexFlows_pages(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 49, 50, 51, 5000} {
		t.Run(fmt.Sprint(n, " flows"), func(t *testing.T) {
			t.Parallel()
			srv := flexflowtest.NewServer(t)
			for i := range n {
				srv.Put(flexflow.FlexFlow{SID: new(listSID(i))})
			}
			client := srv.Client()
			for _, size := range []int{1, 50, 1000} {
				before := len(srv.Requests())
				params := &flexflow.ListFlexFlowParams{PageSize: &size}
				results, last := list(t, client.ListFlexFlows(t.Context(), params))
				checkSIDs(t, results, 0, n)
				wantEnd(t, last)
				requests := srv.Requests()[before:]
				if want := max(1, (n+size-1)/size); len(requests) != want {
					t.Errorf("%d requests for pages of %d, want %d", len(requests), size, want)
				}
				for _, r := range requests {
					if r.Query.Get("PageSize") != strconv.Itoa(size) {
						t.Errorf("the query is %v", r.Query)
					}
				}
			}
		})
	}
}

func TestListFlexFlows_params(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		params *flexflow.ListFlexFlowParams
		want   string // the query
	}{
		"nil":  {nil, "PageSize=200"},
		"none": {&flexflow.ListFlexFlowParams{}, "PageSize=200"},
		"a name": {
			&flexflow.ListFlexFlowParams{FriendlyName: new(listName)}, "FriendlyName=Zo%C3%AB+%26+sons&PageSize=200",
		},
		"no name":   {&flexflow.ListFlexFlowParams{FriendlyName: new("")}, "FriendlyName=&PageSize=200"},
		"the least": {&flexflow.ListFlexFlowParams{PageSize: new(1), Page: new(0)}, "Page=0&PageSize=1"},
		"the most":  {&flexflow.ListFlexFlowParams{PageSize: new(1000)}, "PageSize=1000"},
		"a place": {
			&flexflow.ListFlexFlowParams{Page: new(3), PageToken: new(listToken)},
			"Page=3&PageSize=200&PageToken=PA-token%2F1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := listsPages(listPage(nextPage("Page=4&PageToken=x"), listFlow(0)), listPage("null", listFlow(1)))
			before := encode(t, test.params)
			results, last := list(t, s.client(t).ListFlexFlows(t.Context(), test.params))
			checkSIDs(t, results, 0, 2)
			wantEnd(t, last)
			if got := s.requests[0].URL.Query().Encode(); got != test.want {
				t.Errorf("the query is %s, want %s", got, test.want)
			}
			if after := encode(t, test.params); after != before {
				t.Errorf("the list changed the parameters from %s to %s", before, after)
			}
		})
	}
}

func pageSize(n int) flexflow.ListFlexFlowParams { return flexflow.ListFlexFlowParams{PageSize: &n} }

func TestListFlexFlows_invalidParams(t *testing.T) {
	t.Parallel()
	s := listsPages()
	for name, test := range map[string]struct {
		client *flexflow.Client
		ctx    context.Context
		params flexflow.ListFlexFlowParams
		want   string // in the message
	}{
		"PageSize 0":    {s.client(t), t.Context(), pageSize(0), "PageSize: number must be at least 1; nothing was sent"},
		"PageSize -1":   {s.client(t), t.Context(), pageSize(-1), "PageSize: number must be at least 1"},
		"PageSize 1001": {s.client(t), t.Context(), pageSize(1001), "PageSize: number must be at most 1000"},
		"Page -1": {
			s.client(t), t.Context(), flexflow.ListFlexFlowParams{Page: new(-1)}, "Page: number must be at least 0",
		},
		"no context":      {s.client(t), nil, pageSize(1), "a context"},
		"the zero Client": {new(flexflow.Client), t.Context(), pageSize(1), "a Client made by New"},
	} {
		t.Run(name, func(t *testing.T) {
			test.params.FriendlyName, test.params.PageToken = new(listName), new(listToken)
			results, last := list(t, test.client.ListFlexFlows(test.ctx, &test.params))
			wantEnd(t, last, flexflow.ErrInvalidConfig)
			if len(results) != 0 || len(s.requests) != 0 || !strings.Contains(fmt.Sprint(last), test.want) {
				t.Errorf("%d results and %d requests, and %v", len(results), len(s.requests), last)
			}
		})
	}
}

// A page is requested when the loop needs it, and each loop is a list of its own.
func TestListFlexFlows_loops(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	for i := range 5 {
		srv.Put(flexflow.FlexFlow{SID: new(listSID(i))})
	}
	seq := srv.Client().ListFlexFlows(t.Context(), &flexflow.ListFlexFlowParams{PageSize: new(2)})
	for i, sent := range []int{1, 1, 2, 2, 3} {
		before := len(srv.Requests())
		n := 0
		for f := range seq {
			if f.SID != listSID(n) || f.Err != nil {
				t.Errorf("result %d is %+v", n, f)
			}
			if n++; n > i {
				break
			}
		}
		if got := len(srv.Requests()) - before; got != sent {
			t.Errorf("%d requests for %d results, want %d", got, n, sent)
		}
	}
}

func TestListFlexFlows_response(t *testing.T) {
	t.Parallel()
	flows := []string{listFlow(0, ` "friendly_name" : "Zo\u00eb" `, `"unknown":[1, {}]`), listFlow(1), `{}`}
	s := listsPages(listPage(nextPage("Page=1"), " "+flows[0]+"\n", flows[1]), listPage("null", flows[2]))
	results, last := list(t, s.client(t).ListFlexFlows(t.Context(), nil))
	wantEnd(t, last)
	if len(results) != 3 {
		t.Fatalf("%d results", len(results))
	}
	for i, f := range results {
		want := "RQ" + strconv.Itoa(i/2)
		r := f.Response
		if r.RequestID != want || r.Header.Get("Twilio-Request-Id") != want || r.StatusCode != 200 || r.Attempts != 1 {
			t.Errorf("the response of result %d is %+v", i, r)
		}
		if string(r.Body) != flows[i] {
			t.Errorf("the body of result %d is %s, want %s", i, r.Body, flows[i])
		}
	}
	if name := flexflow.Value(results[0].Flow.FriendlyName); name != "Zoë" {
		t.Errorf("the name is %q", name)
	}
	for i := range results { // none is part of another one
		body := results[i].Response.Body
		clear(body[:cap(body)])
		if i < 2 && string(results[i+1].Response.Body) != flows[i+1] {
			t.Errorf("a change to body %d changed the next one", i)
		}
	}
}

// A flow that violates the contract costs only its own result.
func TestListFlexFlows_flowThatViolates(t *testing.T) {
	t.Parallel()
	const none = `{}`
	own := listFlow(1)
	for name, test := range map[string]struct {
		flow        string
		named       bool   // the result has the SID
		found       string // the violations: in mode Off only those that a Go type cannot take
		report, off string // the flow that these modes return; "" for the error
	}{
		"a value outside its enumeration": {
			listFlow(1, `"channel_type":"fax"`), true, "/channel_type enum",
			`{"channel_type":"fax","sid":"` + listSID(1) + `"}`, `{"channel_type":"fax","sid":"` + listSID(1) + `"}`,
		},
		"a wrong type": {listFlow(1, `"enabled":"yes"`), true, "/enabled type", own, ""},
		"two violations": {
			listFlow(1, `"enabled":"yes"`, `"long_lived":7`), true, "/enabled type, /long_lived type", own, "",
		},
		"a duplicate name": {listFlow(1, `"enabled":true`, `"enabled":true`), true, "/enabled duplicate", "", ""},
		"a duplicate name inside": {
			listFlow(1, `"integration":{"a":[{"b":1,"b":1}]}`), true, "/integration/a/0/b duplicate", "", "",
		},
		"invalid UTF-8":           {listFlow(1, "\"friendly_name\":\"\xff\""), true, "/friendly_name json", "", ""},
		"half a surrogate":        {listFlow(1, `"friendly_name":"\ud800"`), true, "/friendly_name json", "", ""},
		"a number out of range":   {listFlow(1, `"integration":{"a":1e999}`), true, "/integration/a type", "", ""},
		"null":                    {"null", false, " nullable", "", ""},
		"a number":                {"7", false, " type", "", ""},
		"a string":                {`"flow"`, false, " type", "", ""},
		"a list":                  {"[]", false, " type", "", ""},
		"an error":                {`{"code":20404,"message":"Not found"}`, false, " properties", none, none},
		"a SID by the wrong name": {`{"SID":"` + listSID(1) + `"}`, false, " properties", none, none},
		"a SID that is no string": {`{"sid":[]}`, false, "/sid type", none, ""},
		"a malformed SID":         {`{"sid":"FO1"}`, false, "/sid minLength, /sid pattern", `{"sid":"FO1"}`, `{"sid":"FO1"}`},
	} {
		for modeName, mode := range listModes {
			t.Run(name+", mode "+modeName, func(t *testing.T) {
				t.Parallel()
				var reported []*flexflow.ResponseError
				s := listsPages(listPage("null", listFlow(0), test.flow, listFlow(2)))
				client := s.client(t, flexflow.WithValidation(mode), keepReports(t, &reported))
				results, last := list(t, client.ListFlexFlows(callerContext(t), nil))
				wantEnd(t, last)
				if len(results) != 3 {
					t.Fatalf("%d results, want 3", len(results))
				}
				checkSIDs(t, results[:1], 0, 1)
				checkSIDs(t, results[2:], 2, 1)

				got, found := results[1], []string{}
				for _, violation := range strings.Split(test.found, ", ") {
					if mode != flexflow.Off || test.off == "" && !strings.HasPrefix(violation, "/long_lived") {
						found = append(found, "/flex_flows/1"+violation)
					}
				}
				if name := map[bool]string{true: listSID(1)}[test.named]; mode != flexflow.Off && got.SID != name {
					t.Errorf("the SID is %q, want %q", got.SID, name)
				}
				if want := map[flexflow.Mode]string{flexflow.Report: test.report, flexflow.Off: test.off}[mode]; want == "" {
					wantViolations(t, got.Err, found...)
					if strings.Contains(got.Err.Error(), listSID(1)) != test.named {
						t.Errorf("the error of %s is %v", test.flow, got.Err)
					}
				} else if flow := encode(t, got.Flow); flow != want {
					t.Errorf("the flow is %s, want %s", flow, want)
				}
				if string(got.Response.Body) != test.flow || len(got.Response.Violations) != len(found) {
					t.Errorf("the response is %+v", got.Response)
				}
				checkReports(t, mode, reported, got.SID, found...)
			})
		}
	}
}

type callerKey struct{}

// callerContext returns a context that keepReports knows.
func callerContext(t *testing.T) context.Context {
	return context.WithValue(t.Context(), callerKey{}, t)
}

// keepReports returns a handler that keeps its errors, and checks that it gets the context of callerContext.
func keepReports(t *testing.T, reported *[]*flexflow.ResponseError) flexflow.Option {
	return flexflow.WithViolationHandler(func(ctx context.Context, invalid *flexflow.ResponseError) {
		if ctx.Value(callerKey{}) != t {
			t.Error("the handler did not get the caller's context")
		}
		*reported = append(*reported, invalid)
	})
}

// checkReports checks that the handler got one error with these violations, or none if there are none or in mode Off.
func checkReports(
	t *testing.T, mode flexflow.Mode, reported []*flexflow.ResponseError, sid string, found ...string,
) {
	t.Helper()
	if mode == flexflow.Off {
		found = nil
	}
	if len(reported) != min(len(found), 1) {
		t.Fatalf("the handler got %v, want %q", reported, found)
	}
	for _, invalid := range reported {
		checkListError(t, invalid)
		wantViolations(t, invalid, found...)
		if invalid.Operation != "ListFlexFlow" || invalid.SID != sid || invalid.StatusCode != 200 || invalid.Attempts != 1 {
			t.Errorf("the handler got %+v, want the SID %q", invalid, sid)
		}
	}
}

// What is wrong around the flows of a page ends the list, in every mode.
func TestListFlexFlows_pageThatViolates(t *testing.T) {
	t.Parallel()
	good := listPage("null", listFlow(7))
	for name, test := range map[string]struct {
		body, header string
		found        string
	}{
		"an empty object":        {body: `{}`, found: "/flex_flows required, /meta required"},
		"an error":               {body: `{"code":20003}`, found: "/flex_flows required, /meta required"},
		"null":                   {body: `null`, found: "nullable"},
		"only the list":          {body: `[` + listFlow(7) + `]`, found: "type"},
		"nothing":                {body: ``, found: "json"},
		"text":                   {body: `no flows`, found: "json"},
		"another content type":   {body: good, header: "Content-Type: text/html", found: "content-type"},
		"an encoding":            {body: good, header: "Content-Encoding: br", found: "content-encoding"},
		"cut in a flow":          {body: good[:30], found: "/flex_flows/0/sid json"},
		"cut after a flow":       {body: good[:len(`{"flex_flows":[`+listFlow(7))], found: "/flex_flows json"},
		"cut after the flows":    {body: good[:len(good)-20], found: "/meta json"},
		"text after the page":    {body: good + `x`, found: "json"},
		"two pages":              {body: good + good, found: "json"},
		"two lists":              {body: `{"flex_flows":[` + listFlow(1) + `],` + good[1:], found: "/flex_flows duplicate"},
		"an empty list first":    {body: `{"flex_flows":[],` + good[1:], found: "/flex_flows duplicate"},
		"null before the list":   {body: `{"flex_flows":null,` + good[1:], found: "/flex_flows duplicate"},
		"a malformed flow":       {body: listPage("null", listFlow(7), `{"sid":}`), found: "/flex_flows/1/sid json"},
		"a flow too few":         {body: listPage("null", listFlow(7), ``), found: "/flex_flows json"},
		"a page without flows":   {body: `{"meta":{"next_page_url":null}}`, found: "/flex_flows required"},
		"flows that are null":    {body: `{"flex_flows":null,"meta":{"next_page_url":null}}`, found: "/flex_flows nullable"},
		"flows in an object":     {body: `{"flex_flows":{},"meta":{"next_page_url":null}}`, found: "/flex_flows type"},
		"flows by another name":  {body: `{"Flex_Flows":[],"meta":{"next_page_url":null}}`, found: "/flex_flows required"},
		"no meta":                {body: `{"flex_flows":[` + listFlow(7) + `]}`, found: "/meta required"},
		"meta that is null":      {body: `{"flex_flows":[],"meta":null}`, found: "/meta nullable"},
		"no next_page_url":       {body: `{"flex_flows":[],"meta":{"page":0}}`, found: "/meta/next_page_url required"},
		"two next_page_urls":     {body: listPage(`null,"next_page_url":null`), found: "/meta/next_page_url duplicate"},
		"a number for a URL":     {body: listPage("7", listFlow(7)), found: "/meta/next_page_url type"},
		"a URL that is empty":    {body: listPage(`""`, listFlow(7)), found: "/meta/next_page_url format"},
		"a URL that is relative": {body: listPage(`"/v1/FlexFlows?Page=1"`), found: "/meta/next_page_url format"},
		"a page that is text":    {body: listPage(`null,"page":"0"`), found: "/meta/page type"},
		"invalid UTF-8":          {body: listPage("null,\"key\":\"\xff\""), found: "/meta/key json"},
	} {
		for modeName, mode := range listModes {
			t.Run(name+", mode "+modeName, func(t *testing.T) {
				t.Parallel()
				var reported []*flexflow.ResponseError
				s := listsPages(listPage(nextPage("Page=1"), listFlow(0)))
				broken := newResponse(200, test.body, "Twilio-Request-Id: RQ1")
				if name, value, ok := strings.Cut(test.header, ": "); ok {
					broken.Header.Set(name, value)
				}
				s.pages = append(s.pages, broken)
				client := s.client(t, flexflow.WithValidation(mode), keepReports(t, &reported))
				var response flexflow.Response
				keepLast := func(yield func(flexflow.Fetched) bool) {
					for f := range client.ListFlexFlows(callerContext(t), nil) {
						response = f.Response
						yield(f)
					}
				}
				results, last := list(t, keepLast)
				checkSIDs(t, results, 0, 1)
				wantEnd(t, last, flexflow.ErrInvalidResponse)
				found := strings.Split(test.found, ", ")
				wantViolations(t, last, found...)
				if response.RequestID != "RQ1" || string(response.Body) != test.body || len(response.Violations) != len(found) {
					t.Errorf("the response is %+v", response)
				}
				checkReports(t, mode, reported, "", found...)
			})
		}
	}
}

// The place of a violation is one of the whole body, although the flows are not validated with it.
func TestListFlexFlows_placeOfViolation(t *testing.T) {
	t.Parallel()
	body := listPage("null", listFlow(0), listFlow(1)) + "x"
	_, last := list(t, listsPages(body).client(t).ListFlexFlows(t.Context(), nil))
	if want := fmt.Sprintf("byte %d is malformed", len(body)-1); !strings.Contains(fmt.Sprint(last), want) {
		t.Errorf("got %v, want %s", last, want)
	}
}

func TestListFlexFlows_nextPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ next, want string }{
		"a place":             {nextPage("PageSize=2&PageToken=PA-token%2F1"), "PageSize=2&PageToken=PA-token%2F1"},
		"two of a place":      {nextPage("Page=3&PageToken=PA1"), "Page=3&PageSize=2&PageToken=PA1"},
		"another page size":   {nextPage("Page=1&PageSize=3"), "Page=1&PageSize=3"},
		"no page size":        {nextPage("PageToken=PA1"), "PageSize=2&PageToken=PA1"},
		"another name":        {nextPage("Page=1&FriendlyName=other"), "Page=1&PageSize=2"},
		"other parameters":    {nextPage("Page=1&Limit=1&AccountSid=AC1&page=7"), "Page=1&PageSize=2"},
		"another host":        {`"https://evil.example.com/v1/FlexFlows?Page=1"`, "Page=1&PageSize=2"},
		"another path":        {`"https://flex.example.com/v1/Accounts?Page=1#flows"`, "Page=1&PageSize=2"},
		"plain http":          {`"http://flex.example.com:80/v1/FlexFlows?Page=1"`, "Page=1&PageSize=2"},
		"user info":           {`"https://user:password@flex.example.com/v1/FlexFlows?Page=1"`, "Page=1&PageSize=2"},
		"another kind of URL": {`"mailto:someone@example.com?Page=1"`, "Page=1&PageSize=2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := listsPages(listPage(test.next, listFlow(0)), listPage("null", listFlow(1)))
			params := flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(2), Page: new(0)}
			results, last := list(t, s.client(t).ListFlexFlows(t.Context(), &params))
			checkSIDs(t, results, 0, 2)
			wantEnd(t, last)
			first, second := s.requests[0], s.requests[1]
			want := "https://flex.example.com/gateway/v1/FlexFlows?FriendlyName=Zo%C3%AB+%26+sons&" + test.want
			second.URL.RawQuery = second.URL.Query().Encode()
			if got := second.URL.String(); got != want || second.Host != first.Host {
				t.Errorf("the second request is for %s at %s, want %s", got, second.Host, want)
			}
			if !maps.EqualFunc(first.Header, second.Header, slices.Equal) {
				t.Errorf("the second request has the header %v, the first %v", second.Header, first.Header)
			}
		})
	}
}

// The flows before a next_page_url that leads nowhere are results.
// A page with more flows than a client can ask for is refused before they take memory and time.
func TestListFlexFlows_tooManyFlows(t *testing.T) {
	t.Parallel()
	for flows, want := range map[int]int{1000: 1000, 1001: 0} {
		body := listPage("null", slices.Repeat([]string{"{}"}, flows)...)
		results, last := list(t, listsPages(body).client(t).ListFlexFlows(t.Context(), nil))
		if len(results) != want || (last != nil) != (want == 0) {
			t.Errorf("a page of %d flows: %d results, then %v", flows, len(results), last)
		}
	}
}

func TestListFlexFlows_invalidNextPage(t *testing.T) {
	t.Parallel()
	const unusable, seen = "its query is invalid, or has neither Page nor PageToken", "it leads to a page that was listed before"
	third := flexflow.ListFlexFlowParams{Page: new(2), PageToken: new("PA2")}
	for name, test := range map[string]struct {
		params  flexflow.ListFlexFlowParams
		queries []string // of next_page_url, page by page
		reason  string
	}{
		"no query":                    {pageSize(2), []string{""}, unusable},
		"only a page size":            {third, []string{"PageSize=2"}, unusable},
		"names in another case":       {pageSize(2), []string{"page=1&pagetoken=PA1"}, unusable},
		"no number":                   {pageSize(2), []string{"Page="}, unusable},
		"text for a number":           {pageSize(2), []string{"Page=1", "Page=two"}, unusable},
		"a page below 0":              {pageSize(2), []string{"Page=-1"}, unusable},
		"no page size":                {pageSize(2), []string{"Page=1&PageSize="}, unusable},
		"a page size of 0":            {pageSize(2), []string{"Page=1&PageSize=0"}, unusable},
		"a page size of 1001":         {pageSize(2), []string{"PageSize=1001&PageToken=PA1"}, unusable},
		"a semicolon":                 {pageSize(2), []string{"Page=1&PageToken=PA;1"}, unusable},
		"the first page":              {pageSize(2), []string{"Page=0"}, seen},
		"an empty token":              {pageSize(2), []string{"PageToken="}, seen},
		"the same page":               {pageSize(2), []string{"Page=1", "Page=1"}, seen},
		"the first page, later":       {pageSize(2), []string{"Page=1", "Page=2", "Page=0"}, seen},
		"an earlier token":            {pageSize(2), []string{"PageToken=a", "PageToken=b", "PageToken=a"}, seen},
		"the page that was asked for": {third, []string{"Page=3&PageToken=PA3", "Page=2&PageToken=PA2"}, seen},
	} {
		for modeName, mode := range listModes {
			t.Run(name+", mode "+modeName, func(t *testing.T) {
				t.Parallel()
				var bodies []string
				for i, query := range test.queries {
					bodies = append(bodies, listPage(nextPage(query), listFlow(i)))
				}
				var reported []*flexflow.ResponseError
				s := listsPages(bodies...)
				client := s.client(t, flexflow.WithValidation(mode), keepReports(t, &reported))
				results, last := list(t, client.ListFlexFlows(callerContext(t), &test.params))
				checkSIDs(t, results, 0, len(bodies))
				wantEnd(t, last, flexflow.ErrInvalidResponse)
				found := []string{"/meta/next_page_url next page"}
				wantViolations(t, last, found...)
				if len(s.requests) != len(bodies) || !strings.Contains(last.Error(), test.reason) {
					t.Errorf("%d requests and %v, want %d and %s", len(s.requests), last, len(bodies), test.reason)
				}
				checkReports(t, mode, reported, "", found...)
			})
		}
	}
}

// A list that ends early says why, on any page.
func TestListFlexFlows_failingPage(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		script func(*flexflowtest.Script)
		cause  error
		check  func(error) bool
	}{
		"400":      {func(s *flexflowtest.Script) { s.Status(400) }, nil, isAPIError(400)},
		"401":      {func(s *flexflowtest.Script) { s.Status(401) }, flexflow.ErrUnauthorized, isAPIError(401)},
		"403":      {func(s *flexflowtest.Script) { s.Status(403) }, flexflow.ErrForbidden, isAPIError(403)},
		"404":      {func(s *flexflowtest.Script) { s.Status(404) }, flexflow.ErrNotFound, isAPIError(404)},
		"429":      {func(s *flexflowtest.Script) { s.Status(429) }, flexflow.ErrRateLimited, isAPIError(429)},
		"503":      {func(s *flexflowtest.Script) { s.Status(503) }, flexflow.ErrServer, isAPIError(503)},
		"206":      {func(s *flexflowtest.Script) { s.Status(206) }, flexflow.ErrInvalidResponse, isAPIError(206)},
		"redirect": {func(s *flexflowtest.Script) { s.Status(302) }, flexflow.ErrInvalidResponse, isAPIError(302)},
		"drop":     {func(s *flexflowtest.Script) { s.Drop() }, io.ErrUnexpectedEOF, isTransportError},
		"truncate": {func(s *flexflowtest.Script) { s.Truncate() }, io.ErrUnexpectedEOF, isTransportError},
		"violate": {
			func(s *flexflowtest.Script) { s.Violate("/meta/next_page_url") }, flexflow.ErrInvalidResponse, isResponseError,
		},
	} {
		for before := range 2 {
			t.Run(fmt.Sprintf("%s after %d pages", name, before), func(t *testing.T) {
				t.Parallel()
				srv := flexflowtest.NewServer(t)
				for i := range 4 {
					srv.Put(flexflow.FlexFlow{SID: new(listSID(i)), FriendlyName: new(listName)})
				}
				script := srv.OnList()
				if before > 0 {
					script.Succeed().Times(before).Then()
				}
				test.script(script)
				params := &flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(2)}
				results, last := list(t, srv.Client(flexflow.WithRetries(0)).ListFlexFlows(t.Context(), params))
				checkSIDs(t, results, 0, 2*before)
				if !test.check(last) || test.cause != nil && !errors.Is(last, test.cause) {
					t.Errorf("the list ended with %v, want %v", last, test.cause)
				}
			})
		}
	}
}

func isAPIError(status int) func(error) bool {
	return func(err error) bool {
		refused, ok := errors.AsType[*flexflow.APIError](err)
		return ok && refused.StatusCode == status && refused.Operation == "ListFlexFlow" && refused.SID == ""
	}
}

func isTransportError(err error) bool {
	failed, ok := errors.AsType[*flexflow.TransportError](err)
	return ok && failed.Operation == "ListFlexFlow" && failed.SID == "" && failed.Attempts == 1
}

func isResponseError(err error) bool {
	invalid, ok := errors.AsType[*flexflow.ResponseError](err)
	return ok && invalid.Operation == "ListFlexFlow" && invalid.SID == "" && invalid.Attempts == 1
}

func TestListFlexFlows_context(t *testing.T) {
	t.Parallel()
	expired, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer cancel()
	for name, test := range map[string]struct {
		parent   context.Context
		after    int // the number of results after which the loop cancels; -1 if the second request does
		results  int
		requests int
		cause    error
	}{
		"before the list":     {t.Context(), 0, 0, 0, context.Canceled},
		"in a page":           {t.Context(), 1, 3, 1, context.Canceled},
		"between pages":       {t.Context(), 3, 3, 1, context.Canceled},
		"in a request":        {t.Context(), -1, 3, 2, context.Canceled},
		"in the last page":    {t.Context(), 4, 6, 2, nil},
		"after the last flow": {t.Context(), 6, 6, 2, nil},
		"a deadline":          {expired, -1, 0, 0, context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(test.parent)
			defer cancel()
			s := listsPages(
				listPage(nextPage("Page=1"), listFlow(0), listFlow(1), listFlow(2)),
				listPage("null", listFlow(3), listFlow(4), listFlow(5)),
			)
			transport := roundTripper(func(r *http.Request) (*http.Response, error) {
				resp, err := s.RoundTrip(r)
				if len(s.requests) == 2 && test.after < 0 {
					cancel()
					resp, err = nil, r.Context().Err()
				}
				return resp, err
			})
			client := newClient(t, "https://flex.example.com",
				flexflow.WithHTTPClient(&http.Client{Transport: transport}))
			n := 0
			results, last := list(t, func(yield func(flexflow.Fetched) bool) {
				if test.after == 0 {
					cancel()
				}
				for f := range client.ListFlexFlows(ctx, nil) {
					if n++; n == test.after {
						cancel()
					}
					yield(f)
				}
			})
			checkSIDs(t, results, 0, test.results)
			if len(s.requests) != test.requests {
				t.Errorf("%d requests, want %d", len(s.requests), test.requests)
			}
			if _, ok := errors.AsType[*flexflow.TransportError](last); ok != (test.cause != nil) ||
				!errors.Is(last, test.cause) {
				t.Errorf("the list ended with %v, want %v", last, test.cause)
			}
		})
	}
}

// Each page is fetched as a flow is: with retries, Retry-After, timeouts and log records.
func TestListFlexFlows_retries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		fake := flexflowtest.NewHandler()
		for i := range 5 {
			if err := fake.Put(flexflow.FlexFlow{SID: new(listSID(i)), FriendlyName: new(listName)}); err != nil {
				t.Fatal(err)
			}
		}
		fake.OnList().Status(429).RetryAfter(time.Hour).Then().Succeed().Then().
			Slow(time.Hour).Then().Drop().Then().Succeed().Then().
			Succeed().Then().
			Truncate().Then().Succeed().Then().
			Status(503).Times(4)
		var log bytes.Buffer
		client := newClient(t, "https://flex.example.com",
			flexflow.WithHTTPClient(&http.Client{Transport: fake.Transport()}), flexflow.WithMaxWait(2*time.Hour),
			flexflow.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		fake.AcceptBasic(accountSID, authToken)
		begin := time.Now()
		params := &flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(1)}
		results, last := list(t, client.ListFlexFlows(t.Context(), params))
		checkSIDs(t, results, 0, 4)
		wantEnd(t, last, flexflow.ErrServer)
		if refused, ok := errors.AsType[*flexflow.APIError](last); !ok || refused.Attempts != 4 {
			t.Errorf("the list ended with %#v", last)
		}
		var attempts []int
		for _, f := range results {
			attempts = append(attempts, f.Response.Attempts)
		}
		if want := []int{2, 3, 1, 2}; !slices.Equal(attempts, want) {
			t.Errorf("the pages took %v attempts, want %v", attempts, want)
		}
		if took := time.Since(begin); took < time.Hour+10*time.Second || took > time.Hour+time.Minute {
			t.Errorf("the list took %s", took)
		}
		text := log.String()
		if n, waits := strings.Count(text, "flexflow: attempt"), strings.Count(text, "wait="); n != 12 || waits != 7 {
			t.Errorf("the log has %d attempts and %d waits, want 12 and 7: %s", n, waits, text)
		}
		for _, part := range []string{"PageSize", "FriendlyName", "Zo", "?"} {
			if strings.Contains(text, part) {
				t.Errorf("the log has %q: %s", part, text)
			}
		}
	})
}

const pageLimit = 16 << 20 // of a page, by default

func TestListFlexFlows_size(t *testing.T) {
	t.Parallel()
	var named []string
	for i := range 1000 {
		named = append(named, listFlow(i, `"friendly_name":"`+strings.Repeat("☎", 1500)+`"`))
	}
	option := func(o flexflow.Option) []flexflow.Option { return []flexflow.Option{o} }
	ofSize := func(n int) string {
		page := listPage("null", listFlow(0))
		return page + strings.Repeat(" ", n-len(page))
	}
	for name, test := range map[string]struct {
		body    string
		opts    []flexflow.Option
		flows   int
		tooLong bool
	}{
		"1,000 long names":     {listPage("null", named...), nil, 1000, false},
		"16 MiB":               {ofSize(pageLimit), nil, 1, false},
		"above 16 MiB":         {ofSize(pageLimit + 1), nil, 0, true},
		"above, mode Report":   {ofSize(pageLimit + 1), option(flexflow.WithValidation(flexflow.Report)), 0, true},
		"above, mode Off":      {ofSize(pageLimit + 1), option(flexflow.WithValidation(flexflow.Off)), 0, true},
		"a lower limit":        {ofSize(pageLimit), option(flexflow.WithMaxResponseBytes(1)), 1, false},
		"a higher limit":       {ofSize(pageLimit + 1), option(flexflow.WithMaxResponseBytes(pageLimit + 1)), 1, false},
		"above a higher limit": {ofSize(pageLimit + 2), option(flexflow.WithMaxResponseBytes(pageLimit + 1)), 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			results, last := list(t, listsPages(test.body).client(t, test.opts...).ListFlexFlows(t.Context(), nil))
			checkSIDs(t, results, 0, test.flows)
			if !test.tooLong {
				wantEnd(t, last)
				return
			}
			wantEnd(t, last, flexflow.ErrResponseTooLarge, flexflow.ErrInvalidResponse)
		})
	}
}

// A server may repeat the credentials. No error does.
func TestListFlexFlows_secrets(t *testing.T) {
	t.Parallel()
	const twice = `"` + authToken + `":1,"` + authToken + `":1`
	for name, page := range map[string]*http.Response{
		"in a flow":   newResponse(200, listPage("null", listFlow(0, twice)), "X-Token: "+authToken),
		"in the page": newResponse(200, listPage("null,"+twice, listFlow(0)), "X-Token: "+authToken),
		"in an error": newResponse(403, `{"message":"`+authToken+`"}`, "X-Token: "+authToken),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &listServer{pages: []*http.Response{page}}
			n := 0
			for f := range s.client(t).ListFlexFlows(t.Context(), nil) {
				n++
				text := fmt.Sprintf("%v %+v %q %q", f.Err, f.Err, f.Response.Header, f.Response.Body)
				if f.Err == nil || strings.Contains(text, authToken) || !strings.Contains(text, "[redacted]") {
					t.Errorf("got %s", text)
				}
			}
			if n != 1 {
				t.Errorf("%d results, want 1", n)
			}
		})
	}
}

func TestNewTransport_list(t *testing.T) {
	t.Parallel()
	flow, good := listFlow(0), listPage("null", listFlow(0))
	const path = "/gateway/v1/FlexFlows"
	for name, test := range map[string]struct {
		method, path string
		status       int
		body         string
		found        string // the violations; "" for none
	}{
		"a page":          {"GET", path, 200, listPage(nextPage("Page=1"), flow, listFlow(1)), ""},
		"no method":       {"", path, 200, `{}`, "/flex_flows required, /meta required"},
		"an empty object": {"GET", path, 200, `{}`, "/flex_flows required, /meta required"},
		"a flow":          {"GET", path, 200, listPage("null", flow, `{"enabled":1}`), "/flex_flows/1/enabled type"},
		"several flows": {
			"GET", path, 200, listPage("null", "7", flow, `{"sid":"x","url":"y"}`),
			"/flex_flows/0 type, /flex_flows/2/sid minLength, /flex_flows/2/sid pattern, /flex_flows/2/url format",
		},
		"a flow and the page": {
			"GET", path, 200, listPage(`"x"`, flow, `null`), "/meta/next_page_url format, /flex_flows/1 nullable",
		},
		"a duplicate name": {
			"GET", path, 200, listPage("null", `{"a":1,"a":2}`, `7`), "/flex_flows/0/a duplicate, /flex_flows/1 type",
		},
		"a next page elsewhere": {
			"GET", path, 200, listPage(`"https://flex-api.twilio.com/v1/FlexFlows/?Page=1"`, flow),
			"/meta/next_page_url next page",
		},
		"too many flows": {
			"GET", path, 200, listPage("null", slices.Repeat([]string{"{}"}, 1001)...), "/flex_flows maxItems",
		},
		"text after it":     {"GET", path, 200, good + "x", "json"},
		"above 16 MiB":      {"GET", path, 200, good + strings.Repeat(" ", pageLimit), "size"},
		"15 MiB":            {"GET", path, 200, good + strings.Repeat(" ", pageLimit-1<<20), ""},
		"an error":          {"GET", path, 400, `{}`, ""},
		"another operation": {"POST", path, 200, `{}`, ""},
		"another path":      {"GET", path + "/x/y", 200, `{}`, ""},
		"another resource":  {"GET", "/v1/Channels", 200, `{}`, ""},
	} {
		for modeName, mode := range listModes {
			t.Run(name+", mode "+modeName, func(t *testing.T) {
				t.Parallel()
				var reported []*flexflow.ResponseError
				s := &listServer{pages: []*http.Response{newResponse(test.status, test.body)}}
				transport := flexflow.NewTransport(s, flexflow.WithValidation(mode), keepReports(t, &reported))
				u := &url.URL{Path: test.path, RawQuery: url.Values{"FriendlyName": {listName}}.Encode()}
				req := (&http.Request{Method: test.method, URL: u, Header: http.Header{}}).WithContext(callerContext(t))
				resp, err := transport.RoundTrip(req)

				found := strings.Split(test.found, ", ")
				if test.found == "" {
					found = nil
				}
				checkReports(t, mode, reported, "", found...)
				if len(found) > 0 && mode == flexflow.Enforce {
					checkListError(t, err)
					wantViolations(t, err, found...)
					if tooLarge := found[0] == "size"; errors.Is(err, flexflow.ErrResponseTooLarge) != tooLarge {
						t.Errorf("%v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if body, err := io.ReadAll(resp.Body); err != nil || string(body) != test.body || resp.StatusCode != test.status {
					t.Errorf("the body has %d bytes and the error %v, want %d bytes", len(body), err, len(test.body))
				}
			})
		}
	}
}

// A batch whose context ended before each SID had its own result says so in a last result.
func TestFetchFlexFlows_incomplete(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after         int           // the number of results after which the loop cancels; 0 for before it
		pause         time.Duration // after the first result
		hang, sids    int           // the SIDs from the number hang on take longer than anything else
		results, ends int           // with the SID of each, and those among them that the end of a context ended
		cause         error         // of the last result; nil for none
	}{
		"canceled before":                 {sids: 5, hang: 5, cause: context.Canceled},
		"canceled while SIDs are left":    {after: 1, sids: 99, hang: 9, results: 10, ends: 1, cause: context.Canceled},
		"canceled during the last fetch":  {after: 4, sids: 5, hang: 4, results: 5, ends: 1, cause: context.Canceled},
		"a deadline during the last ones": {after: 9, sids: 5, hang: 3, results: 5, ends: 2, cause: context.DeadlineExceeded},
		"canceled after the last result":  {after: 5, sids: 5, hang: 5, results: 5},
		"an attempt's own timeout, and then a deadline": {
			after: 9, pause: time.Hour, sids: 3, hang: 2, results: 3, ends: 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second+test.pause/2)
				defer cancel()
				client := newClient(t, "https://flex.example.com", flexflow.WithRetries(0),
					flexflow.WithHTTPClient(&http.Client{Transport: roundTripper(
						func(r *http.Request) (*http.Response, error) {
							if sid := path.Base(r.URL.Path); sid < listSID(test.hang) {
								return newResponse(200, `{"sid":"`+sid+`"}`), nil
							}
							<-r.Context().Done()
							return nil, r.Context().Err()
						},
					)}))
				sids := func(yield func(string) bool) {
					for i := 0; i < test.sids && yield(listSID(i)); i++ {
					}
				}
				if test.after == 0 {
					cancel()
				}
				n, ends := 0, 0
				var last error
				for f := range client.FetchFlexFlows(ctx, sids, 2) {
					if last != nil || f.SID != "" && f.SID != listSID(n) {
						t.Errorf("result %d is %+v after %v", n, f, last)
					}
					if f.SID == "" {
						last = f.Err
						continue
					}
					if f.Err != nil {
						ends++
					}
					if n++; n == 1 {
						time.Sleep(test.pause)
					}
					if n == test.after {
						synctest.Wait() // until all is read and sent that can be
						cancel()
					}
				}
				if n != test.results || ends != test.ends || (last != nil) != (test.cause != nil) {
					t.Errorf("%d results, of which %d ended, and then %v", n, ends, last)
				}
				if test.cause == nil || last == nil {
					return
				}
				wantEnd(t, last, flexflow.ErrIncomplete, test.cause)
				if text := last.Error(); !strings.HasPrefix(text, "flexflow: incomplete: ") || !isOneLine(text) {
					t.Errorf("the message is %q", text)
				}
			})
		})
	}
}

// Whenever the context ends, each SID has a result, or there is a last one.
func TestFetchFlexFlows_incompleteAtAnyTime(t *testing.T) {
	t.Parallel()
	client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: roundTripper(
		func(r *http.Request) (*http.Response, error) {
			return newResponse(200, `{"sid":"`+path.Base(r.URL.Path)+`"}`), nil
		},
	)}))
	delay := 0 // before the end of the context, so long that it comes about when the second fetch starts
	for i := range 20_000 {
		ctx, cancel := context.WithCancel(t.Context())
		var reading, read atomic.Bool
		sids := func(yield func(string) bool) {
			defer read.Store(true)
			if yield(listSID(0)) {
				reading.Store(true)
				yield(listSID(1))
			}
		}
		var got []string
		for f := range client.FetchFlexFlows(patientContext{ctx, &read}, sids, 2) {
			got = append(got, f.SID)
			if f.SID == listSID(0) {
				for !reading.Load() {
					runtime.Gosched()
				}
				for range delay {
					reading.Load()
				}
				cancel()
			}
		}
		cancel()
		if len(got) < 2 {
			t.Fatalf("loop %d: only %q", i, got)
		}
		if delay += 10; got[1] == listSID(1) {
			delay = max(0, delay-20)
		}
	}
}

// patientContext reports its end when all SIDs are read.
type patientContext struct {
	context.Context
	read *atomic.Bool
}

func (c patientContext) Err() error {
	err := c.Context.Err()
	for err != nil && !c.read.Load() {
		runtime.Gosched()
	}
	return err
}
