package flexflowtest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-openapi/jsonpointer"
)

// Script defines, step by step, the responses to the next requests. Each request uses one step; after the last step the
// responses are normal again. The methods change the current step, and [Script.Then] begins the next one:
//
//	srv.On(sid).Status(429).RetryAfter(time.Second).Then().Drop().Then().Succeed()
//
// Write the script before the requests are sent. A mistake in it fails the test of a [Server] immediately, and panics
// for a [Handler] without a Server. A step that does not fit the response to its request fails the test then, and a
// Handler without a Server responds with status 501.
type Script struct {
	h    *Handler
	name string // the key in Handler.scripts
	step *fault // nil if the next method begins a step
}

// The names of scripts.
const (
	scriptOfNext = "Next()"
	scriptOfList = "OnList()"
)

func scriptOf(sid string) string { return fmt.Sprintf("On(%q)", sid) }

// On returns the script for requests with this SID, to which new steps are appended. The flow need not exist.
func (h *Handler) On(sid string) *Script {
	h.t.Helper()
	if err := validate(h.contract.sid, sid); err != nil {
		h.t.Fatalf("flexflowtest: On(%q): no request can ask for this SID: %v", sid, err)
	}
	return &Script{h: h, name: scriptOf(sid)}
}

// OnList returns the script for requests of a page of the list, to which new steps are appended.
func (h *Handler) OnList() *Script {
	return &Script{h: h, name: scriptOfList}
}

// Next returns the script for all requests without a step of [Handler.On] or [Handler.OnList], and appends new steps.
func (h *Handler) Next() *Script {
	return &Script{h: h, name: scriptOfNext}
}

// Then ends the current step. The methods after it define the response to the next request.
func (s *Script) Then() *Script {
	s.step = nil
	return s
}

// Succeed leaves the response normal. Use it for a success between other steps, or to mark the end of a script.
func (s *Script) Succeed() *Script {
	return s.change(func(*fault) {})
}

// Times makes the step apply to n requests.
func (s *Script) Times(n int) *Script {
	s.h.t.Helper()
	if n < 1 {
		s.h.t.Fatalf("flexflowtest: Times(%d): the number of requests must be at least 1", n)
	}
	return s.change(func(f *fault) {
		s.h.scripts[s.name] = append(s.h.scripts[s.name], slices.Repeat([]*fault{f}, n-1)...)
	})
}

// Status sets the HTTP status, from 200 to 599. Below 300 the body is the flow, which must exist, or the page of the
// list; otherwise it is an error in Twilio's format.
func (s *Script) Status(code int) *Script {
	s.h.t.Helper()
	if code < 200 || code > 599 {
		s.h.t.Fatalf("flexflowtest: Status(%d): the status must be from 200 to 599", code)
	}
	return s.change(func(f *fault) { f.status = code })
}

// RetryAfter adds a Retry-After header with d, rounded up to whole seconds.
func (s *Script) RetryAfter(d time.Duration) *Script {
	return s.Header("Retry-After", strconv.FormatFloat(math.Ceil(max(0, d.Seconds())), 'f', 0, 64))
}

// Header sets a header of the response, such as Location or Content-Type.
func (s *Script) Header(name, value string) *Script {
	return s.change(func(f *fault) { f.header.Set(name, value) })
}

// Body sets the body, and the status to 200 unless the step has one. The Content-Type remains application/json.
func (s *Script) Body(body []byte) *Script {
	s.h.t.Helper()
	return s.change(func(f *fault) { f.body = append([]byte{}, body...) })
}

// Violate replaces the value at pointer, a JSON Pointer (RFC 6901) such as "/sid" or "/flex_flows/7/channel_type", with
// a value that violates the contract: the string "violation", or the number 1 if the contract allows any string there.
// It is a mistake if the contract has no attribute at pointer, or if the response is an error or has nothing there. A
// step may have several calls of Violate and [Script.Set].
func (s *Script) Violate(pointer string) *Script {
	s.h.t.Helper()
	value, err := invalidValue(s.h.contract.either, pointer)
	if err != nil {
		s.h.t.Fatalf("flexflowtest: Violate(%q): %v", pointer, err)
	}
	return s.edit(pointer, value, true)
}

// Set replaces the value at pointer, a JSON Pointer such as "/meta/next_page_url", with one of your own, which may
// violate the contract. It is a mistake if the response is an error or has nothing there.
func (s *Script) Set(pointer string, value any) *Script {
	s.h.t.Helper()
	return s.edit(pointer, value, false)
}

func (s *Script) edit(pointer string, value any, add bool) *Script {
	s.h.t.Helper()
	at, err := parsePointer(pointer)
	data, invalid := json.Marshal(value)
	if err := cmp.Or(err, invalid); err != nil {
		s.h.t.Fatalf("flexflowtest: Set(%q): %v", pointer, err)
	}
	return s.change(func(f *fault) { f.edits = append(f.edits, edit{at, data, add}) })
}

// Slow delays the response by d. If the client closes the connection before, there is no response.
func (s *Script) Slow(d time.Duration) *Script {
	return s.change(func(f *fault) { f.delay = d })
}

// Truncate closes the connection after half of the body. Content-Length is that of the whole body.
func (s *Script) Truncate() *Script {
	return s.change(func(f *fault) { f.truncate = true })
}

// Drop closes the connection after the status line of the response. It sends that line because net/http may resend a
// request by itself if not a single byte of a response arrives.
func (s *Script) Drop() *Script {
	return s.change(func(f *fault) { f.drop = true })
}

// change changes the current step, or begins one.
func (s *Script) change(to func(*fault)) *Script {
	s.h.t.Helper()
	s.h.mu.Lock()
	defer s.h.mu.Unlock()
	if s.step == nil {
		s.step = &fault{header: http.Header{}}
		s.h.scripts[s.name] = append(s.h.scripts[s.name], s.step)
	}
	to(s.step)
	if len(s.step.edits) > 0 && (s.step.body != nil || s.step.status >= http.StatusMultipleChoices) {
		s.h.t.Fatalf("flexflowtest: a step with Violate or Set takes no Body, and no Status of 300 or above")
	}
	return s
}

func parsePointer(pointer string) (jsonpointer.Pointer, error) {
	at, err := jsonpointer.New(pointer)
	if err != nil || at.IsEmpty() {
		return at, errors.New("a pointer to an attribute starts with /")
	}
	return at, nil
}

// invalidValue returns a value that the schema does not allow at the pointer: a string if possible, because an API is
// more likely to send one, otherwise one of another type.
func invalidValue(schema *openapi3.Schema, pointer string) (any, error) {
	at, err := parsePointer(pointer)
	if err != nil {
		return nil, err
	}
	for _, token := range at.DecodedTokens() {
		switch property := schema.Properties[token]; {
		case property != nil:
			schema = property.Value
		case schema.Items != nil:
			schema = schema.Items.Value
		default:
			return nil, errors.New("the contract has no attribute there")
		}
	}
	for _, value := range []any{"violation", 1.0, true, []any{}, map[string]any{}} {
		if validate(schema, value) != nil {
			return value, nil
		}
	}
	return nil, errors.New("the contract allows any value there")
}
