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
	"slices"
	"strconv"
	"strings"
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

// listFlow returns the body of a flow, with further members such as `"enabled":true`.
func listFlow(i int, members ...string) string {
	return "{" + strings.Join(append([]string{`"sid":"` + sidOf(i) + `"`}, members...), ",") + "}"
}

// listPage returns the body of a page. next is its next_page_url as JSON.
func listPage(next string, flows ...string) string {
	return `{"flex_flows":[` + strings.Join(flows, ",") + `],"meta":{"next_page_url":` + next + `}}`
}

// nextPage returns a next_page_url, as JSON, with this query.
func nextPage(query string) string { return `"https://flex-api.twilio.com/v1/FlexFlows?` + query + `"` }

func pageSize(n int) *flexflow.ListFlexFlowParams { return &flexflow.ListFlexFlowParams{PageSize: &n} }

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
	return newClient(t, exampleURL+"/gateway", append(opts, over(s))...)
}

// fakeWithFlows returns a fake API that lists the flows 0 to n-1, and a client of it.
func fakeWithFlows(t *testing.T, n int, opts ...flexflow.Option) (*flexflowtest.Handler, *flexflow.Client) {
	t.Helper()
	fake := flexflowtest.NewHandler()
	fake.AcceptBasic(accountSID, authToken)
	for i := range n {
		if err := fake.Put(flexflow.FlexFlow{SID: new(sidOf(i)), FriendlyName: new(listName)}); err != nil {
			t.Fatal(err)
		}
	}
	return fake, newClient(t, exampleURL, append(opts, over(fake.Transport()))...)
}

// list returns the results, and apart from them a last one whose error matches ErrIncomplete. It checks all errors.
func list(t *testing.T, seq iter.Seq[flexflow.Fetched]) (results []flexflow.Fetched, last flexflow.Fetched) {
	t.Helper()
	for f := range seq {
		if last.Err != nil {
			t.Errorf("there is a result after the last one: %+v", f)
		}
		if f.Err != nil {
			checkListError(t, f.Err)
		}
		if (f.Flow == nil) != (f.Err != nil) {
			t.Errorf("the result has the flow %v and the error %v", f.Flow, f.Err)
		}
		if !errors.Is(f.Err, flexflow.ErrIncomplete) {
			results = append(results, f)
		} else if last = f; f.SID != "" {
			t.Errorf("the last result has the SID %s", f.SID)
		}
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
		want, found := sidOf(first+i), f.Response.Violations
		if f.Err != nil || f.SID != want || flexflow.Value(f.Flow.SID) != want || len(found) > 0 {
			t.Fatalf("result %d is %s with %v, %v and %v, want %s", i, f.SID, f.Flow, f.Err, found, want)
		}
	}
}

// listAll fails unless the results are the flows 0 to n-1, and the list ends with the cause, or without an error.
func listAll(t *testing.T, seq iter.Seq[flexflow.Fetched], n int, cause error) (last flexflow.Fetched) {
	t.Helper()
	results, last := list(t, seq)
	checkSIDs(t, results, 0, n)
	if !errors.Is(last.Err, cause) {
		t.Errorf("the list ended with %v, want %v", last.Err, cause)
	}
	return last
}

// violationsIn returns the violations in a list such as "/sid type, /url format".
func violationsIn(list string) []string {
	if list == "" {
		return nil
	}
	return strings.Split(list, ", ")
}

// inMode is what a test in one mode of validation needs: options, and the context that the violation handler must get.
type inMode struct {
	flexflow.Mode
	ctx      context.Context
	opts     []flexflow.Option
	reported []*flexflow.ResponseError // to the handler
}

type callerKey struct{}

