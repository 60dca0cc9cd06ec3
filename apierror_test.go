package flexflow_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/flexflow-go/flexflow"
)

// errorBodies lists bodies of errors, and the fields of an *APIError that each sets.
var errorBodies = []struct {
	name, contentType, body string
	code                    int
	message, moreInfo       string // an empty message means the status text
}{
	{"JSON", asJSON, `{"code":20404,"message":"Gone","more_info":"` + docs + `","status":404}`, 20404, "Gone", docs},
	{"list in JSON", asJSON, `{"errors":[{"code":20429,"message":"Busy","infoUrl":"` + docs + `"}]}`, 20429, "Busy", docs},
	{"JSON after a byte order mark", asJSON, "\ufeff" + `{"code":1,"message":"No"}`, 1, "No", ""},
	{"text", "text/plain", "upstream error\r\nor disconnect", 0, "upstream error or disconnect", ""},
	{"a list that is not of errors", asJSON, `["x"]`, 0, "", ""},
	{"HTML", "text/html", "<html>\n<h1>Bad Gateway</h1>\n</html>", 0, "", ""},
	{"HTML after a byte order mark", "text/html", "\ufeff<html>", 0, "", ""},
	{"empty", "text/plain", "", 0, "", ""},
}

const asJSON, docs = "application/json", "https://www.twilio.com/docs/errors/1"

// refusal is a status that is not a success, its sentinel, and the attempts of a fetch with one retry.
type refusal struct {
	status   int
	sentinel error
	attempts int
}

func refusals() (all []refusal) {
	add := func(sentinel error, attempts int, statuses ...int) {
		for _, status := range statuses {
			all = append(all, refusal{status, sentinel, attempts})
		}
	}
	add(flexflow.ErrInvalidResponse, once, 201, 202, 206, 300)
	add(flexflow.ErrUnauthorized, once, 401)
	add(flexflow.ErrForbidden, once, 403)
	add(flexflow.ErrNotFound, once, 404)
	add(flexflow.ErrRateLimited, twice, 429)
	add(flexflow.ErrServer, twice, 500, 502, 503, 504)
	add(flexflow.ErrServer, once, 501, 505)
	add(nil, once, 400, 407, 409, 410, 418, 422, 425)
	add(nil, twice, 408)
	return all
}

func TestAPIError_statuses(t *testing.T) {
	t.Parallel()
	for _, row := range refusals() {
		for _, given := range errorBodies {
			t.Run(fmt.Sprint(row.status, " with ", given.name), func(t *testing.T) {
				t.Parallel()
				wait, attempts := "0", row.attempts
				if row.status == 429 { // does not use up the retry, so only a longer wait ends the fetch
					wait, attempts = "61", once
				}
				response := whole(row.status, given.body, "Content-Type: "+given.contentType,
					"Twilio-Request-Id: RQ1", "Retry-After: "+wait, "Location: https://example.com/")
				f := fault{"", send(response), apiError(row.status, row.sentinel), attempts, kept}
				err := f.run(t).(*flexflow.APIError)
				host := ""
				switch row.status / 100 {
				case 2:
					given.code, given.message, given.moreInfo = 0, "", "" // the body may be a flow
				case 3:
					host = "example.com"
				}
				message := cmp.Or(given.message, http.StatusText(row.status))
				if err.Code != given.code || err.Message != message || err.MoreInfo != given.moreInfo ||
					err.RequestID != "RQ1" || string(err.Body) != given.body || err.Location != host ||
					fmt.Sprint(err.RetryAfter.Seconds()) != wait {
					t.Errorf("want code %d, message %q, more info %q, request RQ1 and location %q, got %+v",
						given.code, message, given.moreInfo, host, err)
				}
				for _, part := range []string{fmt.Sprint("HTTP ", row.status), message, "RQ1"} {
					if !strings.Contains(err.Error(), part) {
						t.Errorf("no %q in %q", part, err)
					}
				}
			})
		}
	}
}

