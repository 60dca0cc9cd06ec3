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

// maxRequests limits what [Handler.Requests] returns, so that the memory of a long-running fake stays bounded.
const maxRequests = 10_000

// Handler is the fake API as an [http.Handler], for a server of your own or for [Handler.Transport]. In a test,
// [NewServer] is shorter. A Handler is safe for concurrent use.
//
// It serves the operation FetchFlexFlow of the contract and responds like Twilio: 401 with code 20003 to credentials
// that it does not accept, 404 with code 20404 to an unknown path or SID, 405 with code 20004 to another method.
type Handler struct {
	contract *contract
	t        TB
	active   atomic.Int64 // requests in progress

	mu       sync.Mutex
	named    []credentials       // set by AcceptBasic and AcceptBearer
	flows    map[string][]byte   // the response body, by SID
	scripts  map[string][]*fault // by the call that returns the script, such as Next()
	received int
	requests []Request
}

// noTest is the TB of a Handler without a Server.
type noTest struct{ TB }

func (noTest) Helper()                           {}
func (noTest) Errorf(string, ...any)             {} // the response has the same message
func (noTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// NewHandler returns a Handler without flows.
func NewHandler() *Handler {
	return &Handler{
		contract: loadContract(),
		t:        noTest{},
		flows:    map[string][]byte{},
		scripts:  map[string][]*fault{},
	}
}

// Put stores a copy of the flow under its SID and replaces any earlier one. Responses have every attribute of the
// contract: one that is nil, or an Integration without keys, is sent as null. Put returns an error and stores nothing
// if the flow has no SID or violates the contract.
func (h *Handler) Put(flow flexflow.FlexFlow) error {
	if flow.SID == nil {
		return errors.New("flexflowtest: the flow has no SID, which requests need: set one")
	}
	sid := *flow.SID
	if err := validate(h.contract.sid, sid); err != nil {
		return fmt.Errorf("flexflowtest: no request can ask for a flow with the SID %q: %w", sid, err)
	}
	body, err := h.contract.encode(flow)
	if err != nil {
		return fmt.Errorf("flexflowtest: the flow %s violates the contract: %w", sid, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flows[sid] = body
	return nil
}

// Request is a request that the fake received.
type Request struct {
	ID     string      // the Twilio-Request-Id of the response; the first is RQ00000000000000000000000000000001
	Time   time.Time   // when the fake received it
	Method string      // such as GET
	Path   string      // the path as it was sent, without the query
	SID    string      // the requested SID; empty if the path is not in the contract
	Auth   string      // the kind of credentials: "basic", "bearer", "other", or empty if there were none
	Header http.Header // without credentials and cookies
}

// Requests returns the requests received so far, oldest first. It keeps the last 10,000.
func (h *Handler) Requests() []Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests)
}

// ServeHTTP responds to one request.
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
	status, body := h.respond(header, r, req.SID)
	status, body, err := fault.apply(header, status, body)
	if err != nil {
		h.t.Errorf("flexflowtest: %s %s: %v", req.Method, req.Path, err)
		status, body = refuse(http.StatusNotImplemented, err.Error()) // a status that no client retries
	}
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if fault.truncate {
		body = body[:len(body)/2]
	}
	w.Write(body)
}

// receive records a request and takes its fault from the scripts.
func (h *Handler) receive(r *http.Request) (Request, fault) {
	req := Request{
		Time:   time.Now(),
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Auth:   credentialsOf(r).kind,
		Header: r.Header.Clone(),
	}
	req.SID, _ = h.contract.sidIn(r.URL.Path)
	for _, secret := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		req.Header.Del(secret)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.received++
	req.ID = fmt.Sprintf("RQ%032x", h.received)
	h.requests = append(h.requests, req)
	h.requests = h.requests[max(0, len(h.requests)-maxRequests):]
	for _, name := range []string{scriptOf(req.SID), scriptOfNext} {
		if steps := h.scripts[name]; len(steps) > 0 {
			h.scripts[name] = steps[1:]
			return req, *steps[0]
		}
	}
	return req, fault{}
}

// respond returns the response without a fault, validated against the contract.
func (h *Handler) respond(header http.Header, r *http.Request, sid string) (status int, body []byte) {
	status, body = h.find(header, r, sid)
	if err := h.contract.validateBody(status, body); err != nil {
		message := "the fake's own response violates the contract: " + err.Error()
		h.t.Errorf("flexflowtest: %s %s: %s", r.Method, r.URL.EscapedPath(), message)
		return refuse(http.StatusInternalServerError, message)
	}
	return status, body
}

func (h *Handler) find(header http.Header, r *http.Request, sid string) (status int, body []byte) {
	if !slices.Contains(h.accepted(), credentialsOf(r)) {
		header.Set("WWW-Authenticate", `Basic realm="flexflowtest"`)
		return refuse(http.StatusUnauthorized, "Authenticate")
	}
	notFound := fmt.Sprintf("The requested resource %s was not found", r.URL.EscapedPath())
	if !h.contract.pathPattern.MatchString(r.URL.Path) {
		return refuse(http.StatusNotFound, notFound+": the fake API has only "+h.contract.path)
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
	return refuse(http.StatusNotFound, notFound)
}

// refuse returns an error response in Twilio's format.
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