// inEachMode runs a parallel test in each mode.
func inEachMode(t *testing.T, name string, test func(t *testing.T, in *inMode)) {
	modes := map[string]flexflow.Mode{"Enforce": flexflow.Enforce, "Report": flexflow.Report, "Off": flexflow.Off}
	for modeName, mode := range modes {
		t.Run(name+", mode "+modeName, func(t *testing.T) {
			t.Parallel()
			in := &inMode{Mode: mode, ctx: context.WithValue(t.Context(), callerKey{}, t)}
			handler := func(ctx context.Context, invalid *flexflow.ResponseError) {
				if ctx.Value(callerKey{}) != t {
					t.Error("the handler did not get the caller's context")
				}
				in.reported = append(in.reported, invalid)
			}
			in.opts = []flexflow.Option{flexflow.WithValidation(mode), flexflow.WithViolationHandler(handler)}
			test(t, in)
		})
	}
}

// checkReport checks that the handler got one error with these violations, or none if there are none or in mode Off.
func (in *inMode) checkReport(t *testing.T, sid string, found ...string) {
	t.Helper()
	if in.Mode == flexflow.Off {
		found = nil
	}
	if len(in.reported) != min(len(found), 1) {
		t.Fatalf("the handler got %v, want %q", in.reported, found)
	}
	for _, invalid := range in.reported {
		checkListError(t, invalid)
		wantViolations(t, invalid, found...)
		if invalid.Operation != "ListFlexFlow" || invalid.SID != sid || invalid.StatusCode != 200 || invalid.Attempts != 1 {
			t.Errorf("the handler got %+v, want the SID %q", invalid, sid)
		}
	}
}

func TestListFlexFlows_pages(t *testing.T) {
	t.Parallel()
	for _, row := range []struct{ flows, size, pages int }{
		{0, 50, 1}, {1, 1, 1}, {49, 50, 1}, {50, 50, 1}, {51, 50, 2}, {100, 1, 100}, {1001, 1000, 2},
	} {
		fake, client := fakeWithFlows(t, row.flows)
		listAll(t, client.ListFlexFlows(t.Context(), pageSize(row.size)), row.flows, nil)
		if n := len(fake.Requests()); n != row.pages {
			t.Errorf("%d requests for pages of %d, want %d", n, row.size, row.pages)
		}
		for _, r := range fake.Requests() {
			if r.Query.Get("PageSize") != strconv.Itoa(row.size) {
				t.Errorf("the query is %v", r.Query)
			}
		}
	}
}

func TestListFlexFlows_params(t *testing.T) {
	t.Parallel()
	for want, params := range map[string]*flexflow.ListFlexFlowParams{
		"PageSize=200":                                nil,
		"PageSize=1000":                               pageSize(1000),
		"Page=0&PageSize=1":                           {PageSize: new(1), Page: new(0)},
		"FriendlyName=&PageSize=200":                  {FriendlyName: new("")},
		"Page=3&PageSize=200&PageToken=PA-token%2F1":  {Page: new(3), PageToken: new(listToken)},
		"FriendlyName=Zo%C3%AB+%26+sons&PageSize=200": {FriendlyName: new(listName)},
	} {
		s := listsPages(listPage(nextPage("Page=4&PageToken=x"), listFlow(0)), listPage("null", listFlow(1)))
		before := encode(t, params)
		listAll(t, s.client(t).ListFlexFlows(t.Context(), params), 2, nil)
		if got := s.requests[0].URL.Query().Encode(); got != want {
			t.Errorf("the query is %s, want %s", got, want)
		}
		if after := encode(t, params); after != before {
			t.Errorf("the list changed the parameters from %s to %s", before, after)
		}
	}
}

