package flexflowtest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

// sidOf returns the SID of the flow with this number.
func sidOf(number int) string { return fmt.Sprintf("FO%032x", number) }

// putFlows puts flows with the numbers from 1 to n. Every third has the friendly name "third & last".
func putFlows(t *testing.T, h *flexflowtest.Handler, n int) {
	t.Helper()
	for i := range n {
		name := map[bool]string{true: "third & last", false: "other"}[i%3 == 2]
		if err := h.Put(flexflow.FlexFlow{SID: new(sidOf(i + 1)), FriendlyName: &name}); err != nil {
			t.Fatal(err)
		}
	}
}

// page requests a page, which must satisfy the contract.
func page(t *testing.T, client *http.Client, url string) gen.FlexFlowPage {
	t.Helper()
	resp, body := do(t, client, newRequest(t, "GET", url))
	checkHeaders(t, resp)
	var tree any
	var page gen.FlexFlowPage
	if err := errors.Join(json.Unmarshal(body, &tree), json.Unmarshal(body, &page)); err != nil {
		t.Fatalf("%s: %d %s: %v", url, resp.StatusCode, body, err)
	}
	if err := success(listPath).Schema.Value.VisitJSON(tree); err != nil || resp.StatusCode != 200 {
		t.Fatalf("%s: got %d %s: %v", url, resp.StatusCode, body, err)
	}
	return page
}

// pages requests all pages, from the first one to the last one and back, and returns how many flows each has. The flows
// must be those with the given SIDs, in both directions.
func pages(t *testing.T, client *http.Client, first string, sids []string) (sizes []int) {
	t.Helper()
	var got []string
	var last gen.FlexFlowPage
	for next := &first; next != nil; next = last.Meta.NextPageURL {
		last = page(t, client, *next)
		sizes = append(sizes, len(last.FlexFlows))
		got = append(got, sidsOf(last)...)
	}
	if !slices.Equal(got, sids) {
		t.Errorf("got the flows %v", got)
	}
	back := sidsOf(last)
	for last.Meta.PreviousPageURL != nil {
		last = page(t, client, *last.Meta.PreviousPageURL)
		back = append(sidsOf(last), back...)
	}
	if !slices.Equal(back, sids) {
		t.Errorf("got the flows %v on the way back", back)
	}
	return sizes
}

func sidsOf(page gen.FlexFlowPage) (sids []string) {
	for _, flow := range page.FlexFlows {
		sids = append(sids, *flow.SID)
	}
	return sids
}

func TestList_pages(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	var all, thirds []string
	for i := range 120 {
		if all = append(all, sidOf(i+1)); i%3 == 2 {
			thirds = append(thirds, sidOf(i+1))
		}
	}
	for query, want := range map[string][]int{"": {0}, "?PageSize=7": {0}} {
		if got := pages(t, srv.HTTPClient(), srv.URL+listPath+query, nil); !slices.Equal(got, want) {
			t.Errorf("%q: got the page sizes %v of no flows, want %v", query, got, want)
		}
	}
	putFlows(t, srv.Handler, 120)
	srv.Put(flexflow.FlexFlow{SID: new(sidOf(3)), FriendlyName: new("third & last")}) // keeps its place
	for query, test := range map[string]struct {
		sids  []string
		sizes []int
	}{
		"":               {all, []int{50, 50, 20}},
		"?PageSize=1000": {all, []int{120}},
		"?PageSize=120":  {all, []int{120}},
		"?PageSize=119":  {all, []int{119, 1}},
		"?PageSize=1":    {all, slices.Repeat([]int{1}, 120)},
		"?FriendlyName=third+%26+last&PageSize=15": {thirds, []int{15, 15, 10}},
		"?FriendlyName=thir":                       {nil, []int{0}},
		"?Unknown=1&PageSize=60":                   {all, []int{60, 60}},
	} {
		if got := pages(t, srv.HTTPClient(), srv.URL+listPath+query, test.sids); !slices.Equal(got, test.sizes) {
			t.Errorf("%q: got the page sizes %v, want %v", query, got, test.sizes)
		}
	}
}

func TestList_meta(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	putFlows(t, srv.Handler, 120)
	first := page(t, srv.HTTPClient(), srv.URL+listPath+"?FriendlyName=third+%26+last&PageSize=15")
	second := page(t, srv.HTTPClient(), *first.Meta.NextPageURL)
	third := page(t, srv.HTTPClient(), *second.Meta.NextPageURL)
	for i, page := range []gen.FlexFlowPage{first, second, third} {
		if key, n, size := *page.Meta.Key, *page.Meta.Page, *page.Meta.PageSize; key != "flex_flows" || n != i || size != 15 {
			t.Errorf("page %d: got the key %q, the number %d and the size %d", i, key, n, size)
		}
		if *page.Meta.FirstPageURL != *first.Meta.URL {
			t.Errorf("page %d: got the first page %s", i, *page.Meta.FirstPageURL)
		}
	}
	ahead, back := first.Meta.NextPageURL, second.Meta.PreviousPageURL
	if *ahead != *second.Meta.URL || *back != *first.Meta.URL || *third.Meta.PreviousPageURL != *second.Meta.URL {
		t.Errorf("the links do not fit: %+v, %+v, %+v", first.Meta, second.Meta, third.Meta)
	}
	if first.Meta.PreviousPageURL != nil || third.Meta.NextPageURL != nil {
		t.Errorf("the first page has a page before it, or the last page has one after it")
	}
	want := url.Values{"FriendlyName": {"third & last"}, "PageSize": {"15"}, "Page": {"1"}, "PageToken": {"PA15"}}
	if got := srv.Requests()[1].Query; got.Encode() != want.Encode() {
		t.Errorf("the second page has the query %v, want %v", got, want)
	}
}

