package flexflowtest_test

import (
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

// page requests a page, which must satisfy the contract.
func page(t *testing.T, h *flexflowtest.Handler, url string) gen.FlexFlowPage {
	t.Helper()
	resp := get(t, h, url)
	checkHeaders(t, resp.Header())
	var tree any
	var page gen.FlexFlowPage
	err := errors.Join(json.Unmarshal(resp.Body.Bytes(), &tree), json.Unmarshal(resp.Body.Bytes(), &page))
	if err := errors.Join(err, success(listPath).Schema.Value.VisitJSON(tree)); err != nil || resp.Code != 200 {
		t.Fatalf("%s: got %d %s: %v", url, resp.Code, resp.Body, err)
	}
	return page
}

// pages requests all pages, from the first one to the last one and back, and returns how many flows each has. The flows
// must be those with the given SIDs, in both directions.
func pages(t *testing.T, h *flexflowtest.Handler, first string, sids []string) (sizes []int) {
	t.Helper()
	var got []string
	var last gen.FlexFlowPage
	for next := &first; next != nil; next = last.Meta.NextPageURL {
		last = page(t, h, *next)
		sizes = append(sizes, len(last.FlexFlows))
		got = append(got, sidsOf(last)...)
	}
	back := sidsOf(last)
	for last.Meta.PreviousPageURL != nil {
		last = page(t, h, *last.Meta.PreviousPageURL)
		back = append(sidsOf(last), back...)
	}
	if !slices.Equal(got, sids) || !slices.Equal(back, sids) {
		t.Errorf("%s: got the flows %v and on the way back %v", first, got, back)
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
	var all, thirds []string
	for i := range 120 {
		if all = append(all, sidOf(i+1)); i%3 == 2 {
			thirds = append(thirds, sidOf(i+1))
		}
	}
	none, h := flexflowtest.NewHandler(), newHandler(t, 120)
	replaced := flexflow.FlexFlow{SID: new(sidOf(3)), FriendlyName: new("third & last")}
	if err := h.Put(replaced); err != nil { // keeps its place
		t.Fatal(err)
	}
	for _, test := range []struct {
		h     *flexflowtest.Handler
		query string
		sids  []string
		sizes []int
	}{
		{none, "", nil, []int{0}},
		{none, "?PageSize=7", nil, []int{0}},
		{h, "", all, []int{50, 50, 20}},
		{h, "?PageSize=1000", all, []int{120}},
		{h, "?PageSize=120", all, []int{120}},
		{h, "?PageSize=119", all, []int{119, 1}},
		{h, "?PageSize=1", all, slices.Repeat([]int{1}, 120)},
		{h, "?FriendlyName=third+%26+last&PageSize=15", thirds, []int{15, 15, 10}},
		{h, "?FriendlyName=thir", nil, []int{0}},
		{h, "?Unknown=1&PageSize=60", all, []int{60, 60}},
	} {
		if got := pages(t, test.h, "http://fake"+listPath+test.query, test.sids); !slices.Equal(got, test.sizes) {
			t.Errorf("%q: got the page sizes %v, want %v", test.query, got, test.sizes)
		}
	}
}

func TestList_meta(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 120)
	first := page(t, h, "http://fake"+listPath+"?FriendlyName=third+%26+last&PageSize=15").Meta
	second := page(t, h, *first.NextPageURL).Meta
	third := page(t, h, *second.NextPageURL).Meta
	for i, meta := range []gen.PageMeta{first, second, third} {
		want := gen.PageMeta{
			Key: new("flex_flows"), Page: &i, PageSize: new(15), FirstPageURL: first.URL, URL: meta.URL,
			NextPageURL:     []*string{second.URL, third.URL, nil}[i],
			PreviousPageURL: []*string{nil, first.URL, second.URL}[i],
		}
		got, _ := json.Marshal(meta)
		if want, _ := json.Marshal(want); string(got) != string(want) {
			t.Errorf("page %d: got %s, want %s", i, got, want)
		}
	}
	want := url.Values{"FriendlyName": {"third & last"}, "PageSize": {"15"}, "Page": {"1"}, "PageToken": {"PA15"}}
	if got := h.Requests()[1].Query; got.Encode() != want.Encode() {
		t.Errorf("the second page has the query %v, want %v", got, want)
	}
}

// Twilio refuses such a query with status 400.
func TestList_invalidQuery(t *testing.T) {
	t.Parallel()
	h := newHandler(t, 3)
	for query, want := range map[string]string{
		"PageSize=0":                  "Invalid PageSize: number must be at least 1",
		"PageSize=1001":               "Invalid PageSize: number must be at most 1000",
		"PageSize=":                   "Invalid PageSize: value must be an integer",
		"PageSize=1.5":                "Invalid PageSize: value must be an integer",
		"Page=-1&PageToken=PA1":       "Invalid Page: number must be at least 0",
		"Page=1":                      "PageToken is required for paging.",
		"PageToken=PA3":               "Invalid PageToken.",
		"PageToken=PA-1":              "Invalid PageToken.",
		"PageToken=x":                 "Invalid PageToken.",
		"PageToken=PA2&FriendlyName=": "Invalid PageToken.", // no flow has this name
	} {
		resp := get(t, h, listPath+"?"+query)
		var got gen.Error
		err := json.Unmarshal(resp.Body.Bytes(), &got)
		code, message := flexflow.Value(got.Code), flexflow.Value(got.Message)
		if err != nil || resp.Code != 400 || code != 20001 || message != want {
			t.Errorf("%s: got %d %+v, %v, want %q", query, resp.Code, got, err, want)
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
		{"violations", func(h *flexflowtest.Handler) {
			h.OnList().Violate("/flex_flows/7/sid").Violate("/flex_flows/0/enabled").Violate("/meta/next_page_url")
		}, 200, []string{`"sid":"violation"`, `"enabled":"violation"`, `"next_page_url":"violation"`}},
		{"a violation of any request", func(h *flexflowtest.Handler) { h.Next().Violate("/flex_flows") },
			200, []string{`"flex_flows":"violation"`}},
		{"own values", func(h *flexflowtest.Handler) {
			h.OnList().Set("/meta/next_page_url", elsewhere).Set("/flex_flows/0", nil).Set("/flex_flows/1/integration", 7)
		}, 200, []string{`"next_page_url":"` + elsewhere + `"`, `"flex_flows":[null,{`, `"integration":7`}},
		{"another success", func(h *flexflowtest.Handler) { h.OnList().Status(206) }, 206, []string{sidOf(8)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newHandler(t, 8)
			test.script(h)
			resp := get(t, h, listPath)
			for _, want := range test.want {
				if resp.Code != test.status || !strings.Contains(resp.Body.String(), want) {
					t.Errorf("got %d %s, want %d with %s", resp.Code, resp.Body, test.status, want)
				}
			}
			if n := len(page(t, h, "http://fake"+listPath).FlexFlows); n != 8 {
				t.Errorf("got %d flows after the script", n)
			}
		})
	}
}