func TestListFlexFlows_invalidParams(t *testing.T) {
	t.Parallel()
	s := listsPages()
	client, below := s.client(t), &flexflow.ListFlexFlowParams{Page: new(-1)}
	for want, row := range map[string]struct {
		client *flexflow.Client
		ctx    context.Context
		params *flexflow.ListFlexFlowParams
	}{
		"PageSize: number must be at least 1; nothing was sent": {client, t.Context(), pageSize(0)},
		"PageSize: number must be at most 1000":                 {client, t.Context(), pageSize(1001)},
		"Page: number must be at least 0":                       {client, t.Context(), below},
		"a context":                                             {client, nil, pageSize(1)},
		"a Client made by New":                                  {new(flexflow.Client), t.Context(), pageSize(1)},
	} {
		row.params.FriendlyName, row.params.PageToken = new(listName), new(listToken)
		last := listAll(t, row.client.ListFlexFlows(row.ctx, row.params), 0, flexflow.ErrInvalidConfig)
		if len(s.requests) != 0 || !strings.Contains(fmt.Sprint(last.Err), want) {
			t.Errorf("%d requests and %v, want %s", len(s.requests), last.Err, want)
		}
	}
}

// A page is requested when the loop needs it, and each loop is a list of its own.
func TestListFlexFlows_loops(t *testing.T) {
	t.Parallel()
	fake, client := fakeWithFlows(t, 5)
	seq := client.ListFlexFlows(t.Context(), pageSize(2))
	for i, sent := range []int{1, 1, 2, 2, 3} {
		before, n := len(fake.Requests()), 0
		for f := range seq {
			if f.SID != sidOf(n) || f.Err != nil {
				t.Errorf("result %d is %+v", n, f)
			}
			if n++; n > i {
				break
			}
		}
		if got := len(fake.Requests()) - before; got != sent {
			t.Errorf("%d requests for %d results, want %d", got, n, sent)
		}
	}
}

func TestListFlexFlows_response(t *testing.T) {
	t.Parallel()
	flows := []string{listFlow(0, ` "friendly_name" : "Zo\u00eb" `, `"unknown":[1, {}]`), listFlow(1), `{}`}
	s := listsPages(listPage(nextPage("Page=1"), " "+flows[0]+"\n", flows[1]), listPage("null", flows[2]))
	results, last := list(t, s.client(t).ListFlexFlows(t.Context(), nil))
	if len(results) != 3 || last.Err != nil {
		t.Fatalf("%d results, then %v", len(results), last.Err)
	}
	if name := flexflow.Value(results[0].Flow.FriendlyName); name != "Zoë" {
		t.Errorf("the name is %q", name)
	}
	for i, f := range results {
		want, r := "RQ"+strconv.Itoa(i/2), f.Response
		if r.RequestID != want || r.Header.Get("Twilio-Request-Id") != want || r.StatusCode != 200 || r.Attempts != 1 {
			t.Errorf("the response of result %d is %+v", i, r)
		}
		if string(r.Body) != flows[i] {
			t.Errorf("the body of result %d is %s, want %s", i, r.Body, flows[i])
		}
		clear(r.Body[:cap(r.Body)]) // the next one has memory of its own
	}
}

