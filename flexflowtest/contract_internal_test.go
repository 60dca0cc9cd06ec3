package flexflowtest

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// The public API cannot make the fake send an invalid response, so the test stores an invalid body itself.
func TestHandler_ownResponseViolatesContract(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/v1/FlexFlows/FO1": "violates the contract: /enabled: value must be a boolean",
		"/v1/FlexFlows":     "violates the contract: /flex_flows/0/enabled: value must be a boolean",
	} {
		tb := &recorder{}
		h := NewHandler()
		h.t = tb
		h.sids, h.flows["FO1"] = []string{"FO1"}, stored{body: []byte(`{"enabled": "yes"}`)}
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", path, nil)
		r.SetBasicAuth(AccountSID, AuthToken)
		h.ServeHTTP(w, r)
		if w.Code != 500 || !strings.Contains(w.Body.String(), want) || !strings.Contains(tb.text, want) {
			t.Errorf("%s: got %d %s, and the test got the error %q", path, w.Code, w.Body, tb.text)
		}
	}
}

// recorder records the errors of a test.
type recorder struct {
	TB
	text string
}

func (r *recorder) Errorf(format string, args ...any) { r.text += fmt.Sprintf(format, args...) }

// The contract has no attribute of this kind.
func TestInvalidValue(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().
		WithProperty("free", openapi3.NewSchema()).
		WithProperty("a/b", openapi3.NewObjectSchema().WithProperty("n", openapi3.NewStringSchema()))
	for pointer, want := range map[string]any{
		"/free":   `the contract allows any value there`,
		"/a~1b":   "violation",
		"/a~1b/n": 1.0,
		"/a~1b/m": `the contract has no attribute there`,
	} {
		got, err := invalidValue(schema, pointer)
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: got %v, want %v", pointer, got, want)
		}
	}
}

// All attributes of a flow are nullable.
func TestOperation_attributes(t *testing.T) {
	t.Parallel()
	schema := openapi3.NewObjectSchema().
		WithProperty("sid", openapi3.NewStringSchema()).
		WithProperty("color", openapi3.NewStringSchema()).
		WithProperty("size", openapi3.NewStringSchema().WithNullable())
	op := &operation{success: schema.WithProperty("nested", schema)}
	got, err := op.attributes(map[string]any{"sid": "FO1", "nested": map[string]any{"color": "red"}})
	if want := "map[nested:map[color:red size:<nil>] sid:FO1 size:<nil>]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

// document returns a document with FetchFlexFlow, which has these parameters and one response, and with other
// operations.
func document(path, status string, parameters ...string) *openapi3.T {
	responses := func(status string, schema *openapi3.Schema) *openapi3.Responses {
		return openapi3.NewResponses(openapi3.WithName(status, openapi3.NewResponse().WithJSONSchema(schema)))
	}
	flow := openapi3.NewObjectSchema().WithProperty("color", openapi3.NewStringSchema())
	fetch := &openapi3.Operation{OperationID: "FetchFlexFlow", Responses: responses(status, flow)}
	for _, name := range parameters {
		fetch.AddParameter(openapi3.NewPathParameter(name).WithSchema(&openapi3.Schema{Title: name}))
	}
	page := openapi3.NewObjectSchema().WithProperty("flows", openapi3.NewArraySchema().WithItems(flow))
	list := &openapi3.Operation{OperationID: "ListFlexFlow", Responses: responses("200", page)}
	other := &openapi3.Operation{OperationID: "X", Responses: openapi3.NewResponses()}
	return &openapi3.T{Paths: openapi3.NewPaths(
		openapi3.WithPath(path, &openapi3.PathItem{Get: fetch, Post: other}),
		openapi3.WithPath("/v1/Plans/{PlanSid}", &openapi3.PathItem{Get: other}),
		openapi3.WithPath("/v1/List", &openapi3.PathItem{Get: list}),
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
			if c.fetch.method != "GET" || c.sid.Title != test.sid || c.fetch.success.Properties["color"] == nil {
				t.Errorf("got %s with the parameter %s and %v", c.fetch.method, c.sid.Title, c.fetch.success.Properties)
			}
			for path, want := range test.in {
				if op, got := c.route(path); (op == c.fetch) != (want != "-") || op == c.fetch && got != want {
					t.Errorf("%s: got %v, %q, want %q", path, op, got, want)
				}
			}
			if op, _ := c.route("/v1/List"); op == nil || op.id != "ListFlexFlow" || c.flows != "flows" {
				t.Errorf("got the list %v with the flows in %q", op, c.flows)
			}
			if err := c.fetch.validateBody(500, nil); err == nil {
				t.Error("the empty body of a status that has no schema is valid")
			}
			err = c.fetch.validateBody(200, []byte(`{"color": 1}`))
			if err == nil || !strings.HasPrefix(err.Error(), "/color: ") {
				t.Errorf("an invalid body: %v", err)
			}
		})
	}
}

func TestNewContract_unusable(t *testing.T) {
	t.Parallel()
	without := func(path string) *openapi3.T {
		doc := document("/v1/{Sid}", "200", "Sid")
		doc.Paths.Delete(path)
		return doc
	}
	for want, doc := range map[string]*openapi3.T{
		"it has no operation FetchFlexFlow":                                without("/v1/{Sid}"),
		"it has no operation ListFlexFlow":                                 without("/v1/List"),
		`FetchFlexFlow has no schema for a path parameter ""`:              document("/v1", "200"),
		`FetchFlexFlow has no schema for a path parameter "Sid"`:           document("/v1/{Sid}", "200", "Other"),
		"FetchFlexFlow has no schema for application/json with status 200": document("/v1/{Sid}", "404", "Sid"),
	} {
		if _, err := newContract(doc); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
