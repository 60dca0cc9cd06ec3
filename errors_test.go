package flexflow_test

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// malformed returns responses that violate HTTP, by the place where they have the value.
func malformed(value string) map[string]string {
	const ok = "HTTP/1.1 200 OK\r\n"
	chunks := head(200, jsonType, chunked)
	return map[string]string{
		"a body without a status line":      `{"friendly_name":"` + value + `"}` + "\r\n\r\n",
		"a status line of another protocol": "SSH-2.0-" + value + "\r\n\r\n",
		"a status that is not a number":     "HTTP/1.1 " + value + "\r\n\r\n",
		"a version":                         "HTTP/" + value + " 200 OK\r\n\r\n",
		"a body without the blank line":     ok + `{"friendly_name":"` + value + `"}` + "\r\n\r\n",
		"a header line without a colon":     ok + value + "\r\n\r\n",
		"a header name":                     ok + value + ": x\r\n\r\n",
		"a header name with a space":        ok + "a " + value + ": x\r\n\r\n",
		"a length":                          ok + "Content-Length: " + value + "\r\n\r\n",
		"two lengths":                       ok + "Content-Length: 1\r\nContent-Length: " + value + "\r\n\r\n",
		"a transfer encoding":               ok + "Transfer-Encoding: " + value + "\r\n\r\n",
		"a trailer":                         chunks + "0\r\n" + value + "\r\n\r\n",
		"a chunk's length":                  chunks + value + "\r\n",
	}
}

// Error texts and log records do not contain bytes of a malformed response, or of the body of a 2xx.
func TestErrors_noBytesOfTheResponse(t *testing.T) {
	t.Parallel()
	const value = private
	responses := malformed(value)
	responses["a 201 in text"] = whole(201, value)
	responses["a 202 in JSON"] = whole(202, `{"message":"`+value+`","code":`+privateCode+`}`, jsonType)
	for name, response := range responses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkNoBytes(t, startRaw(t, hangUp(response)).URL)
		})
	}
	authority := testserver.NewAuthority(t)
	headers := testserver.HTTP2Headers
	begun := headers(":status", "200", "content-type", "application/json") + testserver.HTTP2Body("{")
	for name, frames := range map[string]string{
		"text of GOAWAY":   testserver.HTTP2GoAway(`{"friendly_name":"` + value + `"}`),
		"a field name":     headers(":status", "200", "a "+value, "x"),
		"a field value":    headers(":status", "200", "a", value+"\x00"),
		"a pseudo-header":  headers(":"+value, "200"),
		"a status":         headers(":status", value),
		"a length":         headers(":status", "200", "content-length", value),
		"a trailer's name": begun + testserver.HTTP2Trailer("b "+value, "x"),
	} {
		t.Run("HTTP/2, "+name, func(t *testing.T) {
			t.Parallel()
			checkNoBytes(t, testserver.StartHTTP2(t, authority, frames).URL, trusting(t, authority))
		})
	}
}

// These are parts of a response, without eight characters of the credentials, which would be redacted.
const private, privateCode = "Ann-Example", "77123"

// checkNoBytes fails if a fetch from the URL has a flow, or if its error or log contains a part of the response.
func checkNoBytes(t *testing.T, url string, opts ...flexflow.Option) {
	t.Helper()
	var log bytes.Buffer
	opts = append(opts, flexflow.WithRetries(1), flexflow.WithMaxWait(0), logTo(&log), patient) // retries at once
	flow, err := fetch(t, newClient(t, url, opts...))
	checkError(t, err)
	text := log.String()
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		text += inner.Error()
	}
	if flow != nil || strings.Contains(text, private) || strings.Contains(text, privateCode) {
		t.Errorf("flow %v, log and errors %s", flow, text)
	}
}

// The text of an error of the transport itself is complete. Without a retry, it does not mention one.
func TestTransportError_message(t *testing.T) {
	t.Parallel()
	s := startRaw(t, nil)
	client := newClient(t, s.URL, flexflow.WithRetries(0))
	for response, cause := range map[string]string{
		"SSH\r\n\r\n":                  "net/http: HTTP/1.x transport connection broken: malformed HTTP response",
		"HTTP/1.1 200 OK\r\nx\r\n\r\n": "net/http: HTTP/1.x transport connection broken: malformed header",
		"HTTP/1.1 200 OK\r\n":          "net/http: HTTP/1.x transport connection broken: unexpected EOF",
		head(200, "Transfer-Encoding: zip"): "net/http: HTTP/1.x transport connection broken: " +
			"unsupported transfer encoding",
	} {
		s.Respond(hangUp(response))
		_, err := fetch(t, client)
		want := "flexflow: FetchFlexFlow " + flowSID + `: request failed: Get "` + s.URL + flowPath + `": ` + cause +
			"; check the network, and try again later"
		if err == nil || err.Error() != want {
			t.Errorf("message\n%v\nwant\n%s", err, want)
		}
	}
}