// A flow that violates the contract costs only its own result.
func TestListFlexFlows_flowThatViolates(t *testing.T) {
	t.Parallel()
	const at, rejected = "/flex_flows/1", ""
	fax, malformed := `{"channel_type":"fax","sid":"`+sidOf(1)+`"}`, `{"sid":"FO1"}`
	twice := listFlow(1, `"integration":{"a":[{"b":1,"b":1}]}`)
	for _, row := range []struct {
		name, flow, sid string
		found           string // the violations
		report, off     string // the flow in these modes
	}{
		{"an unknown value", fax, sidOf(1), at + "/channel_type enum", fax, fax},
		{"a wrong type", listFlow(1, `"url":7`), sidOf(1), at + "/url type", listFlow(1), rejected},
		{"two wrong types", `{"sid":[],"url":7}`, "", at + "/sid type, " + at + "/url type", "{}", rejected},
		{"a duplicate name", twice, sidOf(1), at + "/integration/a/0/b duplicate", rejected, rejected},
		{"invalid UTF-8", listFlow(1, "\"url\":\"\xff\""), sidOf(1), at + "/url json", rejected, rejected},
		{"a huge number", listFlow(1, `"integration":{"a":1e999}`), sidOf(1), at + "/integration/a type", rejected, rejected},
		{"null", "null", "", at + " nullable", rejected, rejected},
		{"a list", "[]", "", at + " type", rejected, rejected},
		{"an error", `{"code":20404,"message":"Not found"}`, "", at + " properties", "{}", "{}"},
		{"a SID by the wrong name", `{"SID":"` + sidOf(1) + `"}`, "", at + " properties", "{}", "{}"},
		{"a malformed SID", malformed, "", at + "/sid minLength, " + at + "/sid pattern", malformed, malformed},
	} {
		inEachMode(t, row.name, func(t *testing.T, in *inMode) {
			s := listsPages(listPage("null", listFlow(0), row.flow, listFlow(2)))
			results, last := list(t, s.client(t, in.opts...).ListFlexFlows(in.ctx, nil))
			if len(results) != 3 || last.Err != nil {
				t.Fatalf("%d results, then %v", len(results), last.Err)
			}
			checkSIDs(t, results[:1], 0, 1)
			checkSIDs(t, results[2:], 2, 1)

			got, found := results[1], violationsIn(row.found)
			want := map[flexflow.Mode]string{flexflow.Report: row.report, flexflow.Off: row.off}[in.Mode]
			if in.Mode == flexflow.Off && want != rejected {
				found = nil
			} else if in.Mode == flexflow.Off {
				found = found[:1] // the only one that decoding meets
			}
			if want == rejected {
				wantViolations(t, got.Err, found...)
				if strings.Contains(got.Err.Error(), sidOf(1)) != (row.sid != "") {
					t.Errorf("the error of %s is %v", row.flow, got.Err)
				}
			} else if flow := encode(t, got.Flow); flow != want {
				t.Errorf("the flow is %s, want %s", flow, want)
			}
			if in.Mode != flexflow.Off && got.SID != row.sid {
				t.Errorf("the SID is %q, want %q", got.SID, row.sid)
			}
			if string(got.Response.Body) != row.flow || len(got.Response.Violations) != len(found) {
				t.Errorf("the response is %+v", got.Response)
			}
			in.checkReport(t, got.SID, found...)
		})
	}
}

// What is wrong around the flows of a page ends the list, in every mode.
func TestListFlexFlows_pageThatViolates(t *testing.T) {
	t.Parallel()
	flow, good := listFlow(7), listPage("null", listFlow(7))
	const end = `,"meta":{"next_page_url":null}}`
	tooMany := listPage("null", slices.Repeat([]string{"{}"}, 1001)...)
	for _, row := range []struct{ name, body, header, found string }{
		{"an empty object", `{}`, "", "/flex_flows required, /meta required"},
		{"null", `null`, "", "nullable"},
		{"only the list", `[` + flow + `]`, "", "type"},
		{"nothing", ``, "", "json"},
		{"another content type", good, "Content-Type: text/html", "content-type"},
		{"an encoding", good, "Content-Encoding: br", "content-encoding"},
		{"cut in a flow", good[:30], "", "/flex_flows/0/sid json"},
		{"cut after a flow", strings.TrimSuffix(good, "]"+end), "", "/flex_flows json"},
		{"cut after the flows", good[:len(good)-20], "", "/meta json"},
		{"text after the page", good + `x`, "", "json"},
		{"two lists", `{"flex_flows":[{}],` + good[1:], "", "/flex_flows duplicate"},
		{"null before the list", `{"flex_flows":null,` + good[1:], "", "/flex_flows duplicate"},
		{"a malformed flow", listPage("null", flow, `{"sid":}`), "", "/flex_flows/1/sid json"},
		{"a flow too few", listPage("null", flow, ``), "", "/flex_flows json"},
		{"more flows than a client can ask for", tooMany, "", "/flex_flows maxItems"},
		{"flows that are null", `{"flex_flows":null` + end, "", "/flex_flows nullable"},
		{"flows in an object", `{"flex_flows":{}` + end, "", "/flex_flows type"},
		{"flows by another name", `{"Flex_Flows":[]` + end, "", "/flex_flows required"},
		{"no meta", `{"flex_flows":[` + flow + `]}`, "", "/meta required"},
		{"no next_page_url", `{"flex_flows":[],"meta":{"page":0}}`, "", "/meta/next_page_url required"},
		{"two next_page_urls", listPage(`null,"next_page_url":null`), "", "/meta/next_page_url duplicate"},
		{"a URL that is relative", listPage(`"/v1/FlexFlows?Page=1"`), "", "/meta/next_page_url format"},
		{"invalid UTF-8", listPage("null,\"key\":\"\xff\""), "", "/meta/key json"},
	} {
		inEachMode(t, row.name, func(t *testing.T, in *inMode) {
			s := listsPages(listPage(nextPage("Page=1"), listFlow(0)), row.body)
			if name, value, ok := strings.Cut(row.header, ": "); ok {
				s.pages[1].Header.Set(name, value)
			}
			last := listAll(t, s.client(t, in.opts...).ListFlexFlows(in.ctx, nil), 1, flexflow.ErrIncomplete)
			found := violationsIn(row.found)
			wantViolations(t, last.Err, found...)
			r := last.Response
			if r.RequestID != "RQ1" || string(r.Body) != row.body || len(r.Violations) != len(found) {
				t.Errorf("the response is %+v", r)
			}
			in.checkReport(t, "", found...)
		})
	}
}

