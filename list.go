package flexflow

import (
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"iter"
	"net/url"

	"github.com/oapi-codegen/runtime"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/contract"
	"github.com/flexflow-go/flexflow/internal/send"
)

// ListFlexFlows yields the flows of the account, in the order of the API: operation ListFlexFlow of the contract, GET
// /v1/FlexFlows. It requests a page when the loop needs it, with 200 flows unless params says otherwise; nil params
// mean all flows. The Response of a result is that of its page, but its Body is the flow as the API sent it.
//
// A flow that violates the contract is a result with a [*ResponseError], whose pointers begin with the place of the
// flow in the page, such as /flex_flows/17, and the list goes on. In mode [Report] the result has what fits, and the
// handler gets the error. In mode [Off] a flow is only decoded.
//
// Anything else that ends the list early is the last result. Its error matches [ErrIncomplete] and its cause: a
// request that failed, as in [Client.FetchFlexFlow]; a page that violates the contract around its flows, in every
// mode; a page that was listed before; the end of the context; or invalid params, which match [ErrInvalidConfig]. A
// loop that ends without such a result saw every flow.
//
// Of the URL of the next page, only PageSize, Page and PageToken are used: no request goes to another host or path.
func (c *Client) ListFlexFlows(ctx context.Context, params *ListFlexFlowParams) iter.Seq[Fetched] {
	return func(yield func(Fetched) bool) {
		l := &listing{client: *c, next: new(*cmp.Or(params, &ListFlexFlowParams{})), seen: map[[32]byte]bool{}}
		l.client.sender.MaxBody = maxBody(contract.ListFlexFlow(), c.sender.MaxBody)
		l.next.PageSize = cmp.Or(l.next.PageSize, new(200))
		for l.next != nil {
			response, flows, err := l.fetchPage(ctx)
			for i, flow := range flows {
				if !yield(l.read(ctx, response, flow, i)) {
					return
				}
			}
			if err != nil {
				yield(Fetched{Response: response, Err: &incompleteError{err}})
				return
			}
		}
	}
}

// listing is one loop over ListFlexFlows.
type listing struct {
	client Client
	next   *ListFlexFlowParams // of the next page; nil after the last
	seen   map[[32]byte]bool   // the hashes of the places of the pages so far
	out    send.Outcome        // of the last page
}

// maxBody returns how many bytes a success may have. A page may have at least 16 MiB, because it has many flows.
func maxBody(op *contract.Operation, limit int64) int64 {
	if op == contract.ListFlexFlow() {
		return max(limit, 16<<20)
	}
	return limit
}

// fetchPage fetches the next page and returns its flows as received, or none if the rest of the page is invalid.
func (l *listing) fetchPage(ctx context.Context) (response Response, flows [][]byte, err error) {
	op := contract.ListFlexFlow()
	l.seen[place(l.next)] = true
	l.out, err = sendChecked(ctx, &l.client, op, l.next, gen.NewListFlexFlowRequest)
	response.setOutcome(&l.out)
	if err != nil {
		return response, nil, err
	}
	found := []contract.Violation{contract.TooLarge}
	if !l.out.TooLarge {
		var page *gen.FlexFlowPage
		var received [][]byte
		page, received, found = contract.ReadPage(l.out.Header, l.out.Body)
		if len(found) == 0 {
			flows, found = received, l.follow(page.Meta.NextPageURL)
		}
	}
	if invalid := newResponseError(op.ID, "", &l.out, found); invalid != nil {
		l.client.report(ctx, invalid)
		response.setInvalid(invalid, true)
		return response, flows, invalid
	}
	return response, flows, nil
}

// follow sets the parameters of the next page from the query of its URL, and keeps the filters. It returns the
// violation of a URL that leads nowhere, if any, which ends the list.
func (l *listing) follow(nextPageURL *string) []contract.Violation {
	if nextPageURL == nil {
		l.next = nil
		return nil
	}
	next := new(*l.next)
	next.PageSize, next.Page, next.PageToken = nil, nil, nil
	u, err := url.Parse(*nextPageURL)
	for name, dst := range map[string]any{"PageSize": &next.PageSize, "Page": &next.Page, "PageToken": &next.PageToken} {
		if err == nil {
			err = runtime.BindRawQueryParameter("form", true, false, name, u.RawQuery, dst)
		}
	}
	next.PageSize = cmp.Or(next.PageSize, l.next.PageSize)
	reason := ""
	switch {
	case err != nil, next.Page == nil && next.PageToken == nil, contract.ListFlexFlow().CheckArgument(next) != nil:
		reason = "its query is invalid, or has neither Page nor PageToken"
	case l.seen[place(next)]:
		reason = "it leads to a page that was listed before"
	default:
		l.next = next
		return nil
	}
	return []contract.Violation{{Pointer: "/meta/next_page_url", Keyword: "next page", Reason: reason}}
}

// place says which page of the list it is: a hash, because a token may be long.
func place(params *ListFlexFlowParams) [32]byte {
	return sha256.Sum256(fmt.Append(nil, Value(params.Page), " ", Value(params.PageToken)))
}

// read validates and decodes one flow of the last page.
func (l *listing) read(ctx context.Context, response Response, body []byte, position int) Fetched {
	f := Fetched{Response: response}
	f.Response.Body, f.Response.Violations = body, nil // those of the page belong to its error
	flow, found := contract.ReadFlow(body, position, l.client.mode != Off)
	if len(found) == 0 {
		f.SID, f.Flow = Value(flow.SID), flow
		return f
	}
	f.SID = contract.SIDOf(body)
	out := l.out
	out.Body = body
	invalid := newResponseError(contract.ListFlexFlow().ID, f.SID, &out, found)
	f.Flow, f.Err = accept(ctx, l.client.policy, flow, invalid, &f.Response)
	return f
}