// A cause that is cut leaves the hint, the request ID and the number of attempts whole.
func TestTransportError_longCause(t *testing.T) {
	t.Parallel()
	long := "https://example.com/" + strings.Repeat("x", 1000)
	err := &flexflow.TransportError{
		Operation: "FetchFlexFlow", SID: flowSID, RequestID: "RQ1", Attempts: 2,
		Err: &url.Error{Op: "Get", URL: long, Err: io.ErrUnexpectedEOF},
	}
	const end = "...; check the network, and try again later (request RQ1, 2 attempts)"
	if text := err.Error(); len(text) > 500 || !strings.HasSuffix(text, end) {
		t.Errorf("message %q", text)
	}
}

// An error message has no control characters, even if text from the server has.
func TestErrors_oneLine(t *testing.T) {
	t.Parallel()
	s := startRaw(t, nil)
	client := newClient(t, s.URL, flexflow.WithRetries(0))
	for _, text := range []string{
		"two\tcolumns", "\x1b[31mred\x00 \x7f", // which are not allowed in a header
		"\u202efed\u2028line\u0085line\x9b31mred\ufeffmark\xff\xfee\u0301",
	} {
		for name, response := range echoes(t, text) {
			s.Respond(hangUp(response))
			_, err := fetch(t, client)
			if lack := verifyError(flowSID, err); lack != nil {
				t.Errorf("%s with %q: %v", name, text, lack)
			}
			refused, ok := err.(*flexflow.APIError)
			if ok && !(isOneLine(refused.Message+refused.MoreInfo+refused.Location) && isOneLine(refused.RequestID)) {
				t.Errorf("%s with %q: %+v", name, text, refused)
			}
		}
	}
}

// Programs create errors with zero values in their own tests.
func TestErrors_zeroValue(t *testing.T) {
	for _, err := range []error{&flexflow.APIError{}, &flexflow.ResponseError{}, &flexflow.TransportError{}} {
		text := err.Error()
		if !strings.HasPrefix(text, "flexflow: ") || !isOneLine(text) || errors.Is(err, flexflow.ErrNotFound) {
			t.Errorf("%T: %q", err, text)
		}
	}
}

func TestErrors_noSecret(t *testing.T) {
	t.Parallel()
	for _, c := range holders {
		for _, secret := range c.secrets {
			for name, response := range echoes(t, secret) {
				t.Run(fmt.Sprint(c.name, " ", len(secret), " in ", name), func(t *testing.T) {
					t.Parallel()
					var log bytes.Buffer
					_, err := fetch(t, newClientAs(t, c.creds, startRaw(t, hangUp(response)).URL, flexflow.WithRetries(0),
						flexflow.WithMaxResponseBytes(maxBody), logTo(&log)))
					checkError(t, err)
					checkSecret(t, c.secrets, err)
					if leak(log.String(), c.secrets) {
						t.Errorf("logged %s", &log)
					}
				})
			}
		}
	}
}

const maxBody = 4096 // of a flow, where one is too large

// echoes returns responses that repeat text, as a server or a proxy may, by the place where they do.
func echoes(t testing.TB, text string) map[string]string {
	t.Helper()
	quoted, escaped := encode(t, text), escape(text)
	inQuery, inPath, withUser := url.QueryEscape(text), url.PathEscape(text), url.UserPassword(user, text)
	redirect := func(to string) string { return whole(302, "", "Location: https://"+to) }
	flow := func(members ...string) string { return whole(200, validFlow(flowSID, members...), jsonType) }
	responses := map[string]string{
		"text":                    whole(401, "not authorized: "+text),
		"message in JSON":         whole(401, `{"message":`+quoted+`}`),
		"message, escaped twice":  whole(401, `{"message":`+strconv.Quote(escaped)+`}`),
		"other names of JSON":     whole(401, `{"code":1,"more_info":`+quoted+`,"params":{"header":`+quoted+`}}`),
		"a list in JSON":          whole(429, `{"errors":[{"message":`+quoted+`,"infoUrl":`+quoted+`}]}`),
		"HTML":                    whole(502, "<pre>"+html.EscapeString(text)+"</pre>"),
		"a URL in HTML":           whole(403, `<a href="/?t=`+inQuery+`"><a href="/`+inPath+`">`),
		"where a body is cut off": strings.TrimSuffix(whole(400, "refused: "+text), text[len(text)-1:]),
		"request id":              whole(404, "", "Twilio-Request-Id: "+text),
		"a request id too long":   whole(404, "", "Twilio-Request-Id: "+strings.Repeat("x", 301-len(text))+text),
		"path of a redirect":      redirect("example.com/" + text),
		"host of a redirect":      redirect(text + "/"),
		"user of a redirect":      redirect(withUser.String() + "@example.com/"),
		"a malformed redirect":    redirect("%zz/" + text),
		"content type":            whole(200, "{}", "Content-Type: "+text),
		"a value of a flow":       flow(`"contact_identity":`+quoted, `"enabled":`+quoted),
		"a name of a flow":        flow(`"integration":{` + quoted + `:1,` + quoted + `:2}`),
		"not a flow":              whole(200, "not authorized: "+text, jsonType),
		"a flow too large":        whole(200, padded(maxBody-len(text)+2)+text, jsonType),
		"a flow cut off":          head(200, jsonType, "Content-Length: 500") + text,
	}
	maps.Copy(responses, malformed(text))
	return responses
}

// escape returns text as JSON with every character escaped.
func escape(text string) (escaped string) {
	for _, r := range text {
		escaped += fmt.Sprintf(`\u%04x`, r)
	}
	return escaped
}
