package contract

import (
	"net/http"
	"slices"
	"testing"
)

var jsonHeader = http.Header{"Content-Type": {"application/json"}}

// Whoever keeps a flow does not keep its page.
func TestReadPage_copies(t *testing.T) {
	t.Parallel()
	want := []string{`{"sid":null}`, `7`, `{"enabled": true}`}
	body := []byte(`{"flex_flows":[` + want[0] + ` , ` + want[1] + `,` + want[2] + `],"meta":{"next_page_url":null}}`)
	page, flows, found := ReadPage(jsonHeader, body)
	clear(body)
	var got []string
	for _, flow := range flows {
		got = append(got, string(flow))
		clear(flow[:cap(flow)])
	}
	if !slices.Equal(got, want) || len(found) > 0 || page == nil || len(page.FlexFlows) > 0 {
		t.Errorf("got %v, %q and %v", page, got, found)
	}
}

func TestReadPage_withoutFlows(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"flex_flows":[],"meta":{"next_page_url":null}}`:                  "",
		`{"flex_flows":[{}],"meta":{}}`:                                    "/meta/next_page_url required",
		`{"flex_flows":[{}],"meta":{"next_page_url":null},"meta":null}`:    "/meta duplicate",
		`{"flex_flows":[{}],"meta":{"next_page_url":null}`:                 " json",
		`{"flex_flows":[{}` + "\xff" + `],"meta":{"next_page_url":null}}`:  "/flex_flows json",
		`[{"flex_flows":[{}],"meta":{"next_page_url":null}}]`:              " type",
		`{"x":{"flex_flows":[{}],"meta":{"next_page_url":null}},"meta":1}`: "/flex_flows required",
	} {
		_, _, found := ReadPage(jsonHeader, []byte(body))
		got := ""
		if len(found) > 0 {
			got = found[0].Pointer + " " + found[0].Keyword
		}
		if got != want {
			t.Errorf("%s: got %v, want %q", body, found, want)
		}
	}
}

// A list has its violations in the order of its flows, and a flow that cannot be decoded does not hide the others.
func TestCheck_page(t *testing.T) {
	t.Parallel()
	body := `{"flex_flows":[{"enabled":1},{"a":{"b":1,"b":1}},{},null],"meta":{"next_page_url":""}}`
	var got []string
	for _, v := range Check(ListFlexFlow(), jsonHeader, []byte(body), "") {
		got = append(got, v.Pointer+" "+v.Keyword)
	}
	want := []string{
		"/meta/next_page_url format",
		"/flex_flows/0/enabled type", "/flex_flows/1/a/b duplicate", "/flex_flows/3 nullable",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSIDOf(t *testing.T) {
	t.Parallel()
	const sid = "FO0123456789abcdef0123456789abcdef"
	for flow, want := range map[string]string{
		`{"sid":"` + sid + `","enabled":1}`:               sid,
		"{\"\xff\":[],\"\xff\":1,\"sid\":\"" + sid + `"}`: sid,
		`{"SID":"` + sid + `"}`:                           "",
		`{"sid":"` + sid + `0"}`:                          "",
		`{"sid":null}`:                                    "",
		`{"sid":7}`:                                       "",
		`"` + sid + `"`:                                   "",
		`null`:                                            "",
	} {
		if got := SIDOf([]byte(flow)); got != want {
			t.Errorf("%s: got %q, want %q", flow, got, want)
		}
	}
}