// The place of a violation is one of the whole body, although the flows are not validated with it.
func TestListFlexFlows_placeOfViolation(t *testing.T) {
	t.Parallel()
	body := listPage("null", listFlow(0), listFlow(1)) + "x"
	_, last := list(t, listsPages(body).client(t).ListFlexFlows(t.Context(), nil))
	if want := fmt.Sprintf("byte %d is malformed", len(body)-1); !strings.Contains(fmt.Sprint(last.Err), want) {
		t.Errorf("got %v, want %s", last.Err, want)
	}
}

func TestListFlexFlows_nextPage(t *testing.T) {
	t.Parallel()
	const place = "Page=1&PageSize=2"
	for next, want := range map[string]string{
		nextPage("PageSize=2&PageToken=PA-token%2F1"):                  "PageSize=2&PageToken=PA-token%2F1",
		nextPage("Page=3&PageToken=PA1"):                               "Page=3&PageSize=2&PageToken=PA1",
		nextPage("Page=1&PageSize=3"):                                  "Page=1&PageSize=3",
		nextPage("PageToken=PA1"):                                      "PageSize=2&PageToken=PA1",
		nextPage("Page=1&FriendlyName=other"):                          place,
		nextPage("Page=1&Limit=1&AccountSid=AC1&page=7"):               place,
		`"https://evil.example.com/v1/FlexFlows?Page=1"`:               place,
		`"https://flex.example.com/v1/Accounts?Page=1#flows"`:          place,
		`"http://flex.example.com:80/v1/FlexFlows?Page=1"`:             place,
		`"https://user:password@flex.example.com/v1/FlexFlows?Page=1"`: place,
		`"mailto:someone@example.com?Page=1"`:                          place,
	} {
		s := listsPages(listPage(next, listFlow(0)), listPage("null", listFlow(1)))
		params := flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(2), Page: new(0)}
		listAll(t, s.client(t).ListFlexFlows(t.Context(), &params), 2, nil)
		first, second := s.requests[0], s.requests[1]
		want := exampleURL + "/gateway/v1/FlexFlows?FriendlyName=Zo%C3%AB+%26+sons&" + want
		second.URL.RawQuery = second.URL.Query().Encode()
		if got := second.URL.String(); got != want || second.Host != first.Host {
			t.Errorf("%s: the second request is for %s at %s, want %s", next, got, second.Host, want)
		}
		if !maps.EqualFunc(first.Header, second.Header, slices.Equal) {
			t.Errorf("%s: the second request has the header %v, the first %v", next, second.Header, first.Header)
		}
	}
}

