package flexflow

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/gen"
	"github.com/flexflow-go/flexflow/internal/formats"
)

// contract is the embedded document, resolved to what a fetch needs of it.
type contract struct {
	server     string
	operations map[string]*operation
}

// operation is one operation of the contract.
type operation struct {
	id         string
	parameters []*openapi3.Schema         // those of the path, in its order
	identity   string                     // the property of an answer that repeats the last of them, or nothing
	success    map[int]*openapi3.Response // by status
	accept     []string                   // the value of the Accept header, in the form that http.Header holds
	options    []openapi3.SchemaValidationOption
}

// loadContract parses the embedded document once, at the first New: parsing takes longer than a fetch on loopback.
var loadContract = sync.OnceValues(func() (*contract, error) {
	doc, err := gen.GetSpec()
	if err != nil {
		return nil, fmt.Errorf("flexflow: the embedded contract: %w", err)
	}
	c := &contract{server: doc.Servers[0].URL, operations: map[string]*operation{}}
	options := []openapi3.SchemaValidationOption{
		openapi3.VisitAsResponse(), openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings()),
	}
	for path, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			o := &operation{id: op.OperationID, success: map[int]*openapi3.Response{}, options: options}
			o.resolveParameters(path, item, op)
			o.resolveResponses(op)
			c.operations[o.id] = o
		}
	}
	return c, nil
})

func (o *operation) resolveParameters(path string, item *openapi3.PathItem, op *openapi3.Operation) {
	for segment := range strings.SplitSeq(path, "{") {
		name, _, ok := strings.Cut(segment, "}")
		if !ok {
			continue
		}
		own := op.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
		parameter := cmp.Or(own, item.Parameters.GetByInAndName(openapi3.ParameterInPath, name))
		o.parameters = append(o.parameters, parameter.Schema.Value)
		o.identity = name
	}
}

func (o *operation) resolveResponses(op *openapi3.Operation) {
	var accept []string
	for name, ref := range op.Responses.Map() {
		if status, err := strconv.Atoi(name); err == nil && status/100 == 2 {
			o.success[status] = ref.Value
			accept = slices.AppendSeq(accept, maps.Keys(ref.Value.Content))
		}
	}
	slices.Sort(accept)
	o.accept = []string{strings.Join(slices.Compact(accept), ", ")}
}

func (c *contract) operation(id string) (*operation, error) {
	op := c.operations[id]
	if op == nil {
		return nil, fmt.Errorf("flexflow: the contract has no operation %s", id)
	}
	return op, nil
}

// checkArguments holds the arguments against the schemas of the path's parameters. It stands before the generated
// request builder, which would resolve ".." or "" to another resource.
func (o *operation) checkArguments(args []string) error {
	for i, schema := range o.parameters {
		broken := violationsOf(schema.VisitJSON(args[i], o.options...))
		if len(broken) == 0 {
			continue
		}
		given := args[i]
		if len(given) > 64 {
			given = given[:64] + "..."
		}
		return fmt.Errorf("%w %s: %s; nothing was sent", ErrInvalidSID, strconv.QuoteToASCII(given), broken[0].Reason)
	}
	return nil
}
