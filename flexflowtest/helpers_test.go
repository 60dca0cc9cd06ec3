package flexflowtest_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/flexflowtest"
)

const (
	storedSID  = "FO00000000000000000000000000000001"
	unknownSID = "FO0000000000000000000000000000000f"
	listPath   = "/v1/FlexFlows"
	flowPath   = listPath + "/"
)

// newServer returns a server with a flow that has only a SID, storedSID.
func newServer(t *testing.T) *flexflowtest.Server {
	t.Helper()
	srv := flexflowtest.NewServer(t)
	srv.Put(flexflow.FlexFlow{SID: new(storedSID)})
	return srv
}

// sidOf returns the SID of the flow with this number. storedSID has the number 1.
func sidOf(number int) string { return fmt.Sprintf("FO%032x", number) }

// newHandler returns a handler with flows with the numbers from 1 to n. Every third has the name "third & last".
func newHandler(t *testing.T, n int) *flexflowtest.Handler {
	t.Helper()
	h := flexflowtest.NewHandler()
	for i := range n {
		name := map[bool]string{true: "third & last", false: "other"}[i%3 == 2]
		if err := h.Put(flexflow.FlexFlow{SID: new(sidOf(i + 1)), FriendlyName: &name}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// newClient returns a client with the credentials that the fake accepts by default.
func newClient(t *testing.T, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	client, err := flexflow.New(flexflow.AuthToken(flexflowtest.AccountSID, flexflowtest.AuthToken), opts...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// inMemory returns a client that reaches the handler without a socket. Its base URL is Twilio's.
func inMemory(t *testing.T, h *flexflowtest.Handler, opts ...flexflow.Option) *flexflow.Client {
	t.Helper()
	return newClient(t, append(opts, flexflow.WithHTTPClient(&http.Client{Transport: h.Transport()}))...)
}

// result is what one fetch returned.
type result struct {
	flow     *flexflow.FlexFlow
	err      error
	attempts int
	took     time.Duration
}

func fetch(t *testing.T, client *flexflow.Client, sid string) result {
	t.Helper()
	var resp flexflow.Response
	start := time.Now()
	flow, err := client.FetchFlexFlow(t.Context(), sid, flexflow.CaptureResponse(&resp))
	return result{flow, err, resp.Attempts, time.Since(start)}
}

// newRequest returns a request with the credentials that the fake accepts by default. It does not clean the URL.
func newRequest(t *testing.T, method, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(flexflowtest.AccountSID, flexflowtest.AuthToken)
	return req
}

// serve returns the response of a handler to a request that no server received.
func serve(h http.Handler, req *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

// get returns the response of a handler to the request of newRequest.
func get(t *testing.T, h http.Handler, url string) *httptest.ResponseRecorder {
	t.Helper()
	return serve(h, newRequest(t, "GET", url))
}

// canceledAfter returns a context that ends once the fake has received n requests.
func canceledAfter(h *flexflowtest.Handler, n int) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		for len(h.Requests()) < n {
			runtime.Gosched()
		}
	}()
	return ctx
}

// awaitIdle returns once the fake has no request in progress. A server that closes would wait only for a limited time.
func awaitIdle(t *testing.T, h *flexflowtest.Handler) {
	t.Helper()
	for get(t, h, "/").Header().Get("Twilio-Concurrent-Requests") != "1" {
		runtime.Gosched()
	}
}

// panicOf returns what a function panics with.
func panicOf(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

// document reads the contract in another way than the fake.
var document = sync.OnceValue(func() *openapi3.T {
	doc, err := openapi3.NewLoader().LoadFromFile("../api/openapi.yaml")
	if err != nil {
		panic(err)
	}
	return doc
})

// success returns what the contract declares for a success at this path.
func success(path string) *openapi3.MediaType {
	return document().Paths.Value(path).Get.Responses.Status(200).Value.Content["application/json"]
}
