package sandbox

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/cmd/internal/input"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// load returns the flows of the file and the generated flows. Without either, it returns the examples of the OpenAPI document.
func (c Config) load() ([]flexflow.FlexFlow, error) {
	if c.Count < 0 || c.Count > 1_000_000 {
		return nil, errors.New("--count must be from 0 to 1000000")
	}
	examples := flexflowtest.Examples()
	if c.Flows == "" && c.Count == 0 {
		return examples, nil
	}
	var flows []flexflow.FlexFlow
	if c.Flows != "" {
		content, err := input.ReadFile(c.Flows)
		if err != nil {
			return nil, fmt.Errorf("--flows: %w", err)
		}
		for stored := range input.Flows(content) {
			flow, err := flexflow.ParseFlexFlow(stored.Body)
			if err = cmp.Or(stored.Err, err); err != nil {
				return nil, fmt.Errorf("--flows: line %d: %w", stored.Line, err)
			}
			flows = append(flows, *flow)
		}
	}
	for i := range c.Count {
		flow := examples[i%len(examples)]
		flow.SID = new(fmt.Sprintf("FO%032x", i+1))
		flow.FriendlyName = new(fmt.Sprintf("Flow %d", i+1))
		flow.URL = new("https://flex-api.twilio.com/v1/FlexFlows/" + *flow.SID)
		flows = append(flows, flow)
	}
	return flows, nil
}
