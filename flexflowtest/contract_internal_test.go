package flexflowtest

import (
	"fmt"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

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

// document returns a document with the list at /v1/List and the fetch at this path. The fetch declares a success with
// this status, and these parameters.
func document(path, status string, parameters ...string) *openapi3.T {
	operation := func(id, status string, success *openapi3.Schema) *openapi3.Operation {
		response := openapi3.NewResponse().WithJSONSchema(success)
		return &openapi3.Operation{OperationID: id, Responses: openapi3.NewResponses(openapi3.WithName(status, response))}
	}
	flow := openapi3.NewObjectSchema().WithProperty("color", openapi3.NewStringSchema())
	page := openapi3.NewObjectSchema().WithProperty("flows", openapi3.NewArraySchema().WithItems(flow))
	fetch, list := operation("FetchFlexFlow", status, flow), operation("ListFlexFlow", "200", page)
	for _, name := range parameters {
		fetch.AddParameter(openapi3.NewPathParameter(name).WithSchema(&openapi3.Schema{Title: name}))
	}
	return &openapi3.T{Paths: openapi3.NewPaths(
		openapi3.WithPath(path, &openapi3.PathItem{Get: fetch, Post: &openapi3.Operation{OperationID: "X"}}),
		openapi3.WithPath("/v1/Plans/{Sid}", &openapi3.PathItem{Get: &openapi3.Operation{OperationID: "Y"}}),
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
			c := newContract(test.doc)
			if c.fetch.method != "GET" || c.sid.Title != test.sid || c.fetch.success.Properties["color"] == nil {
				t.Errorf("got %s with the parameter %s and %v", c.fetch.method, c.sid.Title, c.fetch.success.Properties)
			}
			for path, want := range test.in {
				if op, got := c.route(path); (op == c.fetch) != (want != "-") || op == c.fetch && got != want {
					t.Errorf("%s: got %v, %q, want %q", path, op, got, want)
				}
			}
			if op, _ := c.route("/v1/List"); op != c.list || c.flows != "flows" {
				t.Errorf("got the list %v with the flows in %q", op, c.flows)
			}
		})
	}
}

func TestNewContract_noOperation(t *testing.T) {
	t.Parallel()
	defer func() {
		if got := recover(); got != "flexflowtest: the embedded contract has no operation FetchFlexFlow" {
			t.Errorf("got %v", got)
		}
	}()
	newContract(&openapi3.T{Paths: openapi3.NewPaths()})
}