// The flows before a next_page_url that leads nowhere are results.
func TestListFlexFlows_invalidNextPage(t *testing.T) {
	t.Parallel()
	const unusable = "its query is invalid, or has neither Page nor PageToken"
	const seen = "it leads to a page that was listed before"
	third := &flexflow.ListFlexFlowParams{Page: new(2), PageToken: new("PA2")}
	for _, row := range []struct {
		name, reason string
		params       *flexflow.ListFlexFlowParams
		queries      []string // of next_page_url, page by page
	}{
		{"no query", unusable, nil, []string{""}},
		{"only a page size", unusable, third, []string{"PageSize=2"}},
		{"names in another case", unusable, nil, []string{"page=1&pagetoken=PA1"}},
		{"text for a number", unusable, nil, []string{"Page=1", "Page=two"}},
		{"a page below 0", unusable, nil, []string{"Page=-1"}},
		{"a page size of 1001", unusable, nil, []string{"PageSize=1001&PageToken=PA1"}},
		{"a semicolon", unusable, nil, []string{"Page=1&Limit=1;2"}},
		{"the first page", seen, nil, []string{"Page=0"}},
		{"an empty token", seen, nil, []string{"PageToken="}},
		{"the same page", seen, nil, []string{"Page=1", "Page=1"}},
		{"an earlier token", seen, nil, []string{"PageToken=a", "PageToken=b", "PageToken=a"}},
		{"the page that was asked for", seen, third, []string{"Page=3&PageToken=PA3", "Page=2&PageToken=PA2"}},
	} {
		inEachMode(t, row.name, func(t *testing.T, in *inMode) {
			var bodies []string
			for i, query := range row.queries {
				bodies = append(bodies, listPage(nextPage(query), listFlow(i)))
			}
			s := listsPages(bodies...)
			pages := s.client(t, in.opts...).ListFlexFlows(in.ctx, row.params)
			last := listAll(t, pages, len(bodies), flexflow.ErrIncomplete)
			wantViolations(t, last.Err, "/meta/next_page_url next page")
			if len(s.requests) != len(bodies) || !strings.Contains(last.Err.Error(), row.reason) {
				t.Errorf("%d requests and %v, want %d and %s", len(s.requests), last.Err, len(bodies), row.reason)
			}
			in.checkReport(t, "", "/meta/next_page_url next page")
		})
	}
}

// A list that ends early says why, on any page.
func TestListFlexFlows_failingPage(t *testing.T) {
	t.Parallel()
	type script = func(*flexflowtest.Script)
	status := func(status int) script { return func(s *flexflowtest.Script) { s.Status(status) } }
	violate := func(s *flexflowtest.Script) { s.Violate("/meta/next_page_url") }
	for _, row := range []struct {
		script script
		want   string // the beginning of the cause
		match  error
	}{
		{status(400), "HTTP 400", flexflow.ErrIncomplete},
		{status(401), "HTTP 401", flexflow.ErrUnauthorized},
		{status(404), "HTTP 404", flexflow.ErrNotFound},
		{status(429), "HTTP 429", flexflow.ErrRateLimited},
		{status(503), "HTTP 503", flexflow.ErrServer},
		{status(206), "HTTP 206", flexflow.ErrInvalidResponse},
		{status(302), "HTTP 302", flexflow.ErrInvalidResponse},
		{func(s *flexflowtest.Script) { s.Drop() }, "request failed", io.ErrUnexpectedEOF},
		{func(s *flexflowtest.Script) { s.Truncate() }, "request failed", io.ErrUnexpectedEOF},
		{violate, "the response violates the contract: /meta/next_page_url", flexflow.ErrInvalidResponse},
	} {
		for before := range 2 {
			fake, client := fakeWithFlows(t, 4, flexflow.WithRetries(0))
			script := fake.OnList()
			if before > 0 {
				script.Succeed().Then()
			}
			row.script(script)
			params := &flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(2)}
			last := listAll(t, client.ListFlexFlows(t.Context(), params), 2*before, row.match)
			text := fmt.Sprint(last.Err)
			if !strings.HasPrefix(text, "flexflow: incomplete: ListFlexFlow: "+row.want) || strings.Contains(text, "attempts") {
				t.Errorf("after %d pages, the list ended with %s, want %s", before, text, row.want)
			}
		}
	}
}

