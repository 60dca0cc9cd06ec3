package flexflowtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/flexflow-go/flexflow"
)

// Example returns a new copy of the example flow in the contract with this name, such as studio, or panics.
func Example(name string) flexflow.FlexFlow {
	examples := loadContract().fetch.examples
	if examples[name] == nil {
		names := slices.Sorted(maps.Keys(examples))
		panic(fmt.Sprintf("flexflowtest: the contract has no example %q: it has %q", name, names))
	}
	data, _ := json.Marshal(examples[name].Value.Value)
	var flow flexflow.FlexFlow
	if err := json.Unmarshal(data, &flow); err != nil {
		panic(fmt.Sprintf("flexflowtest: the example %s of the contract: %v", name, err))
	}
	return flow
}

// Examples returns new copies of the example flows in the contract that have a SID, ordered by name.
func Examples() []flexflow.FlexFlow {
	var flows []flexflow.FlexFlow
	for _, name := range slices.Sorted(maps.Keys(loadContract().fetch.examples)) {
		if flow := Example(name); flow.SID != nil {
			flows = append(flows, flow)
		}
	}
	return flows
}
