package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/flexflow-go/flexflow/flexflowtest"
	"github.com/flexflow-go/flexflow/gen"
)

func TestMain(m *testing.M) {
	short := func(command string) func() {
		return func() {
			os.Args = append([]string{"flexflow", command, "--base-url", os.Getenv("URL")}, os.Args[1:]...)
			main()
		}
	}
	quiet = true // in this process: a command sets it again
	testscript.Main(m, map[string]func(){
		"flexflow": main, "fetch": short("fetch"), "list": short("list"), "doctor": short("doctor"),
	})
}

// TestScripts runs the command as a process of its own against a fake API for each script. The variables URL, EXTERNAL,
// STUDIO and TASK name the fake and its flows, UNKNOWN a SID that it does not have; the credentials are set. In a
// script, fetch, list and doctor are short for flexflow fetch --base-url $URL and so on.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup:               setup,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":    exits,
			"says":     exitsAnd("stderr"),
			"prints":   exitsAnd("stdout"),
			"flows":    flows,
			"fault":    fault,
			"lines":    lines,
			"requests": requests,
			"arrives":  arrives,
			"spam":     spam,
			"tls":      serveTLS,
			"helps":    helps,
		},
	})
}

// fake is the fake API that a script fetches from.
type fake struct {
	*flexflowtest.Handler
	arrived chan string // the host that each request is for
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.arrived <- r.Host
	f.Handler.ServeHTTP(w, r)
}

func fakeOf(ts *testscript.TestScript) *fake { return ts.Value(fake{}).(*fake) }

func setup(env *testscript.Env) error {
	f := &fake{flexflowtest.NewHandler(), make(chan string, 1000)}
	server := httptest.NewServer(f)
	env.Defer(server.Close)
	env.Values[fake{}] = f
	for i, name := range []string{"EXTERNAL", "STUDIO", "TASK"} {
		flow := flexflowtest.Examples()[i]
		if err := f.Put(flow); err != nil {
			return err
		}
		env.Setenv(name, *flow.SID)
	}
	env.Setenv("UNKNOWN", "FOffffffffffffffffffffffffffffffff")
	env.Setenv("URL", server.URL)
	env.Setenv("GORACE", "atexit_sleep_ms=0") // the race detector would hold up the end of every process for a second
	env.Setenv("TWILIO_ACCOUNT_SID", flexflowtest.AccountSID)
	env.Setenv("TWILIO_AUTH_TOKEN", flexflowtest.AuthToken)
	env.Setenv("AUTH_TOKEN", flexflowtest.AuthToken) // scripts restore the token from this variable
	return nil
}

// exits runs a program and checks its exit code: exits CODE PROGRAM ARG...
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want, got := number(ts, args[0]), 0
	var exit *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// exitsAnd returns a command that also checks what the program writes: says CODE PATTERN PROGRAM ARG... is for standard
// error, and prints CODE PATTERN PROGRAM ARG... for standard output.
func exitsAnd(stream string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		exits(ts, neg, append(args[:1:1], args[2:]...))
		if text := ts.ReadFile(stream); !regexp.MustCompile("(?m)" + args[1]).MatchString(text) {
			ts.Fatalf("%s does not match %s", stream, args[1])
		}
	}
}

