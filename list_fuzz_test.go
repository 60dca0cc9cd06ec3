package flexflow_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// FuzzPage checks the results of a list against encoding/json, which reads the same flows from the page, byte for byte,
// and against a strict decoder, which rejects the page if the list does.
func FuzzPage(f *testing.F) {
	spec, err := gen.GetSpec()
	if err != nil {
		f.Fatal(err)
	}
	ok := spec.Paths.Find("/v1/FlexFlows").Get.Responses.Value("200").Value
	for _, example := range ok.Content.Get("application/json").Examples {
		body, err := json.Marshal(example.Value.Value)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint8(0), body)
	}
	for i, body := range []string{
		listPage("null", listFlow(0), `{ "sid" : null }`, ` 7 `, `null`, `"x"`, `[ ]`),
		listPage(nextPage("Page=1"), `{"enabled":true,"enabled":true}`, "{\"friendly_name\":\"\xff\"}", `{"a":"\ud800"}`),
		listPage(`null,"x":"\u0000"`, `{"a":[{},[[]],1e999,-0.0E+1,"\"]}"]}`, listFlow(1)),
		" " + listPage("null") + "\n", "\ufeff" + listPage("null"), listPage("null") + "x", listPage("null", "{}", ""),
		listPage(`"x"`, "{}", "{}{}"), `[` + listPage("null") + `]`, `{"flex_flows":[{}]`,
		listPage(`"x"`, `{"a":1,"a":2}`), listPage("null", `{"enabled":1,"a":1,"a":2}`),
		`{"flex_flows":[{},`, `{"flex_flows":[1 2]}`,
		`{"meta":{"next_page_url":null},"flex\u005fflows":[{}],"x":[[]]}`, `{"flex_flows":[{}}`, `{"flex_flows":[01]}`,
		`{"flex_flows":1,"flex_flows":[{}],"meta":{"next_page_url":null}}`, `{"Flex_Flows":[{}],` + listPage("null")[1:],
		`{"flex_flows":[{}],` + listPage("null")[1:], "{\"\xff\":1,\"flex_flows\":[{}],\"meta\":{\"next_page_url\":null}}",
		`{"old_flex_flows":[1],` + listPage("null", "2")[1:], `{"x":{"flex_flows":[1]},` + listPage("null", "2")[1:],
		strings.Repeat("[", 99),
		`{"flex_flows":` + strings.Repeat("[", 99),
	} {
		f.Add(uint8(i), []byte(body))
	}
	f.Fuzz(func(t *testing.T, mode uint8, body []byte) {
		option := flexflow.WithValidation(flexflow.Mode(mode % 3))
		var results []flexflow.Fetched
		var refused []flexflow.Violation // of the page
		for f := range listsPages(string(body)).client(t, option).ListFlexFlows(t.Context(), nil) {
			if !errors.Is(f.Err, flexflow.ErrIncomplete) {
				results = append(results, f)
			} else if invalid, ok := errors.AsType[*flexflow.ResponseError](f.Err); ok {
				refused = invalid.Violations
			}
		}
		strict := jsontext.Value(body).IsValid()
		var page map[string]json.RawMessage
		var flows []json.RawMessage
		err := errors.Join(json.Unmarshal(body, &page), json.Unmarshal(page["flex_flows"], &flows))
		if len(refused) > 0 && refused[0].Keyword != "next page" {
			around := bytes.Replace(body, page["flex_flows"], []byte("[]"), 1)
			inFlows := isMalformed(refused) || strings.HasPrefix(refused[len(refused)-1].Pointer, "/flex_flows/")
			if inFlows && err == nil && jsontext.Value(around).IsValid() || isMalformed(refused) && strict {
				t.Errorf("the page has %v, and the strict decoder accepts it, or what is around its flows", refused)
			}
			if len(results) > 0 {
				t.Errorf("%d flows of a page that has %v", len(results), refused)
			}
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(flows) != len(results) {
			t.Fatalf("%d results, want %d", len(results), len(flows))
		}
		allStrict := true
		for i, f := range results {
			flow := jsontext.Value(flows[i])
			if string(f.Response.Body) != string(flow) {
				t.Errorf("flow %d is %s, want %s", i, f.Response.Body, flow)
			}
			found := f.Response.Violations
			if isMalformed(found) && flow.IsValid() || len(found) == 0 && !flow.IsValid() {
				t.Errorf("flow %d has %v: the strict decoder accepts it: %t", i, found, flow.IsValid())
			}
			allStrict = allStrict && flow.IsValid()
		}
		if strict != allStrict {
			t.Errorf("the strict decoder accepts the page: %t, and its flows: %t", strict, allStrict)
		}
	})
}

// isMalformed reports whether a strict decoder rejects what has the violations.
func isMalformed(found []flexflow.Violation) bool {
	return slices.ContainsFunc(found, func(v flexflow.Violation) bool {
		return v.Keyword == "json" || v.Keyword == "duplicate"
	})
}
