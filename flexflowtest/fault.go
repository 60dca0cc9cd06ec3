package flexflowtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/go-openapi/jsonpointer"
)

// fault is one step of a script: how the response to one request differs from the normal one.
type fault struct {
	status         int         // 0 for the normal one
	header         http.Header // overrides the normal one
	body           []byte      // nil for the normal one
	edits          []edit      // of the normal one
	delay          time.Duration
	drop, truncate bool
}

// wait waits for the delay. If the client closes the connection during it, the request ends without a response.
// Otherwise a client that is still closing a TLS connection could receive a response, although its context has ended.
func (f *fault) wait(r *http.Request) {
	if f.delay <= 0 {
		return
	}
	if r.Body != nil { // as in a request that no server received
		io.Copy(io.Discard, r.Body) // net/http notices a closed connection only after it has read the body
	}
	select {
	case <-time.After(f.delay):
	case <-r.Context().Done():
		panic(http.ErrAbortHandler) // net/http does not log it
	}
}

// edit replaces a value in a body.
type edit struct {
	at    jsonpointer.Pointer
	value json.RawMessage
	add   bool // whether to add the value if there is none
}

// apply returns the normal response with the changes of the fault.
func (f *fault) apply(header http.Header, status int, body []byte) (int, []byte, error) {
	needsSuccess := f.body == nil && (len(f.edits) > 0 || f.status/100 == 2)
	if needsSuccess && status != http.StatusOK {
		return 0, nil, fmt.Errorf("the script changes a flow or a page, but the response has none: it is HTTP %d", status)
	}
	var err error
	switch {
	case f.body != nil:
		status, body = http.StatusOK, f.body
	case len(f.edits) > 0:
		body, err = f.edit(body)
	case f.status >= http.StatusMultipleChoices:
		_, body = refuse(f.status, http.StatusText(f.status))
	}
	maps.Copy(header, f.header)
	return cmp.Or(f.status, status), body, err
}

func (f *fault) edit(body []byte) ([]byte, error) {
	tree, err := decode(body)
	for _, e := range f.edits {
		if err == nil && !e.add {
			_, _, err = e.at.Get(tree) // Set would add what is not there
		}
		if err == nil {
			tree, err = e.at.Set(tree, e.value)
		}
		if err != nil {
			return nil, fmt.Errorf("the response has nothing at %s", e.at.String())
		}
	}
	return json.Marshal(tree)
}

// drop closes the connection after the status line. If a reused connection closed without a single byte, net/http would
// assume that it had been idle for too long, and resend a GET without telling the caller.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, where the panic resets the stream
		panic(http.ErrAbortHandler)
	}
	io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
	conn.Close()
}
