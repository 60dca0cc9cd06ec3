package flexflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

// fakeAPI is a fake of the API with the example flows of the contract.
type fakeAPI struct {
	*flexflowtest.Handler
	*httptest.Server
}

// newFakeAPI returns a fake that runs, and a client of it.
func newFakeAPI(opts ...flexflow.Option) (fakeAPI, *flexflow.Client) {
	handler := flexflowtest.NewHandler()
	for _, flow := range flexflowtest.Examples() {
		if err := handler.Put(flow); err != nil {
			panic(err)
		}
	}
	api := fakeAPI{handler, httptest.NewServer(handler)}
	creds := flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken)
	client, err := flexflow.New(creds, append(opts, flexflow.WithBaseURL(api.URL))...)
	if err != nil {
		panic(err)
	}
	return api, client
}

func Example() {
	api, _ := newFakeAPI() // instead of Twilio's API
	defer api.Close()

	client, err := flexflow.New(
		flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken),
		flexflow.WithBaseURL(api.URL), // without this option, Twilio's
	)
	if err != nil {
		log.Fatal(err)
	}
	flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(flexflow.Value(flow.FriendlyName))
	fmt.Println(flexflow.Value(flow.ChannelType))
	fmt.Println(flexflow.Value(flow.IntegrationType), flow.Integration["flow_sid"])
	fmt.Println("created", flexflow.Value(flow.DateCreated).Format(time.DateOnly))
	// Output:
	// Web chat to Studio
	// web
	// studio FW0123456789abcdef0123456789abcdef
	// created 2026-01-15
}

// New refuses an invalid configuration.
func ExampleNew() {
	_, err := flexflow.New(
		flexflow.APIKey("SK0123456789abcdef0123456789abcdef", "the-secret-of-the-key"),
		flexflow.WithBaseURL("flex.example.com"),
		flexflow.WithTimeout(5*time.Second),
	)
	fmt.Println(errors.Is(err, flexflow.ErrInvalidConfig))
	fmt.Println(err)
	// Output:
	// true
	// flexflow: invalid configuration: the base URL is malformed: it must begin with https:// or http:// and have a host
}

// For a malformed SID, the fetch returns an error and sends nothing.
func ExampleClient_FetchFlexFlow_invalidSID() {
	api, client := newFakeAPI()
	defer api.Close()

	_, err := client.FetchFlexFlow(context.Background(), "..")
	fmt.Println(errors.Is(err, flexflow.ErrInvalidSID))
	fmt.Println(err)
	// Output:
	// true
	// flexflow: invalid SID "..": it must be FO followed by 32 hexadecimal digits (it has 2 characters); nothing was sent
}

func ExampleClient_FetchFlexFlow_notFound() {
	api, client := newFakeAPI()
	defer api.Close()

	_, err := client.FetchFlexFlow(context.Background(), "FO00000000000000000000000000000000")
	if errors.Is(err, flexflow.ErrNotFound) {
		fmt.Println("there is no such flow")
	}
	var refused *flexflow.APIError
	if errors.As(err, &refused) {
		fmt.Println(refused.StatusCode, refused.Code, refused.RequestID)
	}
	// Output:
	// there is no such flow
	// 404 20404 RQ00000000000000000000000000000001
}

