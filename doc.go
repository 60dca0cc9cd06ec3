// Package flexflow lists and fetches Twilio Flex Flows. It validates each response against the OpenAPI document
// api/openapi.yaml, the contract. By default, a flow that it returns satisfies the contract, and anything else is an
// error that says what happened.
//
// Flex Flows are legacy: they are for Flex UI 1.x and channels on Programmable Chat and Proxy. Twilio set the end of
// life of Programmable Chat for Flex to June 1, 2026. Use this package to take inventory of existing flows, before you
// migrate to Flex Conversations.
//
//	client, err := flexflow.NewFromEnv() // TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN
//	if err != nil {
//		return err
//	}
//	for f := range client.ListFlexFlows(ctx, nil) {
//		switch {
//		case errors.Is(f.Err, flexflow.ErrIncomplete):
//			return f.Err // the list ended early, and flows are missing
//		case f.Err != nil:
//			log.Print(f.Err) // this flow violates the contract; the list goes on
//		default:
//			fmt.Println(f.SID, flexflow.Value(f.Flow.FriendlyName))
//		}
//	}
//
// [Client.ListFlexFlows] lists the flows of the account, [Client.FetchFlexFlow] fetches one flow by its SID, and
// [Client.FetchFlexFlows] fetches many flows with concurrent requests.
//
// # Flows
//
// The fields of a [FlexFlow] are the attributes in the contract. A field is nil if the API sent null or omitted it,
// which the contract allows for every attribute. [Value] returns the zero value for nil.
//
// %v prints a flow without the friendly name and the contact identity, which may be personal data. %+v prints all
// values. Package log/slog withholds the personal data of a flow, but prints that of a flow inside another struct.
//
// The contract does not say which keys Integration has; they depend on IntegrationType. Its values are decoded as with
// package encoding/json: a number is a float64. For all digits of a number, read the body from [CaptureResponse].
//
// # Errors
//
// If a fetch fails, its error is one of these:
//
//   - [ErrInvalidConfig]: the context is nil, or the Client was not made by [New]. Nothing was sent.
//   - [ErrInvalidSID]: the SID is malformed. Nothing was sent.
//   - [*APIError]: the HTTP status is not a success.
//   - [*ResponseError]: the response violates the contract.
//   - [*TransportError]: the request failed, and there is no complete response.
//
// A list or a batch that ends early yields a last result, whose error matches [ErrIncomplete] and the cause.
//
// Use [errors.Is] with [ErrNotFound], [ErrRateLimited] and the others, and with [context.Canceled] and
// [context.DeadlineExceeded]. Each message is one line, without credentials and, except for the SID, without values of
// a flow.
//
// # Timeouts and retries
//
// An attempt takes at most 10 seconds, and a request that fails is retried up to 3 times; see [WithTimeout] and
// [WithRetries]. Give the context a deadline: it bounds all attempts and the waits between them.
//
// # Testing
//
// Package [github.com/flexflow-go/flexflow/flexflowtest] is a fake of the API for tests.
package flexflow
