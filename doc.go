// Package flexflow fetches a Twilio Flex Flow and validates the response: unless an option says otherwise, what
// [Client.FetchFlexFlow] returns came over TLS from the right host and satisfies the document api/openapi.yaml, checked
// value by value. Anything else is an error that says what happened.
//
// Flex Flows are legacy: they are for Flex UI 1.x and channels on Programmable Chat and Proxy, and Twilio announced that
// Programmable Chat for Flex reaches its end of life on June 1, 2026. Use this package to take inventory of existing flows
// and to migrate them, and Flex Conversations for new work.
//
//	client, err := flexflow.NewFromEnv() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN
//	if err != nil {
//		return err
//	}
//	flow, err := client.FetchFlexFlow(ctx, "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
//
// # Flows
//
// The fields of a [FlexFlow] are the attributes of the document. Any may be null or absent, and is nil then, which [Value]
// turns into the zero value. A flow prints its values with %v, but for the friendly name and the contact identity. The keys of Integration
// depend on the IntegrationType, and the contract does not fix them; their values have the types that package
// encoding/json gives to an any, so that numbers are float64. Their digits are in the body, which [CaptureResponse] keeps.
//
// # Errors
//
// A fetch fails with [ErrInvalidSID], when nothing was sent; an [*APIError], when the API refused; a [*ResponseError],
// when its answer breaks the contract; or a [*TransportError], when no whole answer came. With [errors.Is] they match
// [ErrNotFound], [ErrRateLimited] and the like, and [context.Canceled] and [context.DeadlineExceeded]. Their messages are
// one line and carry neither a credential nor a value of a flow.
//
// # Time
//
// An attempt takes 10 seconds at most, and there are up to 3 more after the first; see [WithTimeout] and [WithRetries].
// The context of the fetch bounds it as a whole.
//
// # Tests
//
// Package [github.com/flexflow-go/flexflow/flexflowtest] is a fake of the API for the tests of your own program.
package flexflow
