package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/flexflow-go/flexflow/gen"
)

// FlowsOfPage is the property of a page that has the flows.
const FlowsOfPage = "flex_flows"

// ReadPage validates a page without its flows, and returns each flow as received, in memory of its own. [ReadFlow]
// validates the flows one by one, so that a violation in one flow does not cost the others. A page with more flows than
// a client can ask for has only this violation and no flows, to bound memory and time.
func ReadPage(header http.Header, body []byte) (*gen.FlexFlowPage, [][]byte, []Violation) {
	rest, flows := cutFlows(body)
	if len(flows) > maxFlows() {
		tooLong := fmt.Sprintf("a page has at most %d flows", maxFlows())
		return nil, nil, []Violation{{"/" + FlowsOfPage, "maxItems", tooLong}}
	}
	page, found := Read[gen.FlexFlowPage](ListFlexFlow(), header, rest, "")
	return page, flows, found
}

// checkPage returns the violations of a page and of each of its flows. A next page that is not a list of flows is one
// of them, because the client that follows it would read responses that nobody validates.
func checkPage(header http.Header, body []byte) []Violation {
	page, flows, found := ReadPage(header, body)
	if len(found) == 0 && page.Meta.NextPageURL != nil {
		next, _ := url.Parse(*page.Meta.NextPageURL)
		if o, _ := Find(http.MethodGet, cmp.Or(next, &url.URL{}).Path); o != ListFlexFlow() {
			found = append(found, Violation{"/meta/next_page_url", "next page", "it does not lead to a list of flows"})
		}
	}
	for i, flow := range flows {
		_, more := checkBody(FetchFlexFlow().schema, flow)
		found = append(found, inPage(more, i)...)
	}
	return found
}

// maxFlows returns how many flows a client can ask for in a page.
var maxFlows = sync.OnceValue(func() int {
	return int(*ListFlexFlow().parameters.GetByInAndName(openapi3.ParameterInQuery, "PageSize").Schema.Value.Max)
})

// ReadFlow decodes the flow at a position of a page, and validates it as [Read] does a response, or not at all. The
// pointers of the violations begin with the place of the flow in the page.
func ReadFlow(flow []byte, position int, validated bool) (value *gen.FlexFlow, found []Violation) {
	if validated {
		value, found = Parse[gen.FlexFlow](FetchFlexFlow(), flow)
	} else {
		value, found = ReadUnvalidated[gen.FlexFlow](FetchFlexFlow(), flow, "")
	}
	return value, inPage(found, position)
}

// SIDOf returns the SID of a flow, which may violate the contract elsewhere, or "" if it has no valid one.
func SIDOf(flow []byte) string {
	var named struct {
		SID string `json:"sid"`
	}
	err := json.Unmarshal(flow, &named, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err != nil || FetchFlexFlow().CheckArgument(named.SID) != nil {
		return ""
	}
	return named.SID
}

// inPage puts the place of a flow in its page before the pointers of the violations in the flow.
func inPage(found []Violation, position int) []Violation {
	for i := range found {
		found[i].Pointer = "/" + FlowsOfPage + "/" + strconv.Itoa(position) + found[i].Pointer
	}
	return found
}

// cutFlows cuts the flows out of the body of a page, and returns the rest with an empty list. It accepts a flow with
// duplicate names or invalid UTF-8, which [ReadFlow] rejects. If the body has no list of flows, or if the rest is not
// valid JSON, it returns the whole body, so that the violation has the right place.
func cutFlows(body []byte) (rest []byte, flows [][]byte) {
	in := jsontext.NewDecoder(
		bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if !enterFlows(in) {
		return body, nil
	}
	start := in.InputOffset()
	for in.PeekKind() != ']' {
		flow, err := in.ReadValue()
		if err != nil {
			return body, nil
		}
		if len(flows) <= maxFlows() { // one more says that the page is too long
			flows = append(flows, flow.Clone())
		}
	}
	rest = slices.Concat(body[:start], body[in.InputOffset():])
	if !jsontext.Value(rest).IsValid() {
		return body, nil
	}
	return rest, flows
}

// enterFlows reads up to the first flow of a page, and reports whether the page has a list of flows.
func enterFlows(in *jsontext.Decoder) bool {
	if token, err := in.ReadToken(); err != nil || token.Kind() != '{' {
		return false
	}
	for in.PeekKind() == '"' {
		token, err := in.ReadToken()
		if err != nil {
			return false
		}
		if token.String() == FlowsOfPage && in.PeekKind() == '[' {
			_, err := in.ReadToken()
			return err == nil
		}
		if in.SkipValue() != nil {
			return false
		}
	}
	return false
}
