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
	c := &contract{flow: openapi3.NewObjectSchema().
		WithProperty("free", openapi3.NewSchema()).
		WithProperty("a/b", openapi3.NewObjectSchema().WithProperty("n", openapi3.NewInt64Schema())).
		WithProperty("list", openapi3.NewArraySchema().WithItems(openapi3.NewStringSchema()))}
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
		at, value, err := c.invalidValue(test.pointer)
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

// plans is another operation than FetchFlexFlow.
const plans = `"/v1/Plans/{PlanSid}": {"get": {"operationId": "FetchPlan", "responses": {"200": {"description": "A plan."}}}}`

// fetchOperation returns FetchFlexFlow with these parameters and this status.
func fetchOperation(parameters, status string) string {
	return `{"operationId": "FetchFlexFlow", "parameters": [` + parameters + `], "responses": {"` + status + `": {
		"description": "A flow.", "content": {"application/json": {"schema": {"type": "object", "properties": {"color": {"type": "string"}}}}}}}}`
}

func pathParam(name string) string {
	return `{"name": "` + name + `", "in": "path", "required": true, "schema": {"type": "string", "title": "` + name + `"}}`
}

func parse(t *testing.T, paths string) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(`{"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": {` + paths + `}}`))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestNewContract(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, paths, sid string
		in               map[string]string // the SID in each path; "-" if the path is another
	}{
		{"other operations", plans + `, "/v1/FlexFlows/{Sid}": {"post": {"operationId": "X", "responses": {"200": {"description": "."}}}, "get": ` +
			fetchOperation(pathParam("Sid"), "200") + `}`, "Sid",
			map[string]string{"/v1/FlexFlows/FO1": "FO1", "/v1/FlexFlows/": "", "/v1/Plans/FO1": "-", "/v1/FlexFlows/FO1/x": "-", "/x/v1/FlexFlows/FO1": "-"}},
		{"2XX and another parameter name", `"/v2/FlexFlows/{FlowSid}": {"get": ` + fetchOperation(pathParam("FlowSid"), "2XX") + `}`, "FlowSid",
			map[string]string{"/v2/FlexFlows/FO1": "FO1", "/v1/FlexFlows/FO1": "-"}},
		{"default", `"/v1/{Sid}": {"get": ` + fetchOperation(pathParam("Sid"), "default") + `}`, "Sid", map[string]string{"/v1/FO1": "FO1"}},
		{"several parameters and a suffix", `"/v1/{AccountSid}/Flows/{Sid}.json": {"get": ` + fetchOperation(pathParam("AccountSid")+","+pathParam("Sid"), "200") + `}`, "Sid",
			map[string]string{"/v1/AC1/Flows/FO1.json": "FO1", "/v1/AC1/Flows/FO1": "-", "/v1/AC1/x/Flows/FO1.json": "-", "/v1/AC1/Flows/FO1xjson": "-"}},
		{"a parameter of the path item", `"/v1/{Sid}": {"parameters": [` + pathParam("Sid") + `], "get": ` + fetchOperation("", "200") + `}`, "Sid",
			map[string]string{"/v1/FO1": "FO1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, err := newContract(parse(t, test.paths))
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
	for name, test := range map[string]struct{ paths, want string }{
		"no operation":        {plans, "it has no operation FetchFlexFlow"},
		"no path parameter":   {`"/v1": {"get": ` + fetchOperation("", "200") + `}`, "the path of FetchFlexFlow has no parameter"},
		"parameter undefined": {`"/v1/{Sid}": {"get": ` + fetchOperation(pathParam("Other"), "200") + `}`, "FetchFlexFlow has no schema for the path parameter Sid"},
		"no success":          {`"/v1/{Sid}": {"get": ` + fetchOperation(pathParam("Sid"), "404") + `}`, "FetchFlexFlow has no schema for application/json with status 200"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := newContract(parse(t, test.paths)); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