// If Retry-After is longer than the context lasts, the fetch returns at once.
func ExampleAPIError_rateLimited() {
	api, client := newFakeAPI()
	defer api.Close()
	api.On("FOa1b2c3d4e5f60718293a4b5c6d7e8f90").Status(429).RetryAfter(30 * time.Second)

	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := client.FetchFlexFlow(ctx, "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	var refused *flexflow.APIError
	if errors.Is(err, flexflow.ErrRateLimited) && errors.As(err, &refused) {
		fmt.Println("try again in", refused.RetryAfter)
	}
	// Output:
	// try again in 30s
}

func ExampleResponseError() {
	api, client := newFakeAPI()
	defer api.Close()
	body := []byte(`{"account_sid": "AC123", "channel_type": "fax", "enabled": "yes"}`)
	api.On("FOa1b2c3d4e5f60718293a4b5c6d7e8f90").Body(body)

	_, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	var broken *flexflow.ResponseError
	if errors.As(err, &broken) {
		for _, v := range broken.Violations {
			fmt.Println(v.Pointer, v.Keyword)
		}
	}
	// Output:
	// /account_sid minLength
	// /account_sid pattern
	// /channel_type enum
	// /enabled type
}

// In mode Report, the handler gets the violations, and the fetch returns the flow anyway.
func ExampleWithViolationHandler() {
	api, client := newFakeAPI(
		flexflow.WithValidation(flexflow.Report),
		flexflow.WithViolationHandler(func(_ context.Context, broken *flexflow.ResponseError) {
			fmt.Println("violation:", broken.Violations[0].Pointer, broken.Violations[0].Keyword)
		}),
	)
	defer api.Close()
	api.On("FOa1b2c3d4e5f60718293a4b5c6d7e8f90").Violate("/channel_type")

	flow, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("fetched:", flexflow.Value(flow.FriendlyName))
	// Output:
	// violation: /channel_type enum
	// fetched: Web chat to Studio
}

// CaptureResponse returns the status, request ID and body of the response.
func ExampleCaptureResponse() {
	api, client := newFakeAPI()
	defer api.Close()

	var response flexflow.Response
	capture := flexflow.CaptureResponse(&response)
	_, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", capture)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(response.StatusCode, response.RequestID, response.Header.Get("Twilio-Concurrent-Requests"))
	var exact struct{ Integration json.RawMessage } // where numbers are not rounded to a float64
	if err := json.Unmarshal(response.Body, &exact); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", exact.Integration)
	// Output:
	// 200 RQ00000000000000000000000000000001 1
	// {"flow_sid":"FW0123456789abcdef0123456789abcdef","retry_count":3}
}

// newLogger returns a logger without the attributes that would differ each time.
func newLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if slices.Contains([]string{slog.TimeKey, "duration", "method", "path"}, a.Key) {
				return slog.Attr{}
			}
			return a
		},
	}))
}

func ExampleWithLogger() {
	api, client := newFakeAPI(flexflow.WithLogger(newLogger()))
	defer api.Close()
	api.On("FOa1b2c3d4e5f60718293a4b5c6d7e8f90").Status(503).RetryAfter(0)

	if _, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// level=DEBUG msg="flexflow: attempt" status=503 attempt=1 request_id=RQ00000000000000000000000000000001
	// level=DEBUG msg="flexflow: wait" wait=0s reason="HTTP 503, Retry-After" attempt=2
	// level=DEBUG msg="flexflow: attempt" status=200 attempt=2 request_id=RQ00000000000000000000000000000002
}

func ExampleClient_FetchFlexFlows() {
	api, client := newFakeAPI()
	defer api.Close()

	sids := slices.Values([]string{
		"FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "FOffffffffffffffffffffffffffffffff", "FOb2c3d4e5f60718293a4b5c6d7e8f90a1",
	})
	for f := range client.FetchFlexFlows(context.Background(), sids, 8) {
		if f.Err != nil {
			fmt.Println(f.SID, errors.Is(f.Err, flexflow.ErrNotFound))
			continue
		}
		fmt.Println(f.SID, flexflow.Value(f.Flow.FriendlyName))
	}
	// Output:
	// FOa1b2c3d4e5f60718293a4b5c6d7e8f90 Web chat to Studio
	// FOffffffffffffffffffffffffffffffff true
	// FOb2c3d4e5f60718293a4b5c6d7e8f90a1 SMS to our own service
}

// The second flow violates the contract, and the list goes on.
func ExampleClient_ListFlexFlows() {
	api, client := newFakeAPI()
	defer api.Close()
	api.OnList().Violate("/flex_flows/1/enabled")

	for f := range client.ListFlexFlows(context.Background(), nil) {
		switch {
		case errors.Is(f.Err, flexflow.ErrIncomplete): // the last result: flows are missing
			log.Fatal(f.Err)
		case f.Err != nil:
			fmt.Println(f.SID, errors.Is(f.Err, flexflow.ErrInvalidResponse))
		default:
			fmt.Println(f.SID, flexflow.Value(f.Flow.FriendlyName))
		}
	}
	// Output:
	// FOb2c3d4e5f60718293a4b5c6d7e8f90a1 SMS to our own service
	// FOa1b2c3d4e5f60718293a4b5c6d7e8f90 true
	// FOc3d4e5f60718293a4b5c6d7e8f90a1b2 WhatsApp to agents
}

