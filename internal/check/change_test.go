package check

import (
	"fmt"
	"testing"
)

// changes are changes to the document that need no other Go code. For each, the changed client must accept one body and
// refuse another.
var changes = []struct {
	name     string
	document string // the change, for changed
	valid    string // a body that uses the change
	holds    string // a Go expression that must be true of got
	invalid  string // a body that violates it
	want     string // pointers and keywords of the violations
}{{
	name:     "a property",
	document: inFlow(`{color: {type: string, nullable: true, maxLength: 5, description: Its color.}}`),
	valid:    `{"color": "green"}`, holds: `flexflow.Value(got.Color) == "green"`,
	invalid: `{"color": "purple"}`, want: "/color maxLength",
}, {
	name:     "an enum value",
	document: inSchemas(`{ChannelType: {enum: [semaphore]}}`),
	valid:    `{"channel_type": "semaphore"}`, holds: `flexflow.Value(got.ChannelType) == flexflow.ChannelTypeSemaphore`,
	invalid: `{"channel_type": "Semaphore"}`, want: "/channel_type enum",
}, {
	name: "dates in a list and in a map",
	document: inFlow(`{
		dates_paused: {type: array, description: When., items: {type: string, format: date-time}},
		pages: {type: object, description: By country., additionalProperties: {type: string, format: uri}}}`),
	valid:   `{"dates_paused": ["2026-02-28T09:42:00Z"], "pages": {"DE": "https://example.com"}}`,
	holds:   `got.DatesPaused[0].Minute() == 42 && got.Pages["DE"] == "https://example.com"`,
	invalid: `{"pages": {"DE": "/relative"}}`, want: "/pages/DE format",
}, {
	name: "a nested object",
	document: inSchemas(`{FlexFlow: {properties: {routing: {$ref: "#/components/schemas/Routing"}}},
		Routing: {type: object, description: Where messages go., properties: {
			queue_sid: {type: string, pattern: "^WQ[0-9a-f]{2}$", description: The queue.},
			urgency: {type: string, enum: [high, low], description: How soon.},
			steps: {type: array, description: What comes first., items: {type: object, properties: {
				seconds: {type: integer, minimum: 1, description: How long.}}}}}}}`),
	valid: `{"routing": {"queue_sid": "WQ0f", "urgency": "high", "steps": [{"seconds": 5}]}}`,
	holds: `*(*flexflow.Routing)(got.Routing).Urgency == flexflow.RoutingUrgencyHigh && ` +
		`*got.Routing.Steps[0].Seconds == 5`,
	invalid: `{"routing": {"steps": [{"seconds": 5}, {"seconds": 0}]}}`, want: "/routing/steps/1/seconds minimum",
}, {
	name: "numbers",
	document: inFlow(`{ratio: {type: number, minimum: 0, description: How much.},
		retry_count: {type: integer, nullable: true, maximum: 10, description: How often.},
		retry_limit: {type: integer, description: How often at most.},
		limits: {type: object, description: How many., additionalProperties: {type: integer}},
		queues: {type: object, description: Which., additionalProperties: {type: object, properties: {
			size: {type: integer, description: How long.}}}},
		counts: {type: object, description: Counts., additionalProperties: {type: integer}, properties: {
			all: {type: integer, description: Their sum.}}}}`),
	valid: `{"ratio": 16777217, "retry_count": 1.0, "retry_limit": 1e3, "limits": {"a": 1e3}, ` +
		`"queues": {"a": {"size": 2.0}}, "counts": {"all": 3.0, "a": 4.0}}`,
	holds: `*got.Ratio == 16777217 && *got.RetryCount == 1 && *got.RetryLimit == 1000 && got.Limits["a"] == 1000 && ` +
		`*got.Queues["a"].Size == 2 && *got.Counts.All == 3 && got.Counts.AdditionalProperties["a"] == 4 && ` +
		`len(got.Counts.AdditionalProperties) == 1`,
	invalid: `{"ratio": -0.5, "retry_count": 1.5, "limits": {"a": 1.5}}`,
	want:    "/limits/a type, /ratio minimum, /retry_count type",
}, {
	name: "a nullable reference",
	document: inSchemas(`{Weight: {type: string, nullable: true, maxLength: 2, description: How heavy.},
		FlexFlow: {properties: {weight: {nullable: true, description: Its weight., allOf:
			[{$ref: "#/components/schemas/Weight"}]}}}}`),
	valid: `{"weight": null}`, holds: `got.Weight == nil`,
	invalid: `{"weight": "heavy"}`, want: "/weight maxLength",
}, {
	name: "a composition",
	document: inSchemas(`{FlexFlow: {properties: {owner_record: {$ref: "#/components/schemas/Owner"}}},
		Owner: {description: Who owns it., allOf: [
			{type: object, properties: {name: {type: string, description: The name.}}}, {type: object, required: [name]}]}}`),
	valid: `{"owner_record": {"name": "Ann"}}`, holds: `got.OwnerRecord.Name == "Ann"`,
	invalid: `{"owner_record": {}}`, want: "/owner_record/name required",
}, {
	name: "one of two",
	document: inSchemas(`{FlexFlow: {properties: {pet: {$ref: "#/components/schemas/Pet"}}},
		Cat: {type: object, description: A cat., required: [lives], properties: {
			lives: {type: integer, description: How many.}}},
		Dog: {type: object, description: A dog., required: [name], properties: {
			name: {type: string, description: The name.}}},
		Pet: {description: A pet., oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Dog"}]}}`),
	valid:   `{"pet": {"lives": 9}}`,
	holds:   `func() bool { cat, err := got.Pet.AsCat(); return err == nil && cat.Lives == 9 }()`,
	invalid: `{"pet": {"age": 3}}`, want: "/pet oneOf",
}}