func TestListFlexFlows_context(t *testing.T) {
	t.Parallel()
	for after, row := range map[int]struct { // the number of results after which the loop cancels
		results, requests int
		cause             error
	}{
		0: {0, 0, context.Canceled},
		1: {3, 1, context.Canceled},
		3: {3, 1, context.Canceled},
		4: {6, 2, nil}, // in the last page
		6: {6, 2, nil},
	} {
		s := listsPages(
			listPage(nextPage("Page=1"), listFlow(0), listFlow(1), listFlow(2)),
			listPage("null", listFlow(3), listFlow(4), listFlow(5)),
		)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		last := listAll(t, func(yield func(flexflow.Fetched) bool) {
			n := 0
			if n == after {
				cancel()
			}
			for f := range s.client(t).ListFlexFlows(ctx, nil) {
				if n++; n == after {
					cancel()
				}
				yield(f)
			}
		}, row.results, row.cause)
		_, failed := errors.AsType[*flexflow.TransportError](last.Err)
		if failed != (row.cause != nil) || len(s.requests) != row.requests {
			t.Errorf("after %d results: %d requests, then %v, want %d", after, len(s.requests), last.Err, row.requests)
		}
	}
}

// Each page is fetched as a flow is: with retries, Retry-After, timeouts and log records.
func TestListFlexFlows_retries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		fake, client := fakeWithFlows(t, 5, flexflow.WithMaxWait(2*time.Hour), flexflow.WithLogger(logger))
		fake.OnList().Status(429).RetryAfter(time.Hour).Then().Succeed().Then().
			Slow(time.Hour).Then().Drop().Then().Succeed().Then().
			Succeed().Then().
			Truncate().Then().Succeed().Then().
			Status(503).Times(4)
		begin := time.Now()
		params := &flexflow.ListFlexFlowParams{FriendlyName: new(listName), PageSize: new(1)}
		results, last := list(t, client.ListFlexFlows(t.Context(), params))
		checkSIDs(t, results, 0, 4)
		attempts := []int{as[*flexflow.APIError](t, last.Err).Attempts}
		for _, f := range results {
			attempts = append(attempts, f.Response.Attempts)
		}
		if want := []int{4, 2, 3, 1, 2}; !slices.Equal(attempts, want) {
			t.Errorf("the last page and those before it took %v attempts, want %v", attempts, want)
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

// padPage returns a page of this size with one flow. The spaces before it are read only once.
func padPage(size int) string {
	page := listPage("null", listFlow(0))
	flow := strings.Index(page, "[") + 1
	return page[:flow] + strings.Repeat(" ", size-len(page)) + page[flow:]
}

func TestListFlexFlows_size(t *testing.T) {
	t.Parallel()
	var named []string
	for i := range 1000 {
		named = append(named, listFlow(i, `"friendly_name":"`+strings.Repeat("☎", 400)+`"`))
	}
	options := func(opts ...flexflow.Option) []flexflow.Option { return opts }
	report, off := flexflow.WithValidation(flexflow.Report), flexflow.WithValidation(flexflow.Off)
	higher := flexflow.WithMaxResponseBytes(pageLimit + 1)
	for name, row := range map[string]struct {
		body  string
		opts  []flexflow.Option
		flows int
		end   error
	}{
		"1,000 long names":     {listPage("null", named...), nil, 1000, nil},
		"16 MiB":               {padPage(pageLimit), options(flexflow.WithMaxResponseBytes(1)), 1, nil},
		"above 16 MiB":         {padPage(pageLimit + 1), nil, 0, flexflow.ErrResponseTooLarge},
		"above, mode Off":      {padPage(pageLimit + 1), options(off), 0, flexflow.ErrResponseTooLarge},
		"a higher limit":       {padPage(pageLimit + 1), options(higher), 1, nil},
		"above a higher limit": {padPage(pageLimit + 2), options(higher, report), 0, flexflow.ErrResponseTooLarge},
	} {
		last := listAll(t, listsPages(row.body).client(t, row.opts...).ListFlexFlows(t.Context(), nil), row.flows, row.end)
		if row.end != nil && !errors.Is(last.Err, flexflow.ErrInvalidResponse) {
			t.Errorf("%s: the list ended with %v", name, last.Err)
		}
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
		s := &listServer{pages: []*http.Response{page}}
		results := slices.Collect(s.client(t).ListFlexFlows(t.Context(), nil))
		if len(results) != 1 {
			t.Fatalf("%s: %d results, want 1", name, len(results))
		}
		f := results[0]
		text := fmt.Sprintf("%v %+v %q %q", f.Err, f.Err, f.Response.Header, f.Response.Body)
		if f.Err == nil || strings.Contains(text, authToken) || !strings.Contains(text, "[redacted]") {
			t.Errorf("%s: got %s", name, text)
		}
	}
}

func TestNewTransport_list(t *testing.T) {
	t.Parallel()
	flow, elsewhere := listFlow(0), `"https://flex-api.twilio.com/v1/FlexFlows/?Page=1"`
	tooMany := listPage("null", slices.Repeat([]string{"{}"}, 1001)...)
	for _, row := range []struct{ name, body, found string }{
		{"a page", listPage(nextPage("Page=1"), flow, listFlow(1)), ""},
		{"an empty object", `{}`, "/flex_flows required, /meta required"},
		{"several flows", listPage("null", "7", flow, `{"enabled":1}`), "/flex_flows/0 type, /flex_flows/2/enabled type"},
		{"a flow and the page", listPage(`"x"`, flow, `null`), "/meta/next_page_url format, /flex_flows/1 nullable"},
		{"a duplicate name", listPage("null", `{"a":1,"a":2}`, `7`), "/flex_flows/0/a duplicate, /flex_flows/1 type"},
		{"a next page elsewhere", listPage(elsewhere, flow), "/meta/next_page_url next page"},
		{"too many flows", tooMany, "/flex_flows maxItems"},
		{"text after it", listPage("null", flow) + "x", "json"},
		{"2 MiB", padPage(2 << 20), ""},
		{"above 16 MiB", padPage(pageLimit + 1), "size"},
	} {
		inEachMode(t, row.name, func(t *testing.T, in *inMode) {
			base := responding(200, row.body)
			u := &url.URL{Path: "/gateway/v1/FlexFlows", RawQuery: url.Values{"FriendlyName": {listName}}.Encode()}
			req := (&http.Request{URL: u, Header: http.Header{}}).WithContext(in.ctx) // no method means GET
			resp, err := flexflow.NewTransport(base, in.opts...).RoundTrip(req)
			found := violationsIn(row.found)
			in.checkReport(t, "", found...)
			if len(found) > 0 && in.Mode == flexflow.Enforce {
				checkListError(t, err)
				wantViolations(t, err, found...)
				if errors.Is(err, flexflow.ErrResponseTooLarge) != (row.found == "size") {
					t.Errorf("%v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if body, err := io.ReadAll(resp.Body); err != nil || string(body) != row.body || resp.StatusCode != 200 {
				t.Errorf("the body has %d bytes and the error %v, want %d bytes", len(body), err, len(row.body))
			}
		})
	}
}
