package contract

import (
	"bytes"
	"net/http"
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

// RawFlow is a flow of a page as it was received.
type RawFlow = jsontext.Value

// ReadPage validates a page of a list around its flows, which [ReadFlow] validates one by one, so that what is wrong
// with one costs only that one. Each flow is in memory of its own. There are none if the page has a violation.
func ReadPage(header http.Header, body []byte) (*gen.FlexFlowPage, []RawFlow, []Violation) {
	around, flows := cutElements(body, FlowsOfPage)
	page, found := Read[gen.FlexFlowPage](ListFlexFlow(), header, around, "")
	if len(found) > 0 {
		return nil, nil, found
	}
	return page, flows, nil
}

// ReadFlow validates the flow at a position of a page, as [Read] does a response. The pointers of the violations begin
// with the place of the flow in the page.
func ReadFlow(flow []byte, position int) (*gen.FlexFlow, []Violation) {
	decoded, found := check(schemaOfFlow(), flow)
	value, found := valueOf[gen.FlexFlow](decoded, flow, found)
	return value, inPage(found, position)
}

// DecodeFlow makes a flow of the body at a position of a page, and does not validate it.
func DecodeFlow(flow []byte, position int) (*gen.FlexFlow, []Violation) {
	value, found := Decode[gen.FlexFlow](flow)
	return value, inPage(found, position)
}

// schemaOfFlow returns the schema of a flow.
var schemaOfFlow = sync.OnceValue(func() *openapi3.Schema {
	return document().Components.Schemas["FlexFlow"].Value
})

// SIDOf returns the SID of a flow that violates the contract, or "" if it has no valid one.
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

// checkPage returns the violations of a page and of all of its flows.
func checkPage(header http.Header, body []byte) []Violation {
	around, flows := cutElements(body, FlowsOfPage)
	_, found := ListFlexFlow().validate(header, around, "")
	for i, flow := range flows {
		_, more := check(schemaOfFlow(), flow)
		found = append(found, inPage(more, i)...)
	}
	return found
}

func inPage(found []Violation, position int) []Violation {
	for i := range found {
		found[i].Pointer = "/" + FlowsOfPage + "/" + strconv.Itoa(position) + found[i].Pointer
	}
	return found
}

// cutElements cuts the elements out of the first list with this name in an object. It does not look at the names and
// the text in them. It returns the body as it is if it has no such list, or if it is malformed outside of the elements,
// so that a violation has the place in the body.
func cutElements(body []byte, name string) (rest []byte, elements []RawFlow) {
	in := jsontext.NewDecoder(
		bytes.NewBuffer(body), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if !enterList(in, name) {
		return body, nil
	}
	start := in.InputOffset()
	for in.PeekKind() != ']' {
		element, err := in.ReadValue()
		if err != nil {
			return body, nil
		}
		elements = append(elements, element.Clone())
	}
	rest = slices.Concat(body[:start], body[in.InputOffset():])
	if !jsontext.Value(rest).IsValid() {
		return body, nil
	}
	return rest, elements
}

// enterList reads up to the first element of the list with this name, and reports whether there is such a list.
func enterList(in *jsontext.Decoder, name string) bool {
	if token, err := in.ReadToken(); err != nil || token.Kind() != '{' {
		return false
	}
	for in.PeekKind() == '"' {
		token, err := in.ReadToken()
		if err != nil {
			return false
		}
		if token.String() == name && in.PeekKind() == '[' {
			_, err := in.ReadToken()
			return err == nil
		}
		if in.SkipValue() != nil {
			return false
		}
	}
	return false
}
