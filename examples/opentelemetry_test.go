package examples_test

import (
	"context"
	"fmt"
	"log"
	"net/http/httptest"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/flexflow-go/flexflow"
)

// With the transport of OpenTelemetry, each attempt is a span.
func Example_openTelemetry() {
	api := newFake() // instead of Twilio's API
	srv := httptest.NewServer(api)
	defer srv.Close()
	api.On("FOa1b2c3d4e5f60718293a4b5c6d7e8f90").Status(503).RetryAfter(0)

	spans := tracetest.NewInMemoryExporter() // instead of an exporter to a collector
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))

	traced := otelhttp.NewTransport(flexflow.DefaultTransport(), otelhttp.WithTracerProvider(provider))
	client := newClient(traced, flexflow.WithBaseURL(srv.URL))
	if _, err := client.FetchFlexFlow(context.Background(), "FOa1b2c3d4e5f60718293a4b5c6d7e8f90"); err != nil {
		log.Fatal(err)
	}
	for _, span := range spans.GetSpans() {
		for _, attribute := range span.Attributes {
			if attribute.Key == "http.response.status_code" {
				fmt.Println(span.Name, attribute.Value.AsInt64())
			}
		}
	}
	// Output:
	// HTTP GET 503
	// HTTP GET 200
}
