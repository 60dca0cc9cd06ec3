package contract

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
)

// CheckArgument validates the argument of an operation: the string of its path parameter, or the struct of its other
// parameters, which may be nil. The error describes a valid argument, and does not contain the given one.
func (o *Operation) CheckArgument(argument any) error {
	if text, ok := argument.(string); ok {
		p := o.parameters[0].Value
		if err := checkParameter(p, argument); err != nil {
			return describe(p, text, err)
		}
		return nil
	}
	var values map[string]any
	if encoded, err := json.Marshal(argument); err != nil || json.Unmarshal(encoded, &values) != nil {
		return errors.New("the parameters cannot be encoded as JSON")
	}
	for _, ref := range o.parameters {
		p := ref.Value
		value, given := values[p.Name]
		if !given && p.Required {
			return fmt.Errorf("the parameter %s is required", p.Name)
		}
		if given {
			if err := checkParameter(p, value); err != nil {
				return fmt.Errorf("the parameter %s: %w", p.Name, err)
			}
		}
	}
	return nil
}

func checkParameter(p *openapi3.Parameter, value any) error {
	if found := violationsOf(p.Schema.Value.VisitJSON(value, validation()...)); len(found) > 0 {
		return errors.New(found[0].Reason)
	}
	return nil
}

// describe says what a path argument must be, in the words of the document if it has any, and what is wrong with it.
func describe(p *openapi3.Parameter, text string, err error) error {
	mustBe, ok := p.Extensions["x-must-be"].(string)
	if !ok {
		return err
	}
	length := utf8.RuneCountInString(text)
	reason := fmt.Sprintf("it has %d characters", length)
	switch most := p.Schema.Value.MaxLength; {
	case most != nil && uint64(length) == *most:
		reason = "it has the right length, but an invalid character"
	case strings.TrimRight(text, "\r\n") != text:
		reason = "it ends with a line break"
	case strings.TrimSpace(text) != text:
		reason = "it has a space before or after it"
	}
	return fmt.Errorf("it must be %s (%s)", mustBe, reason)
}
