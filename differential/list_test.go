package differential

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/flexflow-go/flexflow"
)

var pageSchema, ofPage, ofMeta = schemaOf("FlexFlowPage"), propertiesOf("FlexFlowPage"), propertiesOf("PageMeta")

// FuzzListFlexFlows checks that both validators accept the same pages around their flows, and the same flows in them,
// and that both decoders return the same flows.
func FuzzListFlexFlows(f *testing.F) {
	addExamples(f, "/v1/FlexFlows")
	add := func(format string, a ...any) { f.Add(fmt.Appendf(nil, format, a...)) }
	for _, body := range hostile {
		add(`{"flex_flows":[%s},%s],"meta":{"next_page_url":null}}`, flow, body)
		add(`{"flex_flows":[{}],"meta":{"next_page_url":null,"key":%s}}`, body)
	}
	for _, url := range formats["uri"].texts() {
		add(`{"meta":{"url":"https://a","next_page_url":%s},"flex_flows":[{},%s}]}`, url, flow)
	}
	for _, n := range []string{"null", "-1", "1.0", "1.5", "1e2", "9223372036854775808", "1e400", `"1"`} {
		add(`{"meta":{"page":%s,"next_page_url":"https://a?Page=1"},"flex_flows":[],"x":[]}`, n)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		results, end := list(t, body)
		around, flows := cut(body)
		tree, refused := parse(pageSchema, around)
		meta, invalid := at(tree, "meta"), isInvalid(end)
		switch {
		case !invalid && refused == nil:
		case !invalid, refused == nil && !known(part{around, tree, ofPage}) && !known(part{around, meta, ofMeta}):
			t.Fatalf("%s: this library says %v, the other %v", body, end, refused)
		default:
			return
		}
		if isLast := at(meta, "next_page_url") == nil; isLast != (end == nil) || len(results) != len(flows) {
			t.Fatalf("%s: got %d results and %v", body, len(results), end)
		}
		for i, f := range results {
			checkFlow(t, flows[i], f.Flow, f.Err)
		}
	})
}

// list lists the flows of a page, and of none after it. It returns the error that ended the list.
func list(t *testing.T, body []byte) (results []flexflow.Fetched, end error) {
	client, err := flexflow.New(flexflow.AuthToken("AC0123456789abcdef0123456789abcdef", "secret"),
		flexflow.WithRetries(0), flexflow.WithHTTPClient(&http.Client{Transport: &onePage{bytes.NewReader(body)}}))
	if err != nil {
		t.Fatal(err)
	}
	for f := range client.ListFlexFlows(t.Context(), nil) {
		if errors.Is(f.Err, flexflow.ErrIncomplete) {
			return results, f.Err
		}
		results = append(results, f)
	}
	return results, nil
}

var errOnePage = errors.New("there is one page")

// onePage responds with the page to the first request, and fails the next.
type onePage struct{ body io.Reader }

func (p *onePage) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.body == nil {
		return nil, errOnePage
	}
	body := io.NopCloser(p.body)
	p.body = nil
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: body, ContentLength: -1, Request: r}, nil
}

// isInvalid reports whether a list ended because its page violates the contract around the flows. A next page that the
// list does not follow is no such violation: the document does not say what the query of its URL has.
func isInvalid(end error) bool {
	invalid, ok := errors.AsType[*flexflow.ResponseError](end)
	return end != nil && !errors.Is(end, errOnePage) && !(ok && invalid.Violations[0].Keyword == "next page")
}

// cut cuts the flows out of a page with encoding/json.
func cut(body []byte) (around []byte, flows []json.RawMessage) {
	var page map[string]json.RawMessage
	json.Unmarshal(body, &page)
	if json.Unmarshal(page["flex_flows"], &flows); flows == nil {
		return body, nil
	}
	return bytes.Replace(body, page["flex_flows"], []byte("[]"), 1), flows
}
