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
