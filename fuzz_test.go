package flexflow_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/gen"
)

// operation returns FetchFlexFlow of the document.
func operation(t testing.TB) *openapi3.Operation {
	t.Helper()
	doc, err := gen.GetSpec()
	if err != nil {
		t.Fatal(err)
	}
	return doc.Paths.Find("/v1/FlexFlows/{Sid}").Get
}

// FuzzResponse checks that a returned flow satisfies the contract, and that encoding/json, which is less strict,
// decodes the same flow from the body.
func FuzzResponse(f *testing.F) {
	flow := operation(f).Responses.Status(200).Value.Content["application/json"]
	for _, example := range flow.Examples {
		f.Add(200, "application/json", []byte(encode(f, example.Value.Value)))
	}
	for _, member := range []string{
		`"enabled":true`, `"enabled":1`, `"Sid":"x"`, `"sid":null`, `"account_sid":"AC0123456789abcdef0123456789abcdef"`,
		`"channel_type":"web"`, `"channel_type":"pager"`, `"url":"https://example.com/a b"`,
		`"date_updated":"2026-02-31T00:00:00Z"`, `"date_updated":"2026-01-15T10:42:00.5+23:59"`,
		`"integration":{"a":[1e400,1e-400,9007199254740993,{"b":null}]}`, `"integration":{"a":1,"a":2}`,
		`"integration":` + strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100),
		`"friendly_name":"\ud800"`, "\"friendly_name\":\"\xff\"",
	} {
		f.Add(200, "application/json; charset=utf-8", []byte(validFlow(flowSID, member)))
	}
	f.Add(200, "text/html", []byte("<html>"))
	f.Add(200, "application/json", []byte("\ufeff{}"))
	f.Add(204, "", []byte(nil))
	f.Add(302, "text/plain", []byte("moved"))
	f.Add(-1, "application/json", []byte(`{"code":20404,"message":"x"}`))
	schema := flow.Schema.Value

	f.Fuzz(func(t *testing.T, status int, contentType string, body []byte) {
		client := responding(status, string(body), "Content-Type: "+contentType).client(t, flexflow.WithRetries(0))
		flow, err := fetch(t, client)
		if err != nil {
			if problem := verifyError(flowSID, err); problem != nil || flow != nil {
				t.Fatalf("flow %v and error %v", flow, problem)
			}
			reporting, _ := client.With(flexflow.WithValidation(flexflow.Report))
			reported, err := fetch(t, reporting)
			if (reported == nil) == (err == nil) {
				t.Fatalf("flow %v and error %v in mode Report", reported, err)
			}
			return
		}
		if flow.SID != nil && !strings.EqualFold(*flow.SID, flowSID) {
			t.Fatalf("asked for %s, got %s", flowSID, *flow.SID)
		}
		var tree any
		var lenient flexflow.FlexFlow
		encoded := encode(t, flow)
		err = errors.Join(json.Unmarshal([]byte(encoded), &tree), json.Unmarshal(declaredOnly(schema, body), &lenient))
		if err == nil {
			err = schema.VisitJSON(tree, openapi3.VisitAsResponse(), openapi3.EnableFormatValidation())
		}
		if err != nil {
			t.Fatalf("%s was returned as %s: %v", body, encoded, err)
		}
		if other := encode(t, lenient); other != encoded {
			t.Fatalf("%s is read as %s and as %s", body, encoded, other)
		}
	})
}

// declaredOnly removes names that the schema does not declare, because encoding/json ignores case.
func declaredOnly(schema *openapi3.Schema, body []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return body
	}
	for name := range members {
		if schema.Properties[name] == nil {
			delete(members, name)
		}
	}
	declared, _ := json.Marshal(members)
	return declared
}

// FuzzSID checks that only what the schema of the document allows is sent, and to the path of that resource.
func FuzzSID(f *testing.F) {
	for _, sid := range []string{
		flowSID, strings.ToUpper(flowSID), strings.ToLower(flowSID), "", ".", "..", "../v1/Other", "FO",
		flowSID + "/", flowSID[:33] + "/", flowSID[:33] + "é", flowSID[:33] + "g", "AC" + flowSID[2:],
		flowSID + "\n", "FO\x00" + flowSID[3:],
		"%46" + flowSID[1:], flowSID + "?x=y", flowSID + "#x", strings.Repeat("F", 1<<16),
	} {
		f.Add(sid)
	}
	schema := operation(f).Parameters[0].Value.Schema.Value
	f.Fuzz(func(t *testing.T, sid string) {
		sent := ""
		_, err := respondingTo(func(r *http.Request, _ int) *http.Response {
			sent = r.URL.String()
			return newResponse(404, "")
		}).client(t).FetchFlexFlow(t.Context(), sid)
		if schema.VisitJSON(sid) != nil {
			if sent != "" || !errors.Is(err, flexflow.ErrInvalidSID) || !isOneLine(err.Error()) {
				t.Fatalf("sent %q, error %q", sent, err)
			}
		} else if want := exampleURL + "/v1/FlexFlows/" + sid; sent != want || !errors.Is(err, flexflow.ErrNotFound) {
			t.Fatalf("sent %q, want %q: %v", sent, want, err)
		}
	})
}

