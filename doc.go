// Package flexflow fetches a Twilio Flex Flow that can be believed: what [Client.FetchFlexFlow] returns came over TLS
// from the right host and satisfies the contract in api/openapi.yaml, checked value by value; anything else is an error
// that says what happened.
package flexflow