// plans adds two operations to the document: one with a path parameter that has another name and the success 2XX, and
// one with parameters in the query.
const plans = `{
paths: {
	"/v1/Plans/{PlanSid}": {get: {operationId: FetchPlan,
		parameters: [{name: PlanSid, in: path, required: true, x-repeated-as: sid, schema:
			{type: string, pattern: "^FP[0-9a-f]{4}$"}}],
		responses: {2XX: {description: A., content: {application/json: {schema: {$ref: "#/components/schemas/Plan"}}}}}}},
	/v1/Plans: {get: {operationId: ListPlans,
		parameters: [{name: PageSize, in: query, required: true, schema: {type: integer, minimum: 1, maximum: 1000}},
			{name: State, in: query, schema: {type: array, items: {type: string, enum: [draft, live]}}}],
		responses: {"200": {description: A., content: {application/json: {schema: {$ref: "#/components/schemas/Plan"}}}}}}}},
components: {schemas: {Plan: {type: object, description: A plan., properties: {
	sid: {type: string, pattern: "^FP[0-9a-f]{4}$", description: Its SID.},
	state: {type: string, enum: [draft, live], description: Its state.}}}}}}`

// plansMethods is the hand-written code for FetchPlan, and what a list does before it sends its request.
const plansMethods = `package flexflow

import (
	"context"
	"net/http"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/contract"
)

func (c *Client) FetchPlan(ctx context.Context, sid string, opts ...CallOption) (*Plan, error) {
	return fetch[Plan](ctx, c, contract.FetchPlan(), sid, gen.NewFetchPlanRequest, opts)
}

func (c *Client) ListPlans(ctx context.Context, params *gen.ListPlansParams) (*http.Request, error) {
	if err := contract.ListPlans().CheckArgument(params); err != nil {
		return nil, err
	}
	return gen.NewListPlansRequest(ctx, c.baseURL, params)
}
`

const plansOperations = `package contract

func FetchPlan() *Operation { return operations()["FetchPlan"] }
func ListPlans() *Operation { return operations()["ListPlans"] }
`

// changedTest is added to the tests of the root package. Its rows come from changes.
const changedTest = `package flexflow_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

func violated(err error) string {
	var found []string
	if broken, ok := errors.AsType[*flexflow.ResponseError](err); ok {
		for _, violation := range broken.Violations {
			found = append(found, violation.Pointer+" "+violation.Keyword)
		}
	}
	return strings.Join(found, ", ")
}

func TestChangedDocument(t *testing.T) {
	for name, row := range map[string]struct {
		valid, invalid, want string
		holds                func(got *flexflow.FlexFlow) bool
	}{
%s	} {
		if got, err := flexflow.ParseFlexFlow([]byte(row.valid)); err != nil || !row.holds(got) {
			t.Errorf("%%s: got %%+v, %%v", name, got, err)
		}
		if _, err := flexflow.ParseFlexFlow([]byte(row.invalid)); violated(err) != row.want {
			t.Errorf("%%s: error %%v, want %%s", name, err, row.want)
		}
	}
}

func TestPlans(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, "{%%q: %%q, %%q: %%q}", "sid", "FP01af", "state", "live")
		if !strings.HasPrefix(r.URL.Path, "/v1/Plans/FP") {
			t.Errorf("sent to %%s", r.URL)
		}
	}))
	defer srv.Close()
	client, err := flexflow.New(flexflow.AuthToken("AC", "token"), flexflow.WithBaseURL(srv.URL))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := client.FetchPlan(t.Context(), "FP01af"); err != nil || *got.State != flexflow.PlanStateLive {
		t.Errorf("got %%+v, %%v", got, err)
	}
	if _, err := client.FetchPlan(t.Context(), "FP01ag"); !errors.Is(err, flexflow.ErrInvalidSID) {
		t.Errorf("error %%v, want ErrInvalidSID", err)
	}
	if _, err := client.FetchPlan(t.Context(), "FP0000"); violated(err) != "/sid identity" {
		t.Errorf("another plan: %%v", err)
	}
	states := []gen.ListPlansParamsState{"draft", "live"}
	got, err := client.ListPlans(t.Context(), &gen.ListPlansParams{PageSize: 50, State: states})
	if err != nil || got.URL.String() != srv.URL+"/v1/Plans?PageSize=50&State=draft&State=live" {
		t.Errorf("got %%+v, %%v", got, err)
	}
	for name, params := range map[string]*gen.ListPlansParams{
		"a page of 0":      {PageSize: 0},
		"an unknown state": {PageSize: 1, State: []gen.ListPlansParamsState{"lost"}},
		"none":             nil,
	} {
		if _, err := client.ListPlans(t.Context(), params); err == nil {
			t.Errorf("%%s: no error", name)
		}
	}
}
`

// One copy has all of the changes, because generating and compiling takes most of the time.
func TestGenerate_followsChanges(t *testing.T) {
	slow(t)
	copied, table := release(t), ""
	for _, c := range changes {
		changed(c.document)(t, copied)
		table += fmt.Sprintf("%q: {%q, %q, %q, func(got *flexflow.FlexFlow) bool { return %s }},\n",
			c.name, c.valid, c.invalid, c.want, c.holds)
	}
	edits{changed(plans), written("plans.go", plansMethods), written("internal/contract/plans.go", plansOperations),
		written("changed_test.go", fmt.Sprintf(changedTest, table))}.apply(t, copied)
	mustRun(t, copied, "make generate")
	mustRun(t, copied, "go vet . ./gen ./internal/contract")
	mustRun(t, copied, "go test . ./flexflowtest ./cmd/... ./internal/contract")
}