// FuzzErrorBody checks that any body of an error gives an *APIError with one line of text.
func FuzzErrorBody(f *testing.F) {
	for _, given := range errorBodies {
		f.Add(404, []byte(given.body))
	}
	for _, body := range []string{
		`{"code":"20404","message":5}`, `{"code":1e400}`, `{"code":-1}`, `{"code":20404.5}`, `{"code":1,"code":2}`,
		`{"errors":[]}`, `{"errors":[null]}`, `{"errors":{}}`, `[1]`, `null`, "\xff\xfe", "\x1b]0;title\x07",
		`{"message":"two\nlines \u001b[31m \u202e"}`, `{"message":"` + strings.Repeat("x", 1000) + `"}`,
	} {
		f.Add(500, []byte(body))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status = status & 1023; status == http.StatusOK {
			return
		}
		_, err := fetch(t, responding(status, string(body)).client(t, flexflow.WithRetries(0)))
		checkError(t, err)
		refused := as[*flexflow.APIError](t, err)
		if refused.StatusCode != status || refused.Code < 0 || len(refused.Body) > 64<<10 ||
			!isOneLine(refused.Message) || !isOneLine(refused.MoreInfo) {
			t.Fatalf("%+v", refused)
		}
		if refused.Message == "" && http.StatusText(status) != "" {
			t.Fatalf("no message for status %d with %q", status, body)
		}
	})
}

// FuzzRetryAfter checks that the header is read as RFC 9110 says, or ignored.
func FuzzRetryAfter(f *testing.F) {
	for _, value := range []string{
		"", "0", "7", "007", " 7 ", "-7", "+7", "7.5", "7s", "1e3", "9223372037", "99999999999999999999", "٧", "7, 8",
		"soon", "Thu, 26 Nov 2026 10:30:00 GMT", "Thu, 26 Nov 2026 07:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT",
		"Mon, 01 Jan 0001 00:00:00 GMT", "Wed, 31 Feb 2026 00:00:00 GMT",
	} {
		f.Add(value)
	}
	now := time.Date(2026, time.November, 26, 9, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		server := always(429, "Retry-After: "+value, "Date: "+now.Format(http.TimeFormat))
		_, err := fetch(t, server.client(t, flexflow.WithRetries(0)))
		checkError(t, err)
		var want time.Duration
		value = strings.TrimSpace(value)
		if date, err := http.ParseTime(value); err == nil {
			want = max(0, date.Sub(now))
		} else if seconds, ok := new(big.Int).SetString(value, 10); ok && value[0] != '-' && value[0] != '+' {
			want = time.Duration(math.MaxInt64).Truncate(time.Second)
			if seconds.Cmp(big.NewInt(int64(want/time.Second))) < 0 {
				want = time.Duration(seconds.Int64()) * time.Second
			}
		}
		if got := as[*flexflow.APIError](t, err).RetryAfter; got != want {
			t.Fatalf("%q is read as %s, want %s", value, got, want)
		}
	})
}

// FuzzBaseURL checks that requests go to the configured host, with plain http only to loopback, and that an error does
// not contain the URL.
func FuzzBaseURL(f *testing.F) {
	for _, base := range []string{
		"https://flex-api.twilio.com", "https://flex-api.twilio.com/", "https://gateway.example.com/twilio",
		"https://gateway.example.com/a%2Fb/", "https://gateway.example.com/a%2F", "https://gateway.example.com/%2F",
		"http://127.0.0.1:8080", "http://[::1]", "http://[::ffff:127.0.0.1]", "http://LocalHost:1", "http://127.1",
		"http://localhost.example.com", "http://127.0.0.1.example.com", "http://example.com", "HTTPS://EXAMPLE.COM",
		"//example.com", "example.com", "", "https:", "https://", "https://:443", "https:example.com",
		"ftp://example.com", "https://user:password@example.com", "https://example.com?", "https://example.com#",
		"https://example.com/..", "https://example.com/%zz", "https://example.com\n", "https://a b", "https://例え.jp",
		"https://example.com:port", "https://example.com:99999", `https://example.com\@evil.example.com`,
		"https://[::1]:8443", "https://[fe80::1%25eth0]", "http://[::1%25evil.example.com]",
	} {
		f.Add(base)
	}
	f.Fuzz(func(t *testing.T, base string) {
		var to *url.URL
		server := respondingTo(func(r *http.Request, _ int) *http.Response {
			to = r.URL
			return newResponse(404, "")
		})
		client, err := withCredentials(flexflow.WithBaseURL(base), over(server))
		if err != nil {
			if !errors.Is(err, flexflow.ErrInvalidConfig) || !isOneLine(err.Error()) {
				t.Fatalf("%q: %q", base, err)
			}
			return
		}
		if _, err = fetch(t, client); !errors.Is(err, flexflow.ErrNotFound) {
			t.Fatalf("%q: %v", base, err)
		}
		configured, err := url.Parse(cmp.Or(base, "https://flex-api.twilio.com")) // that of the contract
		if err != nil {
			t.Fatalf("%q: %v", base, err)
		}
		path := strings.TrimSuffix(configured.EscapedPath(), "/") + flowPath
		if !strings.EqualFold(to.Host, configured.Host) || to.User != nil || to.RawQuery != "" || to.Fragment != "" ||
			to.EscapedPath() != path {
			t.Fatalf("%q sends to %q", base, to)
		}
		addr, _ := netip.ParseAddr(to.Hostname())
		isLocal := addr.IsLoopback() || to.Hostname() == "localhost"
		if to.Scheme != "https" && !(to.Scheme == "http" && isLocal) {
			t.Fatalf("%q sends in the clear to %q", base, to)
		}
	})
}
