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

// The fake cannot be brought to send an answer that breaks the contract unasked, so here it is damaged from within.
func TestAnOwnAnswerThatBreaksTheContractDoesNotLeave(t *testing.T) {
	t.Parallel()
	told := &listener{}
	h := NewHandler()
	h.t = told
	sid := *Examples()[0].SID
	h.flows[sid] = []byte(`{"enabled": "yes"}`)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/v1/FlexFlows/"+sid, nil)
	r.SetBasicAuth(AccountSID, AuthToken)
	h.ServeHTTP(w, r)
	const want = "breaks the contract: /enabled: value must be a boolean"
	if w.Code != 500 || !strings.Contains(w.Body.String(), want) || !strings.Contains(told.text, want) {
		t.Errorf("got %d %s, and the test was told %q", w.Code, w.Body, told.text)
	}
}

type listener struct {
	TB
	text string
}

func (l *listener) Errorf(format string, args ...any) { l.text += fmt.Sprintf(format, args...) }

// The contract has neither nested attributes nor lists yet.
func TestViolationsInsideAttributes(t *testing.T) {
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
		at, value, err := c.breaking(test.pointer)
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

// The contract's path ends with the SID, and all its attributes may be null.
func TestWhatAnotherContractMaySay(t *testing.T) {
	t.Parallel()
	c := &contract{prefix: "/v1/", suffix: ".json"}
	for path, want := range map[string]string{"/v1/FO1.json": "FO1", "/v1/FO1": "", "/v1/FO1.json/x": ""} {
		if got, ok := c.sidIn(path); got != want || ok != (want != "") {
			t.Errorf("%s: got %q, %t, want %q", path, got, ok, want)
		}
	}

	full := loadContract()
	c = &contract{responses: full.responses, flow: openapi3.NewObjectSchema().
		WithProperty("sid", openapi3.NewStringSchema()).
		WithProperty("color", openapi3.NewStringSchema()).
		WithProperty("size", openapi3.NewStringSchema().WithNullable())}
	flow := flexflow.FlexFlow{SID: new("FO00000000000000000000000000000001")}
	got, err := c.encode(flow)
	if want := `{"sid":"FO00000000000000000000000000000001","size":null}`; err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}
