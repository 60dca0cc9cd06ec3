package flexflowtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/go-openapi/jsonpointer"
)

// nextRequest is the key of the script for whatever request comes next.
const nextRequest = ""

// Script says, step by step, how the coming requests are answered: one request takes one step, and when none is left
// the answers are normal again. The methods of one step add up; [Script.Then] begins the next:
//
//	srv.On(sid).Status(429).RetryAfter(time.Second).Then().Drop().Then().Succeed()
//
// Write the script before the requests are sent. A mistake in it fails the test of a [Server] at once, and panics for a
// [Handler] without one.
type Script struct {
	h    *Handler
	key  string
	step *fault // nil where the next method begins one
}

// On continues the script for the requests that ask for this SID, whether or not there is a flow with it.
func (h *Handler) On(sid string) *Script {
	h.t.Helper()
	if err := h.contract.breach(h.contract.sid, sid); err != nil {
		h.t.Fatalf("flexflowtest: On(%q): no request can ask for this SID: %v", sid, err)
	}
	return &Script{h: h, key: sid}
}

// Next continues the script for all other requests: those for which no step of [Handler.On] is left.
func (h *Handler) Next() *Script {
	return &Script{h: h, key: nextRequest}
}

// Then ends the step. What follows is for the request after it.
func (s *Script) Then() *Script {
	s.step = nil
	return s
}

// Succeed answers normally. It says so to the reader, and makes a step of its own between or after others.
func (s *Script) Succeed() *Script {
	return s.change(func(*fault) {})
}

// Times makes the step count for n requests.
func (s *Script) Times(n int) *Script {
	s.h.t.Helper()
	if n < 1 {
		s.h.t.Fatalf("flexflowtest: Times(%d): a step is for one request or more", n)
	}
	return s.change(func(f *fault) {
		s.h.scripts[s.key] = append(s.h.scripts[s.key], slices.Repeat([]*fault{f}, n-1)...)
	})
}

// Status answers with this HTTP status, from 200 to 599. Below 300 the flow is the body, which must then be there, else
// an error in Twilio's shape.
func (s *Script) Status(code int) *Script {
	s.h.t.Helper()
	if code < 200 || code > 599 {
		s.h.t.Fatalf("flexflowtest: Status(%d): it must be from 200 to 599", code)
	}
	return s.change(func(f *fault) { f.status = code })
}

// RetryAfter adds a Retry-After header of d, rounded up to whole seconds.
func (s *Script) RetryAfter(d time.Duration) *Script {
	return s.Header("Retry-After", strconv.FormatFloat(math.Ceil(max(0, d.Seconds())), 'f', 0, 64))
}

// Header sets a header of the answer, such as a Location or another Content-Type.
func (s *Script) Header(name, value string) *Script {
	return s.change(func(f *fault) { f.header.Set(name, value) })
}

// Body answers with these bytes, and with status 200 where the step has no [Script.Status]. The Content-Type stays that
// of JSON.
func (s *Script) Body(body []byte) *Script {
	return s.change(func(f *fault) { f.body = append([]byte{}, body...) })
}

// Violate answers with the flow, of which one value breaks the contract: the one at pointer, a JSON Pointer (RFC 6901)
// such as "/sid". It becomes the string "violation", or the number 1 where the contract allows any string. It is a
// mistake to point where the contract has nothing, or to answer so where there is no flow.
func (s *Script) Violate(pointer string) *Script {
	s.h.t.Helper()
	at, value, err := s.h.contract.breaking(pointer)
	if err != nil {
		s.h.t.Fatalf("flexflowtest: Violate(%q): %v", pointer, err)
	}
	return s.change(func(f *fault) { f.violate = &violation{at, value} })
}

// Slow waits for d before the answer, or until the client goes away.
func (s *Script) Slow(d time.Duration) *Script {
	return s.change(func(f *fault) { f.delay = d })
}

// Truncate closes the connection after half of the body, of which Content-Length announces the whole.
func (s *Script) Truncate() *Script {
	return s.change(func(f *fault) { f.truncate = true })
}

// Drop closes the connection without an answer. It does so after the status line, for a request that ends without a
// single byte of an answer is one that net/http may send again by itself.
func (s *Script) Drop() *Script {
	return s.change(func(f *fault) { f.drop = true })
}

// change changes the step, and begins it where that has not happened.
func (s *Script) change(to func(*fault)) *Script {
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if s.step == nil {
		s.step = &fault{header: http.Header{}}
		s.h.scripts[s.key] = append(s.h.scripts[s.key], s.step)
	}
	to(s.step)
	return s
}

// fault is one step of a script: how the answer to one request differs from a normal one.
type fault struct {
	status         int         // 0 leaves it
	header         http.Header // added to that of the answer
	body           []byte      // nil leaves it
	violate        *violation
	delay          time.Duration
	drop, truncate bool
}

type violation struct {
	at    jsonpointer.Pointer
	value any
}

// wait returns after the delay, and not at all when the client goes away before.
func (f *fault) wait(r *http.Request) {
	if f.delay <= 0 {
		return
	}
	io.Copy(io.Discard, r.Body) // net/http watches for the client only after the body
	select {
	case <-time.After(f.delay):
	case <-r.Context().Done():
		panic(http.ErrAbortHandler)
	}
}

// apply changes the normal answer.
func (f *fault) apply(header http.Header, status int, body []byte) (int, []byte, error) {
	changesFlow := f.body == nil && (f.violate != nil || f.status/100 == 2)
	if changesFlow && status != http.StatusOK {
		return 0, nil, fmt.Errorf("the script changes a flow, and there is none: the answer is HTTP %d", status)
	}
	var err error
	switch {
	case f.body != nil:
		status, body = http.StatusOK, f.body
	case f.violate != nil:
		body, err = f.violate.in(body)
	case f.status >= http.StatusMultipleChoices:
		_, body = refuse(f.status, http.StatusText(f.status))
	}
	maps.Copy(header, f.header)
	return cmp.Or(f.status, status), body, err
}

// in returns the flow in the body of an answer with the violation in it.
func (v *violation) in(body []byte) ([]byte, error) {
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return nil, err
	}
	tree, err := v.at.Set(tree, v.value)
	if err != nil {
		return nil, fmt.Errorf("the flow has nothing at %s", v.at.String())
	}
	return json.Marshal(tree)
}

// drop closes the connection when the client has read the status line. Closed before, on a connection that had served a
// request, it would look to net/http like one that was idle for too long: it would send a GET once more by itself, and
// the caller would not hear of it.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil { // HTTP/2, which resets the stream
		panic(http.ErrAbortHandler)
	}
	io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
	conn.Close()
}
