package flexflowtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// tokenPrefix begins a PageToken. The number of the flows before the page follows.
const tokenPrefix = "PA"

// page returns the page of flows that a request asks for. As in Twilio's API, PageToken says where it begins, and Page
// is only a number that the response repeats.
func (h *Handler) page(r *http.Request) (status int, body []byte) {
	params, err := h.contract.list.parse(r.URL.Query())
	if err != nil {
		return refuse(http.StatusBadRequest, "Invalid "+err.Error())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	sids := h.sids
	if params.FriendlyName != nil {
		isOther := func(sid string) bool { return h.flows[sid].friendlyName != *params.FriendlyName }
		sids = slices.DeleteFunc(slices.Clone(sids), isOther)
	}
	begin, size, number := 0, *params.PageSize, flexflow.Value(params.Page)
	if token := flexflow.Value(params.PageToken); token != "" {
		begin, err = strconv.Atoi(strings.TrimPrefix(token, tokenPrefix))
		if err != nil || begin < 0 || begin >= len(sids) {
			return refuse(http.StatusBadRequest, "Invalid PageToken.")
		}
	} else if number > 0 {
		return refuse(http.StatusBadRequest, "PageToken is required for paging.")
	}
	end := min(begin+size, len(sids))
	page := gen.FlexFlowPage{Meta: gen.PageMeta{
		Key: &h.contract.flows, Page: &number, PageSize: &size,
		FirstPageURL: link(r, params, 0, 0), URL: link(r, params, number, begin),
	}}
	if begin > 0 {
		page.Meta.PreviousPageURL = link(r, params, max(0, number-1), begin-size)
	}
	if end < len(sids) {
		page.Meta.NextPageURL = link(r, params, number+1, end)
	}
	flows := []json.RawMessage{}
	for _, sid := range sids[begin:end] {
		flows = append(flows, h.flows[sid].body)
	}
	attributes, _ := h.contract.list.attributes(page)
	attributes[h.contract.flows] = flows
	body, _ = json.Marshal(attributes)
	return http.StatusOK, body
}

// link returns the URL of a page, with its number and the number of the flows before it.
func link(r *http.Request, params gen.ListFlexFlowParams, number, before int) *string {
	params.Page, params.PageToken = &number, new(tokenPrefix+strconv.Itoa(before))
	if before <= 0 {
		params.Page, params.PageToken = new(0), nil
	}
	base := &url.URL{Scheme: "http", Host: r.Host}
	if r.TLS != nil || r.URL.Scheme == "https" {
		base.Scheme = "https"
	}
	req, _ := gen.NewListFlexFlowRequest(r.Context(), base, &params)
	return new(req.URL.String())
}

// parse returns the query of a request, with the defaults of the contract. The error names an invalid parameter.
func (op *operation) parse(query url.Values) (params gen.ListFlexFlowParams, err error) {
	values := map[string]any{} // by parameter
	for _, p := range op.parameters {
		name, schema := p.Value.Name, p.Value.Schema.Value
		values[name] = schema.Default
		if !query.Has(name) {
			continue
		}
		values[name] = query.Get(name)
		if number, err := strconv.Atoi(query.Get(name)); err == nil && schema.Type.Is("integer") {
			values[name] = number
		}
		if err := validate(schema, values[name]); err != nil {
			return params, fmt.Errorf("%s: %w", name, err)
		}
	}
	data, _ := json.Marshal(values)
	return params, json.Unmarshal(data, &params)
}