// The links lead to the host that the request named.
func TestList_host(t *testing.T) {
	t.Parallel()
	h := flexflowtest.NewHandler()
	putFlows(t, h, 3)
	client := &http.Client{Transport: h.Transport()}
	for _, base := range []string{"https://flex-api.twilio.com", "http://flex-api.twilio.com:8080"} {
		first := page(t, client, base+listPath+"?PageSize=1").Meta
		start := base + listPath + "?PageSize=1&Page="
		if *first.URL != start+"0" || *first.NextPageURL != start+"1&PageToken=PA1" {
			t.Errorf("got %s with the next page %s", *first.URL, *first.NextPageURL)
		}
		pages(t, client, base+listPath+"?PageSize=1", []string{sidOf(1), sidOf(2), sidOf(3)})
	}
}

// Twilio refuses such a query with status 400.
func TestList_invalidQuery(t *testing.T) {
	t.Parallel()
	srv := flexflowtest.NewServer(t)
	putFlows(t, srv.Handler, 3)
	for query, want := range map[string]string{
		"PageSize=0":                  "Invalid PageSize: number must be at least 1",
		"PageSize=1001":               "Invalid PageSize: number must be at most 1000",
		"PageSize=ten":                "Invalid PageSize: value must be an integer",
		"PageSize=":                   "Invalid PageSize: value must be an integer",
		"PageSize=1.5":                "Invalid PageSize: value must be an integer",
		"Page=-1&PageToken=PA1":       "Invalid Page: number must be at least 0",
		"Page=1":                      "PageToken is required for paging.",
		"PageToken=PA3":               "Invalid PageToken.",
		"PageToken=PA-1":              "Invalid PageToken.",
		"PageToken=x":                 "Invalid PageToken.",
		"PageToken=PA2&FriendlyName=": "Invalid PageToken.", // no flow has this name
	} {
		resp, body := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL+listPath+"?"+query))
		var refusal gen.Error
		if err := json.Unmarshal(body, &refusal); err != nil {
			t.Fatal(err)
		}
		code, message := flexflow.Value(refusal.Code), flexflow.Value(refusal.Message)
		if resp.StatusCode != 400 || code != 20001 || message != want {
			t.Errorf("%s: got %d %s, want %q", query, resp.StatusCode, body, want)
		}
	}
}

func TestScript_list(t *testing.T) {
	t.Parallel()
	const elsewhere = "https://elsewhere.example.com/?PageToken=PA1"
	for _, test := range []struct {
		name   string
		script func(*flexflowtest.Handler)
		status int
		want   []string // in the body
	}{
		{"a violation", func(h *flexflowtest.Handler) { h.OnList().Violate("/flex_flows/7/channel_type") },
			200, []string{`"channel_type":"violation"`}},
		{"several violations", func(h *flexflowtest.Handler) {
			h.OnList().Violate("/flex_flows/7/sid").Violate("/flex_flows/0/enabled").Violate("/meta/next_page_url")
		}, 200, []string{`"sid":"violation"`, `"enabled":"violation"`, `"next_page_url":"violation"`}},
		{"a violation of any request", func(h *flexflowtest.Handler) { h.Next().Violate("/flex_flows") },
			200, []string{`"flex_flows":"violation"`}},
		{"own values", func(h *flexflowtest.Handler) {
			h.OnList().Set("/meta/next_page_url", elsewhere).Set("/flex_flows/0", nil).Set("/flex_flows/1/integration", 7)
		}, 200, []string{`"next_page_url":"` + elsewhere + `"`, `"flex_flows":[null,{`, `"integration":7`}},
		{"a status", func(h *flexflowtest.Handler) { h.OnList().Status(503) }, 503, []string{`"code":20503`}},
		{"another success", func(h *flexflowtest.Handler) { h.OnList().Status(206) }, 206, []string{sidOf(8)}},
		{"a body", func(h *flexflowtest.Handler) { h.OnList().Body([]byte(`{}`)) }, 200, []string{`{}`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			srv := flexflowtest.NewServer(t)
			putFlows(t, srv.Handler, 8)
			test.script(srv.Handler)
			resp, body := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL+listPath))
			for _, want := range test.want {
				if resp.StatusCode != test.status || !strings.Contains(string(body), want) {
					t.Errorf("got %d %s, want %d with %s", resp.StatusCode, body, test.status, want)
				}
			}
			if n := len(page(t, srv.HTTPClient(), srv.URL+listPath).FlexFlows); n != 8 {
				t.Errorf("got %d flows after the script", n)
			}
		})
	}
}

func TestScript_listFails(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]func(*flexflowtest.Script){
		"drop":     func(s *flexflowtest.Script) { s.Drop() },
		"truncate": func(s *flexflowtest.Script) { s.Truncate() },
	} {
		srv := flexflowtest.NewServer(t)
		putFlows(t, srv.Handler, 8)
		script(srv.OnList())
		resp, err := srv.HTTPClient().Do(newRequest(t, "GET", srv.URL+listPath))
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// The script of one operation does not apply to another.
func TestScript_ofOneOperation(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	srv.OnList().Status(500).Then().Status(501)
	srv.On(storedSID).Status(502)
	srv.Next().Status(503).Then().Status(504)
	var got []int
	for _, path := range []string{listPath, flowPath + storedSID, flowPath + storedSID, listPath, listPath, listPath} {
		resp, _ := do(t, srv.HTTPClient(), newRequest(t, "GET", srv.URL+path))
		got = append(got, resp.StatusCode)
	}
	if want := []int{500, 502, 503, 501, 504, 200}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