func TestAPIError_noBody(t *testing.T) {
	unwanted := func(status int) outcome { return apiError(status, flexflow.ErrInvalidResponse) }
	upgrade := head(101, "Connection: Upgrade", "Upgrade: websocket")
	runAll(t, []fault{
		{"101", hangUp(upgrade), unwanted(101), once, dropped},
		{"101, then a stream without end", endless("spam", upgrade), unwanted(101), once, dropped},
		{"204", send(head(204)), unwanted(204), once, kept},
		{"304", send(head(304)), unwanted(304), once, kept},
	})
}

func TestAPIError_bodyBound(t *testing.T) {
	t.Parallel()
	const bound = 64 << 10
	long := strings.Repeat("x", 1<<20)
	var response flexflow.Response
	_, err := fetch(t, responding(404, long).client(t), flexflow.CaptureResponse(&response))
	refused := as[*flexflow.APIError](t, err)
	if string(refused.Body) != long[:bound] || string(response.Body) != long[:bound] || len(refused.Message) > 400 {
		t.Errorf("kept %d bytes in the error, %d in its message and %d in the Response, want %d",
			len(refused.Body), len(refused.Message), len(response.Body), bound)
	}
}

func TestAPIError_Error(t *testing.T) {
	t.Parallel()
	const wait = 2 * time.Second
	for want, err := range map[string]flexflow.APIError{
		"flexflow: HTTP 418 (code 7): short and stout":        {StatusCode: 418, Code: 7, Message: "short and stout"},
		"flexflow: FetchFlexFlow FO1: HTTP 418":               {Operation: "FetchFlexFlow", SID: "FO1", StatusCode: 418},
		"flexflow: HTTP 418 (2 attempts)":                     {StatusCode: 418, Attempts: 2},
		"flexflow: HTTP 418 (request RQ1)":                    {StatusCode: 418, Attempts: 1, RequestID: "RQ1"},
		"flexflow: HTTP 418 (request RQ1, 2 attempts)":        {StatusCode: 418, Attempts: 2, RequestID: "RQ1"},
		"flexflow: HTTP 429; send fewer requests at once":     {StatusCode: 429},
		"flexflow: HTTP 429; wait 2s before the next request": {StatusCode: 429, RetryAfter: wait},
		"flexflow: HTTP 503; try again later":                 {StatusCode: 503, RetryAfter: wait},
		"flexflow: HTTP 302; check the base URL":              {StatusCode: 302},
		"flexflow: HTTP 404 (code 7); check the base URL":     {StatusCode: 404, Code: 7},
		"flexflow: HTTP 404; something between here and Twilio refused: check the proxy and the base URL": {
			StatusCode: 404, SID: "FO1",
		},
		"flexflow: HTTP 302; a redirect to x was not followed: check the base URL": {
			StatusCode: 302, Location: "x",
		},
	} {
		if got := err.Error(); got != want {
			t.Errorf("message %q, want %q", got, want)
		}
	}
}

