package flexflow

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow/internal/formats"
)

// contract is the document, resolved to what a fetch needs of it.
type contract struct {
	server     string
	operations map[string]*operation
}

// operation is one operation of the contract.
type operation struct {
	id         string
	method     string
	segments   []string                   // of the path: what stands before, between and after its parameters
	parameters []*openapi3.Schema         // of the path, in its order
	identity   string                     // the property that repeats the last of them, where an answer has it
	success    map[int]*openapi3.Response // by status
	accept     []string                   // the value of the Accept header, in the form that http.Header holds
	options    []openapi3.SchemaValidationOption
}

// loadContract parses what contract.gen.go holds of the document once, at the first New: parsing takes longer than a
// fetch on loopback.
var loadContract = sync.OnceValues(func() (*contract, error) { return newContract(contractJSON) })

func newContract(encoded string) (*contract, error) {
	doc := new(openapi3.T)
	if err := doc.UnmarshalJSON([]byte(encoded)); err != nil {
		return nil, fmt.Errorf("flexflow: the contract: %w", err)
	}
	links := linker{}
	if doc.Components != nil {
		links = linker(doc.Components.Schemas)
	}
	for _, ref := range links {
		links.link(ref)
	}
	c := &contract{server: doc.Servers[0].URL, operations: map[string]*operation{}}
	options := []openapi3.SchemaValidationOption{
		openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats.Strings()),
	}
	if strings.Contains(encoded, `"writeOnly"`) {
		options = append(options, openapi3.VisitAsResponse()) // which sorts all names anew at each check
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{id: op.OperationID, method: method, success: map[int]*openapi3.Response{}, options: options}
			o.resolvePath(path, item, op, links)
			o.resolveResponses(op, links)
			c.operations[o.id] = o
		}
	}
	return c, nil
}

// linker gives each reference to a named schema its value. contract.gen.go has no other references, and so it takes
// neither kin-openapi's loader nor the YAML parser that would come with it.
type linker openapi3.Schemas

func (l linker) link(ref *openapi3.SchemaRef) *openapi3.Schema {
	if ref == nil {
		return nil
	}
	target := ref
	for range len(l) + 1 { // a named schema may be a reference in turn
		name, named := strings.CutPrefix(target.Ref, "#/components/schemas/")
		if !named || l[name] == nil {
			break
		}
		target = l[name]
	}
	if ref.Value = target.Value; ref == target {
		l.linkParts(ref.Value)
	}
	return ref.Value
}

func (l linker) linkParts(s *openapi3.Schema) {
	for _, property := range s.Properties {
		l.link(property)
	}
	for part := range partsOf(s) {
		l.link(part)
	}
	l.link(s.Items)
	l.link(s.Not)
	l.link(s.AdditionalProperties.Schema)
}

func (o *operation) resolvePath(path string, item *openapi3.PathItem, op *openapi3.Operation, links linker) {
	for {
		before, rest, ok := strings.Cut(path, "{")
		o.segments = append(o.segments, before)
		if !ok {
			return
		}
		var name string
		name, path, _ = strings.Cut(rest, "}")
		own := op.Parameters.GetByInAndName(openapi3.ParameterInPath, name)
		parameter := cmp.Or(own, item.Parameters.GetByInAndName(openapi3.ParameterInPath, name))
		o.parameters = append(o.parameters, links.link(parameter.Schema))
		o.identity = strings.ToLower(name)
	}
}

func (o *operation) resolveResponses(op *openapi3.Operation, links linker) {
	var accept []string
	for name, ref := range op.Responses.Map() {
		if status, err := strconv.Atoi(name); err == nil && status/100 == 2 {
			o.success[status] = ref.Value
			for name, media := range ref.Value.Content {
				accept = append(accept, name)
				links.link(media.Schema)
			}
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

// newRequest is a request for the operation, with arguments that checkArguments has passed. The generated builder makes
// the same one out of strings that it parses three times, which is an eighth of the time of a fetch.
func (o *operation) newRequest(ctx context.Context, base *url.URL, args []string) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, o.method, "", nil)
	if err != nil {
		return nil, err
	}
	path, escaped := o.segments[0], o.segments[0]
	for i, arg := range args {
		path += arg + o.segments[i+1]
		escaped += url.PathEscape(arg) + o.segments[i+1]
	}
	*req.URL = url.URL{Scheme: base.Scheme, Host: base.Host, Path: base.Path + path, RawPath: base.EscapedPath() + escaped}
	req.Host = base.Host
	return req, nil
}

// checkArguments holds the arguments against the schemas of the path's parameters. A schema that lets ".." or "" pass
// would lead to another resource, so these are refused whatever it says.
func (o *operation) checkArguments(args []string) error {
	for i, schema := range o.parameters {
		broken := violationsOf(schema.VisitJSON(args[i], o.options...))
		switch args[i] {
		case "", ".", "..":
			broken = append(broken, Violation{Reason: "it stands for another resource"})
		}
		if len(broken) == 0 {
			continue
		}
		given := strconv.QuoteToASCII(args[i])
		if len(args[i]) > 8 { // it may be a secret in the wrong place
			given = fmt.Sprintf("%s... (%d bytes)", strconv.QuoteToASCII(args[i][:4]), len(args[i]))
		}
		return fmt.Errorf("%w %s: %s; nothing was sent", ErrInvalidSID, given, broken[0].Reason)
	}
	return nil
}
