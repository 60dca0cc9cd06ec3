package flexflowtest

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow"
)

// The public API cannot make the fake send an invalid response, so the test stores an invalid body itself.
func TestHandler_ownResponseViolatesContract(t *testing.T) {
	t.Parallel()
	tb := &recorder{}
	h := NewHandler()
	h.t = tb
	sid := *Examples()[0].SID
	h.flows[sid] = []byte(`{"enabled": "yes"}`)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/FlexFlows/"+sid, nil)
	r.SetBasicAuth(AccountSID, AuthToken)
	h.ServeHTTP(w, r)
	const want = "violates the contract: /enabled: value must be a boolean"
	if w.Code != 500 || !strings.Contains(w.Body.String(), want) || !strings.Contains(tb.text, want) {
		t.Errorf("got %d %s, and the test got the error %q", w.Code, w.Body, tb.text)
	}
}

// recorder records the errors of a test.
type recorder struct {
	TB
	text string
}

func (r *recorder) Errorf(format string, args ...any) { r.text += fmt.Sprintf(format, args...) }

// The contract has neither nested attributes nor lists yet.
func TestViolation_nested(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().
		WithProperty("free", openapi3.NewSchema()).
		WithProperty("a/b", openapi3.NewObjectSchema().WithProperty("n", openapi3.NewInt64Schema())).
		WithProperty("list", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()))
	const body = `{"a/b": {"n": 7}, "list": ["x", "y"]}`
	for _, test := range []struct{ pointer, body, want string }{
		{"/a~1b/n", body, `{"a/b": {"n": "violation"}, "list": ["x", "y"]}`},
		{"/list/1", body, `{"a/b": {"n": 7}, "list": ["x", 1]}`},
		{"/list", body, `{"a/b": {"n": 7}, "list": "violation"}`},
		{"/free", body, `the contract allows any value there`},
		{"/a~1b/m", body, `the contract has no attribute there`},
		{"/list/2", body, `the flow has nothing at /list/2`},
		{"/a~1b/n", `{"a/b": null}`, `the flow has nothing at /a~1b/n`},
	} {
		at, value, err := invalidValue(schema, test.pointer)
		var got []byte
		if err == nil {
			got, err = (&violation{at, value}).in([]byte(test.body))
		}
		if err != nil {
			if err.Error() != test.want {
				t.Errorf("%s of %s: got %v, want %s", test.pointer, test.body, err, test.want)
			}
			continue
		}
		var gotTree, wantTree any
		json.Unmarshal(got, &gotTree)
		json.Unmarshal([]byte(test.want), &wantTree)
		if !reflect.DeepEqual(gotTree, wantTree) {
			t.Errorf("%s of %s: got %s, want %s", test.pointer, test.body, got, test.want)
		}
	}
}

// All attributes of the contract are nullable.
func TestContract_encode(t *testing.T) {
	t.Parallel()
	c := &contract{responses: loadContract().responses, flow: openapi3.NewObjectSchema().
		WithProperty("sid", openapi3.NewStringSchema()).
		WithProperty("color", openapi3.NewStringSchema()).
		WithProperty("size", openapi3.NewStringSchema().WithNullable())}
	flow := flexflow.FlexFlow{SID: new("FO00000000000000000000000000000001")}
	got, err := c.encode(flow)
	if want := `{"sid":"FO00000000000000000000000000000001","size":null}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// document returns a document with FetchFlexFlow, which has these parameters and one response, and with other
// operations.
func document(path, status string, parameters ...string) *openapi3.T {
	flow := openapi3.NewObjectSchema().WithProperty("color", openapi3.NewStringSchema())
	response := openapi3.NewResponse().WithJSONSchema(flow)
	fetch := &openapi3.Operation{
		OperationID: "FetchFlexFlow",
		Responses:   openapi3.NewResponses(openapi3.WithName(status, response)),
	}
	for _, name := range parameters {
		fetch.AddParameter(openapi3.NewPathParameter(name).WithSchema(&openapi3.Schema{Title: name}))
	}
	other := &openapi3.Operation{OperationID: "X", Responses: openapi3.NewResponses()}
	return &openapi3.T{Paths: openapi3.NewPaths(
		openapi3.WithPath(path, &openapi3.PathItem{Get: fetch, Post: other}),
		openapi3.WithPath("/v1/Plans/{PlanSid}", &openapi3.PathItem{Get: other}),
	)}
}

func TestNewContract(t *testing.T) {
	t.Parallel()
	ofPathItem := document("/v1/{Sid}", "200", "Sid")
	item := ofPathItem.Paths.Value("/v1/{Sid}")
	item.Parameters, item.Get.Parameters = item.Get.Parameters, nil
	for _, test := range []struct {
		name string
		doc  *openapi3.T
		sid  string            // the parameter
		in   map[string]string // the SID in each path; "-" if the path is another
	}{
		{"other operations", document("/v1/FlexFlows/{Sid}", "200", "Sid"), "Sid", map[string]string{
			"/v1/FlexFlows/FO1": "FO1", "/v1/FlexFlows/": "",
			"/v1/Plans/FO1": "-", "/v1/FlexFlows/FO1/x": "-", "/x/v1/FlexFlows/FO1": "-",
		}},
		{"2XX and another parameter name", document("/v2/FlexFlows/{FlowSid}", "2XX", "FlowSid"), "FlowSid",
			map[string]string{"/v2/FlexFlows/FO1": "FO1", "/v1/FlexFlows/FO1": "-"}},
		{"default", document("/v1/{Sid}", "default", "Sid"), "Sid", map[string]string{"/v1/FO1": "FO1"}},
		{"several parameters and a suffix", document("/v1/{AccountSid}/Flows/{Sid}.json", "200", "AccountSid", "Sid"), "Sid",
			map[string]string{
				"/v1/AC1/Flows/FO1.json": "FO1",
				"/v1/AC1/Flows/FO1":      "-", "/v1/AC1/x/Flows/FO1.json": "-", "/v1/AC1/Flows/FO1xjson": "-",
			}},
		{"a parameter of the path item", ofPathItem, "Sid", map[string]string{"/v1/FO1": "FO1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := newContract(test.doc)
			if err != nil {
				t.Fatal(err)
			}
			if c.method != "GET" || c.sid.Title != test.sid || c.flow.Properties["color"] == nil {
				t.Errorf("got %s with the parameter %s and %v", c.method, c.sid.Title, c.flow.Properties)
			}
			for path, want := range test.in {
				if got, ok := c.sidIn(path); ok != (want != "-") || ok && got != want {
					t.Errorf("%s: got %q, %t, want %q", path, got, ok, want)
				}
			}
			if err := c.validateBody(500, nil); err == nil {
				t.Error("the empty body of a status that has no schema is valid")
			}
			if err := c.validateBody(200, []byte(`{"color": 1}`)); err == nil || !strings.HasPrefix(err.Error(), "/color: ") {
				t.Errorf("an invalid body: %v", err)
			}
		})
	}
}

func TestNewContract_unusable(t *testing.T) {
	t.Parallel()
	without := document("/v1/{Sid}", "200", "Sid")
	without.Paths.Delete("/v1/{Sid}")
	for want, doc := range map[string]*openapi3.T{
		"it has no operation FetchFlexFlow":                                without,
		"the path of FetchFlexFlow has no parameter":                       document("/v1", "200"),
		"FetchFlexFlow has no schema for the path parameter Sid":           document("/v1/{Sid}", "200", "Other"),
		"FetchFlexFlow has no schema for application/json with status 200": document("/v1/{Sid}", "404", "Sid"),
	} {
		if _, err := newContract(doc); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