// The body of an error is read even if its JSON has duplicate names or is not valid UTF-8.
func TestAPIError_lenientBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"code":1,"code":20001,"message":"no"}`:  "20001 no",
		"{\"code\":20001,\"message\":\"n\xffo\"}": "20001 n\ufffdo",
		`{"code":0,"message":"no"}`:               "0 no",
		`{"code":2147483648,"message":"no"}`:      "0 no",
		`{"code":-1,"message":"no"}`:              "0 no",
		`{"code":"x","message":"no"}`:             "0 no",
		`{"message":{},"code":20001}`:             "20001 Not Found",
		`{"code":2147483647,"message":"no"}`:      "2147483647 no",
	} {
		_, err := fetch(t, responding(404, body).client(t))
		refused := as[*flexflow.APIError](t, err)
		if got := fmt.Sprint(refused.Code, " ", refused.Message); got != want {
			t.Errorf("%q: error %v, want code and message %q", body, err, want)
		}
	}
}

// The message has one level of escapes less than the body.
func TestAPIError_redactedInJSON(t *testing.T) {
	t.Parallel()
	const inHex, withDigits, withSpaces = "0f9e8d7c6b5a49382716f5e4d3c2b1a0", "ab98765432cd", "horse battery staple"
	const entity = `\u0026#x0f9e8\u00647c6b5\u006149382\u003716f5e\u0034d3c2b\u0031a0;`
	for body, password := range map[string]string{
		`{"code":20003,"message":"` + entity + `"}`:                           inHex,
		`{"code":20003,"message":"m","more_info":"https://x/` + entity + `"}`: inHex,
		`{"errors":[{"code":20003,"message":"` + entity + `"}]}`:              inHex,
		`{"code":20003,"message":"\\u0f9e8d7\u0063\u0036b5"}`:                 inHex,
		`{"code":20003,"message":"%0f9e8\u0064%37c6b5a4"}`:                    inHex,
		`{"code":20003,"message":"%2525252530f9e8d7c6b"}`:                     inHex,
		`{"code":20003,"message":"horse\nbattery\nstaple"}`:                   withSpaces,
		`{"code":98765.432e3,"message":"m"}`:                                  withDigits,
	} {
		var response flexflow.Response
		client := newClientAs(t, flexflow.AuthToken(accountSID, password), exampleURL, over(responding(401, body)))
		_, err := fetch(t, client, flexflow.CaptureResponse(&response))
		refused := as[*flexflow.APIError](t, err)
		for _, shown := range []string{err.Error(), refused.Message, refused.MoreInfo, fmt.Sprint(refused.Code)} {
			for at := range len(password) - 7 {
				if strings.Contains(shown, password[at:at+8]) {
					t.Fatalf("%s: %s", body, shown)
				}
			}
		}
		if password != withDigits && string(response.Body) != "[redacted]" {
			t.Errorf("the body is %s", response.Body)
		}
	}
}

func TestAPIError_redirectWithSecret(t *testing.T) {
	t.Parallel()
	for location, want := range map[string]string{
		"https://login.example.com/?token=" + authToken: "login.example.com",
		"https://" + authToken + ".example.com/":        "[redacted]",
	} {
		server := respondingTo(func(*http.Request, int) *http.Response {
			return newResponse(302, "", "Location: "+location)
		})
		_, err := fetch(t, server.client(t))
		if got := as[*flexflow.APIError](t, err).Location; got != want {
			t.Errorf("redirect to %s: the host is %q, want %q", location, got, want)
		}
	}
}

// A server may repeat the credentials encoded, or cut them short. The base64 of these passwords differs from its
// base64url in the first characters.
func TestAPIError_redacted(t *testing.T) {
	t.Parallel()
	// A password of less than 8 characters is not recognized by itself, but in the base64 of the user name and itself.
	const short, password = "?~?~?~", "?~?~<secret>&of-the-test"
	inBase64 := base64.StdEncoding.EncodeToString([]byte(password))
	inJSON := encode(t, password)
	beforeLimit := strings.Repeat("x ", 32<<10-7) // of the body of an error, which cuts off what follows
	for echo, password := range map[string]string{
		inJSON:                         password, // with the escapes of HTML
		strings.Trim(inJSON, `"`)[:20]: password,
		"%3f%7e%3f%7e%3csecret%3e":     password,
		password[:12]:                  password,
		password[:8]:                   password,
		inBase64[:12]:                  password,
		beforeLimit + password:         password,
		beforeLimit + escape(password): password,
		strings.ReplaceAll(password, "<", `\u0026lt;`)[:18]:                 password,
		base64.RawURLEncoding.EncodeToString([]byte(password)):              password,
		base64.StdEncoding.EncodeToString([]byte(accountSID + ":" + short)): short,
		base64.URLEncoding.EncodeToString([]byte(accountSID + ":" + short)): short,
	} {
		server := responding(401, "refused: "+echo)
		_, err := fetch(t, newClientAs(t, flexflow.AuthToken(accountSID, password), exampleURL, over(server)))
		body := string(as[*flexflow.APIError](t, err).Body)
		if !strings.Contains(err.Error(), "HTTP 401: [redacted];") || body != "[redacted]" {
			t.Errorf("%.80s is shown: %v, body of %d bytes", echo, err, len(body))
		}
	}
}
