package flexflowtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// The credentials that the fake wants, by HTTP basic auth. The SID is the one in the contract's examples; neither opens
// anything.
const (
	AccountSID = "AC0123456789abcdef0123456789abcdef"
	AuthToken  = "notARealAuthToken"
)

// maxRequests bounds what [Handler.Requests] returns, so that a fake that serves for days does not fill the memory.
const maxRequests = 10_000

// Handler is the fake API as an [http.Handler], for a server of your own; in a test, [NewServer] is shorter. It is safe
// for concurrent use.
//
// It serves the operation FetchFlexFlow of the contract and answers like Twilio: 401 with code 20003 without the right
// credentials, 404 with code 20404 for a path or a SID that it does not have, 405 with code 20004 for another method.
type Handler struct {
	contract *contract
	t        TB
	active   atomic.Int64 // requests being answered

	mu       sync.Mutex
	flows    map[string][]byte   // the body of each answer, by SID
	scripts  map[string][]*fault // by SID, and by nextRequest
	received int
	requests []Request
}

// noTest stands in for the test of a Handler that has none.
type noTest struct{ TB }

func (noTest) Helper()                           {}
func (noTest) Errorf(string, ...any)             {} // the answer to the request says it too
func (noTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// NewHandler makes a Handler that has no flows yet.
func NewHandler() *Handler {
	return &Handler{contract: loadContract(), t: noTest{}, flows: map[string][]byte{}, scripts: map[string][]*fault{}}
}

// Put stores a copy of the flow under its SID, in place of what was there. It is sent with every attribute of the
// contract, null for one that is nil, or an Integration without keys. The error says what is wrong with a flow that has
// no SID or breaks the contract; nothing is stored then.
func (h *Handler) Put(flow flexflow.FlexFlow) error {
	if flow.SID == nil {
		return errors.New("flexflowtest: the flow has no SID: set one, for requests ask by it")
	}
	sid := *flow.SID
	if err := h.contract.breach(h.contract.sid, sid); err != nil {
		return fmt.Errorf("flexflowtest: no request can ask for a flow with the SID %q: %w", sid, err)
	}
	body, err := h.contract.encode(flow)
	if err != nil {
		return fmt.Errorf("flexflowtest: the flow %s breaks the contract: %w", sid, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flows[sid] = body
	return nil
}

// Request is a request that the fake received.
type Request struct {
	ID     string      // the Twilio-Request-Id of its answer; the first is RQ00000000000000000000000000000001
	Time   time.Time   // when it came
	Method string      // such as GET
	Path   string      // the path as it was sent, without the query
	SID    string      // the SID asked for; empty when the contract does not have the path
	Header http.Header // without the credentials and cookies
}

// Requests returns the requests received so far, or the last 10,000, in the order in which they came.
func (h *Handler) Requests() []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests)
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	active := h.active.Add(1)
	defer h.active.Add(-1)
	req, fault := h.receive(r)
	fault.wait(r)
	if fault.drop {
		drop(w)
		return
	}
	header := w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Twilio-Request-Id", req.ID)
	header.Set("Twilio-Concurrent-Requests", strconv.FormatInt(active, 10))
	status, body := h.answer(header, r, req.SID)
	status, body, err := fault.apply(header, status, body)
	if err != nil {
		h.t.Errorf("flexflowtest: %s %s: %v", req.Method, req.Path, err)
		status, body = refuse(http.StatusNotImplemented, err.Error()) // which no client tries again
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if fault.truncate {
		body = body[:len(body)/2]
	}
	w.Write(body)
}

// receive records a request and takes the fault that the scripts have for it.
func (h *Handler) receive(r *http.Request) (Request, fault) {
	req := Request{Time: time.Now(), Method: r.Method, Path: r.URL.EscapedPath(), Header: r.Header.Clone()}
	for _, secret := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		req.Header.Del(secret)
	}
	req.SID, _ = h.contract.sidIn(r.URL.Path)

	h.mu.Lock()
	defer h.mu.Unlock()
	h.received++
	req.ID = fmt.Sprintf("RQ%032x", h.received)
	h.requests = append(h.requests, req)
	h.requests = h.requests[max(0, len(h.requests)-maxRequests):]
	for _, key := range []string{req.SID, nextRequest} {
		if script := h.scripts[key]; len(script) > 0 {
			h.scripts[key] = script[1:]
			return req, *script[0]
		}
	}
	return req, fault{}
}

// answer is what the API says to a request, checked against the contract.
func (h *Handler) answer(header http.Header, r *http.Request, sid string) (status int, body []byte) {
	status, body = h.find(header, r, sid)
	if err := h.contract.check(status, body); err != nil {
		h.t.Errorf("flexflowtest: the fake's own answer to %s %s breaks the contract: %v", r.Method, r.URL.EscapedPath(), err)
		return refuse(http.StatusInternalServerError, "the fake's own answer breaks the contract: "+err.Error())
	}
	return status, body
}

func (h *Handler) find(header http.Header, r *http.Request, sid string) (status int, body []byte) {
	if user, password, _ := r.BasicAuth(); user != AccountSID || password != AuthToken {
		header.Set("WWW-Authenticate", `Basic realm="flexflowtest"`)
		return refuse(http.StatusUnauthorized, "Authenticate")
	}
	if _, ok := h.contract.sidIn(r.URL.Path); !ok {
		return refuse(http.StatusNotFound, fmt.Sprintf("The requested resource %s was not found: the fake API has %s alone", r.URL.EscapedPath(), h.contract.path))
	}
	if r.Method != h.contract.method {
		header.Set("Allow", h.contract.method)
		return refuse(http.StatusMethodNotAllowed, "Method not allowed")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if body, ok := h.flows[sid]; ok {
		return http.StatusOK, body
	}
	return refuse(http.StatusNotFound, fmt.Sprintf("The requested resource %s was not found", r.URL.EscapedPath()))
}

// refuse is an error in Twilio's shape.
func refuse(status int, message string) (int, []byte) {
	code := 20000 + status
	switch status {
	case http.StatusUnauthorized:
		code = 20003
	case http.StatusMethodNotAllowed:
		code = 20004
	}
	info := fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code)
	body, _ := json.Marshal(gen.Error{Code: &code, Message: &message, MoreInfo: &info, Status: &status})
	return status, body
}
