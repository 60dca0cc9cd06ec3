package flexflowtest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// Handler is the fake API as an [http.Handler], for a server of your own or for [Handler.Transport]. In a test,
// [NewServer] is shorter. A Handler is safe for concurrent use.
//
// It serves the operations FetchFlexFlow and ListFlexFlow of the contract and responds like Twilio: 401 with code 20003
// to credentials that it does not accept, 404 with code 20404 to an unknown path or SID, 405 with code 20004 to another
// method, and 400 with code 20001 to an invalid parameter of a list.
type Handler struct {
	contract *contract
	t        TB
	active   atomic.Int64 // requests in progress

	mu       sync.Mutex
	named    []credentials       // set by AcceptBasic and AcceptBearer
	sids     []string            // in the order in which they were put
	flows    map[string]stored   // by SID
	scripts  map[string][]*fault // by the call that returns the script, such as Next()
	received int
	requests []Request
}

type stored struct {
	friendlyName string
	body         json.RawMessage // of the response
}

// noTest is the TB of a Handler without a Server.
type noTest struct{ TB }

func (noTest) Helper()                           {}
func (noTest) Errorf(string, ...any)             {} // the response has the same message
func (noTest) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// NewHandler returns a Handler without flows.
func NewHandler() *Handler {
	return &Handler{contract: loadContract(), t: noTest{}, flows: map[string]stored{}, scripts: map[string][]*fault{}}
}

// Put stores a copy of the flow under its SID, and replaces any earlier one at its place in the list. Responses have
// every attribute of the contract: one that is nil, or an Integration without keys, is sent as null. Put returns an
// error and stores nothing if the flow has no SID or violates the contract.
func (h *Handler) Put(flow flexflow.FlexFlow) error {
	attributes, err := h.contract.fetch.attributes(flow)
	if err != nil {
		return fmt.Errorf("flexflowtest: the flow cannot be sent as JSON: %w", err)
	}
	body, _ := json.Marshal(attributes)
	return h.PutJSON(body)
}

// PutJSON stores a flow as [Handler.Put] does, but responses have its own JSON: no attributes that it lacks, unknown
// ones that it has, and all digits of its numbers.
func (h *Handler) PutJSON(flow []byte) error {
	tree, err := decode(flow)
	if err != nil {
		return fmt.Errorf("flexflowtest: the flow is not JSON: %w", err)
	}
	attributes, _ := tree.(map[string]any)
	sid, _ := attributes["sid"].(string)
	if sid == "" {
		return errors.New("flexflowtest: the flow has no SID, which requests need: set one")
	}
	if err := validate(h.contract.fetch.success, attributes); err != nil {
		return fmt.Errorf("flexflowtest: the flow %s violates the contract: %w", sid, err)
	}
	friendlyName, _ := attributes["friendly_name"].(string)
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.flows[sid]; !ok {
		h.sids = append(h.sids, sid)
	}
	h.flows[sid] = stored{friendlyName, bytes.Clone(flow)}
	return nil
}

// Request is a request that the fake received.
type Request struct {
	ID     string      // the Twilio-Request-Id of the response; the first is RQ00000000000000000000000000000001
	Time   time.Time   // when the fake received it
	Method string      // such as GET
	Path   string      // the path as it was sent, without the query
	Query  url.Values  // the query, such as that of a list
	SID    string      // the requested SID; empty if the path has none
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
	op, sid := h.contract.route(r.URL.Path)
	req, fault := h.receive(r, op, sid)
	fault.wait(r)
	if fault.drop {
		drop(w)
		return
	}
	header := w.Header()
	header.Set("Content-Type", mediaType)
	header.Set("Twilio-Request-Id", req.ID)
	header.Set("Twilio-Concurrent-Requests", strconv.FormatInt(active, 10))
	status, body := h.respond(header, r, op, sid)
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
func (h *Handler) receive(r *http.Request, op *operation, sid string) (Request, fault) {
	req := Request{
		Time: time.Now(), Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(),
		SID: sid, Auth: credentialsOf(r).kind, Header: r.Header.Clone(),
	}
	for _, secret := range []string{"Authorization", "Proxy-Authorization", "Cookie"} {
		req.Header.Del(secret)
	}
	script := scriptOf(sid)
	if op == h.contract.list {
		script = scriptOfList
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.received++
	req.ID = fmt.Sprintf("RQ%032x", h.received)
	h.requests = append(h.requests, req)
	h.requests = h.requests[max(0, len(h.requests)-10_000):] // limits the memory of a fake that runs for long
	for _, name := range []string{script, scriptOfNext} {
		if steps := h.scripts[name]; len(steps) > 0 {
			h.scripts[name] = steps[1:]
			return req, *steps[0]
		}
	}
	return req, fault{}
}

// respond returns the response of an API that works.
func (h *Handler) respond(header http.Header, r *http.Request, op *operation, sid string) (status int, body []byte) {
	if !slices.Contains(h.accepted(), credentialsOf(r)) {
		header.Set("WWW-Authenticate", `Basic realm="flexflowtest"`)
		return refuse(http.StatusUnauthorized, "Authenticate")
	}
	if op != nil && r.Method != op.method {
		header.Set("Allow", op.method)
		return refuse(http.StatusMethodNotAllowed, "Method not allowed")
	}
	if op == h.contract.list {
		return h.page(r)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if flow, ok := h.flows[sid]; ok {
		return http.StatusOK, flow.body
	}
	return refuse(http.StatusNotFound, fmt.Sprintf("The requested resource %s was not found", r.URL.EscapedPath()))
}

// codes has Twilio's error code for each status that is not in the code, as 404 is in 20404.
var codes = map[int]int{
	http.StatusBadRequest: 20001, http.StatusUnauthorized: 20003, http.StatusMethodNotAllowed: 20004,
}

// refuse returns an error response in Twilio's format.
func refuse(status int, message string) (int, []byte) {
	code := cmp.Or(codes[status], 20000+status)
	info := fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code)
	body, _ := json.Marshal(gen.Error{Code: &code, Message: &message, MoreInfo: &info, Status: &status})
	return status, body
}
