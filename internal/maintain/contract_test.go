package maintain

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestParametersOf(t *testing.T) {
	t.Parallel()
	parameter := func(in, name, description string) *openapi3.ParameterRef {
		return &openapi3.ParameterRef{Value: &openapi3.Parameter{In: in, Name: name, Description: description}}
	}
	item := &openapi3.PathItem{Parameters: openapi3.Parameters{parameter("query", "Z", ""), parameter("path", "B", "of the path"), parameter("path", "A", "")}}
	op := &openapi3.Operation{Parameters: openapi3.Parameters{parameter("query", "Y", ""), parameter("header", "X", ""), parameter("path", "B", "of the operation")}}
	var got []string
	for _, p := range parametersOf("/{A}/{B}", item, op) {
		got = append(got, strings.TrimSpace(p.Name+" "+p.Description))
	}
	if want := []string{"A", "B of the operation", "Y", "X", "Z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		parameter string
		last      bool
		want      string
	}{
		{"PlanSid", true, "PlanSid plansid plan_sid sid"}, {"PlanSid", false, "PlanSid plansid plan_sid"}, {"Name", true, "Name name name"}, {"Name", false, "Name name name"},
	} {
		if got := strings.Join(identities(test.parameter, test.last), " "); got != test.want {
			t.Errorf("%+v: got %s", test, got)
		}
	}
}

// The values are in the same order each time, so that go generate changes nothing without a change to the document.
func TestLiterals_sorted(t *testing.T) {
	t.Parallel()
	item := &openapi3.PathItem{Get: &openapi3.Operation{Responses: openapi3.NewResponses()}}
	for status, media := range map[string]string{"200": "application/c+json", "201": "application/a+json", "202": "application/d+json", "203": "application/b+json", "206": "application/a+json"} {
		item.Get.Responses.Set(status, &openapi3.ResponseRef{Value: &openapi3.Response{Content: openapi3.Content{media: {}}}})
	}
	var w literals
	w.operation("Fetch", http.MethodGet, "/", item)
	const want = `Accept: "application/a+json, application/b+json, application/c+json, application/d+json"`
	if !strings.Contains(w.out.String(), want) {
		t.Errorf("%s lacks %s", &w.out, want)
	}
}
