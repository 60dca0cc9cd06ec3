package flexflow_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
)

// A caller's transport need not keep to all that net/http's keeps to. Whatever it gives ends in a flow or an error.
func TestTransportThatIsCareless(t *testing.T) {
	refused := errors.New("refused")
	bare := func(status int, body func() io.ReadCloser) roundTripper {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body()}, nil
		}
	}
	flow := func() io.ReadCloser { return io.NopCloser(strings.NewReader(validFlow(flowSID))) }
	cutOff := func() io.ReadCloser { return io.NopCloser(io.MultiReader(strings.NewReader("{"), errorReader{})) }
	none := func() io.ReadCloser { return nil }
	for _, row := range []struct {
		name      string
		transport roundTripper
		want      outcome
	}{
		{"a response without its request", bare(200, flow), theFlow},
		{"a response without its request, cut off", bare(200, cutOff), noAnswer(io.ErrUnexpectedEOF)},
		{"no body", bare(200, none), broken("json", "")},
		{"no body with an error", bare(404, none), refusal(404, flexflow.ErrNotFound)},
		{"no header", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 404, Body: http.NoBody}, nil
		}, refusal(404, flexflow.ErrNotFound)},
		{"no header with a flow", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: flow()}, nil
		}, broken("content-type", "")},
		{"no response and no error", func(*http.Request) (*http.Response, error) { return nil, nil }, noAnswer(nil)},
		{"an error", func(*http.Request) (*http.Response, error) { return nil, refused }, noAnswer(refused)},
		{"an error of two lines", func(*http.Request) (*http.Response, error) { return nil, errors.New("one\r\n\x1b[31mtwo") }, noAnswer(nil)},
		{"a response and an error", func(*http.Request) (*http.Response, error) { return answerOf(200, ""), refused }, noAnswer(refused)},
		{"a negative status", bare(-1, none), refusal(-1, flexflow.ErrInvalidResponse)},
		{"a redirect to no URL", func(*http.Request) (*http.Response, error) { return answerOf(302, "", "Location: http://%zz"), nil }, refusal(302, flexflow.ErrInvalidResponse)},
	} {
		t.Run(row.name, func(t *testing.T) {
			client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: row.transport}), flexflow.WithRetries(0))
			flow, err := client.FetchFlexFlow(t.Context(), flowSID)
			row.want.check(t, flowSID, flow, err)
		})
	}
}

// closeCounter is a body that knows whether it was closed.
type closeCounter struct {
	io.Reader
	closed int
}

func (c *closeCounter) Close() error { c.closed++; return nil }

func TestEachBodyIsClosed(t *testing.T) {
	for status, body := range map[int]string{101: "stream", 200: validFlow(flowSID), 204: "", 302: "moved", 404: strings.Repeat("x", 1<<20), 503: ""} {
		counter := &closeCounter{Reader: strings.NewReader(body)}
		transport := roundTripper(func(*http.Request) (*http.Response, error) {
			answer := answerOf(status, "")
			answer.Body = counter
			return answer, nil
		})
		client := newClient(t, "https://flex.example.com", flexflow.WithHTTPClient(&http.Client{Transport: transport}), flexflow.WithRetries(0))
		client.FetchFlexFlow(t.Context(), flowSID)
		if counter.closed == 0 {
			t.Errorf("the body of status %d is left open", status)
		}
	}
}

// A caller makes such errors himself in his own tests.
func TestErrorThatIsEmptyCanBePrinted(t *testing.T) {
	for _, err := range []error{&flexflow.APIError{}, &flexflow.ResponseError{}, &flexflow.TransportError{}} {
		if text := err.Error(); !strings.HasPrefix(text, "flexflow: ") || !isOneLine(text) || errors.Is(err, flexflow.ErrNotFound) {
			t.Errorf("%T: %q", err, text)
		}
	}
}