// A single fetch with other options uses the same connections.
func ExampleClient_With() {
	api, client := newFakeAPI()
	defer api.Close()

	impatient, err := client.With(flexflow.WithRetries(0), flexflow.WithTimeout(time.Second))
	if err != nil {
		log.Fatal(err)
	}
	api.Next().Status(503)
	_, err = impatient.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90")
	fmt.Println(errors.Is(err, flexflow.ErrServer))
	// Output: true
}

// ParseFlexFlow validates a stored body without the API.
func ExampleParseFlexFlow() {
	_, err := flexflow.ParseFlexFlow([]byte(`{"sid": "FOa1b2c3d4e5f60718293a4b5c6d7e8f90", "enabled": "yes"}`))
	fmt.Println(err)
	// Output: flexflow: the response violates the contract: /enabled: type: value must be a boolean
}

// NewTransport validates the responses to another API client.
func ExampleNewTransport() {
	api, _ := newFakeAPI()
	defer api.Close()
	httpClient := &http.Client{Transport: flexflow.NewTransport(http.DefaultTransport)}

	api.Next().Violate("/account_sid")
	req, err := http.NewRequest(http.MethodGet, api.URL+"/v1/FlexFlows/FOa1b2c3d4e5f60718293a4b5c6d7e8f90", nil)
	if err != nil {
		log.Fatal(err)
	}
	req.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
	_, err = httpClient.Do(req)
	broken, ok := errors.AsType[*flexflow.ResponseError](err)
	fmt.Println(ok, broken.Violations[0].Pointer, broken.Violations[0].Keyword)
	// Output: true /account_sid minLength
}

type logged struct{ http.RoundTripper }

func (t logged) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(req)
	if err == nil {
		fmt.Println(req.URL.Path, resp.StatusCode)
	}
	return resp, err
}

// A client sends its requests with a transport that wraps the default one.
func ExampleDefaultTransport() {
	httpClient := &http.Client{Transport: logged{flexflow.DefaultTransport()}}
	api, client := newFakeAPI(flexflow.WithHTTPClient(httpClient))
	defer api.Close()

	api.Next().Status(503).RetryAfter(0)
	if _, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"); err != nil {
		log.Fatal(err)
	}
	// Output:
	// /v1/FlexFlows/FOa1b2c3d4e5f60718293a4b5c6d7e8f90 503
	// /v1/FlexFlows/FOa1b2c3d4e5f60718293a4b5c6d7e8f90 200
}

// An attribute is nil if the API sent null or omitted it. The values of Integration are those of package encoding/json.
func ExampleFlexFlow_attributes() {
	flow, err := flexflow.ParseFlexFlow([]byte(`{
		"channel_type": "web", "enabled": null, "integration_type": "studio", "integration": {"retry_count": 3}
	}`))
	if err != nil {
		log.Fatal(err)
	}
	if flexflow.Value(flow.ChannelType) == flexflow.ChannelTypeWeb {
		fmt.Println("a web channel")
	}
	fmt.Println(flow.Enabled == nil, flexflow.Value(flow.FriendlyName) == "")
	retries, ok := flow.Integration["retry_count"].(float64)
	fmt.Println(retries, ok)
	// Output:
	// a web channel
	// true true
	// 3 true
}

// Printing a flow with %v shows its values, except for the personal ones; %+v shows all.
func ExampleFlexFlow() {
	flow, err := flexflow.ParseFlexFlow([]byte(`{"friendly_name": "Web chat", "enabled": true}`))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%v\n", flow)
	fmt.Printf("%+v\n", flow)
	newLogger().Info("fetched", "flow", flow)
	// Output:
	// {"enabled":true,"friendly_name":"[withheld]"}
	// {"enabled":true,"friendly_name":"Web chat"}
	// level=INFO msg=fetched flow.enabled=true flow.friendly_name=[withheld]
}
