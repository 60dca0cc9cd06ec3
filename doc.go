// Package flexflow fetches Twilio Flex Flows and validates each response against the OpenAPI document
// api/openapi.yaml, the contract. [Client.FetchFlexFlow] returns a flow that satisfies the contract, or an error that
// says what happened.
//
// Flex Flows are legacy. They are for Flex UI 1.x and channels on Programmable Chat and Proxy. Twilio set the end of
// life of Programmable Chat for Flex to June 1, 2026. Use this package to take inventory of existing flows and to
// migrate them, and Flex Conversations for new work.
//
//	client, err := flexflow.NewFromEnv() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN
//	if err != nil {
//		return err
//	}
//	flow, err := client.FetchFlexFlow(ctx, "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
//
// # Flows
//
// The fields of a [FlexFlow] are the attributes in the contract. A field is nil if the API sent null or omitted it;
// [Value] returns the zero value for it. The contract allows that for every attribute, also for all of them. Printing
// a flow with %v shows its values, except for the friendly name and the contact identity, which may be personal data;
// %+v shows these too, also when package slog prints a struct that contains a flow.
//
// The contract does not say which keys Integration has; they depend on IntegrationType. Its values are decoded as with
// package encoding/json: a number is a float64. For all digits of a number, read the body from [CaptureResponse].
//
// # Errors
//
// A fetch with a context and a Client made by [New] returns one of four errors:
//
//   - [ErrInvalidSID]: the SID is malformed, and nothing was sent.
//   - [*APIError]: the HTTP status is not a success.
//   - [*ResponseError]: the response violates the contract.
//   - [*TransportError]: the request failed, and there is no complete response.
//
// Use [errors.Is] with [ErrNotFound], [ErrRateLimited] and the others, and with [context.Canceled] and
// [context.DeadlineExceeded]. Each message is one line, without credentials and without values of a flow.
//
// # Timeouts and retries
//
// An attempt takes at most 10 seconds, and up to 3 attempts follow the first; see [WithTimeout] and [WithRetries]. The
// deadline of the context covers all attempts and waits, so give it one.
//
// # Testing
//
// Package [github.com/flexflow-go/flexflow/flexflowtest] is a fake of the API for tests.
package flexflow