// flows checks that the JSON texts in a file are flows with these SIDs in this order, each valid and with every
// attribute of the contract: flows FILE SID...
func flows(ts *testscript.TestScript, neg bool, args []string) {
	spec, err := gen.GetSpec()
	ts.Check(err)
	schema := spec.Components.Schemas["FlexFlow"].Value
	decoder := json.NewDecoder(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
	for _, sid := range args[1:] {
		var flow map[string]any
		ts.Check(decoder.Decode(&flow))
		if flow["sid"] != sid {
			ts.Fatalf("the flow is %v, want %s", flow["sid"], sid)
		}
		for name, property := range schema.Properties {
			if _, ok := flow[name]; !ok && property.Value.Nullable { // the fake sends null for what a flow lacks
				ts.Fatalf("%s has no %s", sid, name)
			}
		}
		ts.Check(schema.VisitJSON(flow))
	}
	if err := decoder.Decode(new(any)); err != io.EOF {
		ts.Fatalf("something follows the last flow: %v", err)
	}
}

// lines writes a file: lines FILE LINE...
func lines(ts *testscript.TestScript, neg bool, args []string) {
	text := strings.Join(args[1:], "\n") + "\n"
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// fault makes the fake fail the next request for a SID, or for a page: fault {SID | list} KIND [ARG]...
func fault(ts *testscript.TestScript, neg bool, args []string) {
	script := fakeOf(ts).OnList()
	if args[0] != "list" {
		script = fakeOf(ts).On(args[0])
	}
	kind, args := args[1], args[2:]
	switch kind {
	case "none": // a normal response
		script.Succeed()
	case "status": // NUMBER [RETRY-AFTER]
		script.Status(number(ts, args[0]))
		if len(args) > 1 {
			script.RetryAfter(time.Duration(number(ts, args[1])) * time.Second)
		}
	case "body": // FILE [STATUS [TIMES]]
		script.Body([]byte(ts.ReadFile(args[0])))
		if len(args) > 1 {
			script.Status(number(ts, args[1]))
		}
		if len(args) > 2 {
			script.Times(number(ts, args[2]))
		}
	case "violate": // POINTER
		script.Violate(args[0])
	case "drop": // [TIMES]
		script.Drop()
		if len(args) > 0 {
			script.Times(number(ts, args[0]))
		}
	case "truncate":
		script.Truncate()
	case "header": // NAME VALUE
		script.Header(args[0], args[1])
	case "hang":
		script.Slow(time.Hour)
	default:
		ts.Fatalf("no fault %s", kind)
	}
}

func number(ts *testscript.TestScript, text string) int {
	n, err := strconv.Atoi(text)
	ts.Check(err)
	return n
}

// serveTLS also serves the fake over TLS, with an untrusted certificate that it writes to ca.pem, and sets TLS to the
// base URL: tls
func serveTLS(ts *testscript.TestScript, neg bool, args []string) {
	server := httptest.NewUnstartedServer(fakeOf(ts))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail as intended
	server.StartTLS()
	ts.Defer(server.Close)
	ts.Setenv("TLS", server.URL)
	ca := ts.MkAbs("ca.pem")
	ts.Check(os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
}

// helps checks that the help of a command has examples and fits a screen of 40 lines and 120 columns: helps [COMMAND]
func helps(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(ts.Exec("flexflow", append(args, "--help")...))
	text := strings.Split(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	if len(args) > 0 && !slices.Contains(text, "Examples:") {
		ts.Fatalf("no examples")
	}
	if len(text) > 40 {
		ts.Fatalf("%d lines, want 40 at most", len(text))
	}
	for _, line := range text {
		if len(line) > 120 {
			ts.Fatalf("%d columns, want 120 at most: %s", len(line), line)
		}
	}
}

// requests checks that the fake has received N requests since the script began, and the kind of credentials and the
// query of the last one if they are given: requests N [KIND [QUERY]]
func requests(ts *testscript.TestScript, neg bool, args []string) {
	received := fakeOf(ts).Requests()
	if got := fmt.Sprint(len(received)); got != args[0] {
		ts.Fatalf("the fake received %s requests, want %s", got, args[0])
	}
	if len(args) < 2 {
		return
	}
	last := received[len(received)-1]
	if got := cmp.Or(last.Auth, "none"); got != args[1] {
		ts.Fatalf("the credentials are %s, want %s", got, args[1])
	}
	if got := last.Query.Encode(); len(args) > 2 && got != args[2] {
		ts.Fatalf("the query is %s, want %s", got, args[2])
	}
}

// arrives waits for N further requests to the fake, and checks the host of the last one if HOST is given: arrives N
// [HOST]
func arrives(ts *testscript.TestScript, neg bool, args []string) {
	host := ""
	for range number(ts, args[0]) {
		host = <-fakeOf(ts).arrived
	}
	if len(args) > 1 && host != args[1] {
		ts.Fatalf("the request is for %s, want %s", host, args[1])
	}
}

// spam starts a server that sends each flow and then bytes that nobody requested, and sets SPAM to its base URL:
// spam TEXT
func spam(ts *testscript.TestScript, neg bool, args []string) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		body := fmt.Sprintf(`{"sid":%q}`, r.URL.Path[len("/v1/FlexFlows/"):])
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
		fmt.Fprint(conn, body, args[0])
		io.Copy(io.Discard, conn)
	}))
	ts.Defer(server.Close)
	ts.Setenv("SPAM", server.URL)
}
