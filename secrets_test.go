package flexflow_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/flexflow-go/flexflow"
	"github.com/flexflow-go/flexflow/internal/testserver"
)

// credentials lists credentials of each kind with their secrets. The second secret has characters that JSON, HTML and
// URLs escape.
var credentials = []struct {
	name    string
	creds   flexflow.Credentials
	secrets []string
}{
	{"auth token", flexflow.AuthToken(user, token), basicSecrets(user, token)},
	{"API key", flexflow.APIKey(user, awkward), basicSecrets(user, awkward)},
	{"bearer token", flexflow.Bearer(func(context.Context) (string, error) { return jwt, nil }), []string{jwt}},
}

const (
	user    = "ACffeeddccbbaa99887766554433221100"
	token   = "fedcba9876543210fedcba9876543210"
	awkward = `p"a/s\s<w>o&r'd+%=é~of-the-key`
	jwt     = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJmbGV4In0.dGhlLXNpZ25hdHVyZS1vZi10aGUtdG9rZW4+/w=="
)

func basicSecrets(user, password string) []string {
	return []string{password, base64.StdEncoding.EncodeToString([]byte(user + ":" + password))}
}

// leak finds a secret, or most of one, in a text or in what the text decodes to.
func leak(text string, secrets []string) bool {
	const part = 8
	forms := []string{text, html.UnescapeString(text), unescapeJSON(text)}
	if decoded, err := url.QueryUnescape(text); err == nil {
		forms = append(forms, decoded)
	}
	if decoded, err := base64.StdEncoding.DecodeString(strings.Trim(text, `"`)); err == nil {
		forms = append(forms, string(decoded))
	}
	for _, form := range forms {
		for _, secret := range secrets {
			for i := 0; i+part <= len(secret); i += part {
				if strings.Contains(form, secret[i:i+part]) {
					return true
				}
			}
		}
	}
	return false
}

var escapes = regexp.MustCompile(`\\(u[0-9a-fA-F]{4}|.)`)

func unescapeJSON(text string) string {
	return escapes.ReplaceAllStringFunc(text, func(escape string) string {
		if code, err := strconv.ParseUint(strings.TrimPrefix(escape, `\u`), 16, 16); err == nil && len(escape) == 6 {
			return string(rune(code))
		}
		return escape[1:]
	})
}

// search walks all that v contains, exported or not, and returns the path to the first text with a secret. It reads
// everything that reflection can reach, and bytes up to the capacity of their slice.
func search(v reflect.Value, secrets []string) string {
	type place struct {
		at  uintptr
		typ reflect.Type
	}
	seen := map[place]bool{}
	var walk func(v reflect.Value, path string) string
	walk = func(v reflect.Value, path string) string {
		switch v.Kind() {
		case reflect.String:
			if leak(v.String(), secrets) {
				return path
			}
		case reflect.Interface:
			return walk(v.Elem(), path)
		case reflect.Pointer:
			if here := (place{v.Pointer(), v.Type()}); !v.IsNil() && !seen[here] {
				seen[here] = true
				return walk(v.Elem(), path)
			}
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				if leak(string(v.Slice(0, v.Cap()).Bytes()), secrets) {
					return path
				}
				return ""
			}
			if here := (place{v.Pointer(), v.Type()}); !seen[here] {
				seen[here] = true
				for i := range v.Len() {
					if found := walk(v.Index(i), fmt.Sprint(path, "[", i, "]")); found != "" {
						return found
					}
				}
			}
		case reflect.Array:
			for i := range v.Len() {
				if found := walk(v.Index(i), fmt.Sprint(path, "[", i, "]")); found != "" {
					return found
				}
			}
		case reflect.Map:
			for entries := v.MapRange(); entries.Next(); {
				if found := walk(entries.Key(), path+"[key]"); found != "" {
					return found
				}
				if found := walk(entries.Value(), path+"[value]"); found != "" {
					return found
				}
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if found := walk(v.Field(i), path+"."+v.Type().Field(i).Name); found != "" {
					return found
				}
			}
		}
		return ""
	}
	return walk(v, v.Type().String())
}

// checkSecret fails if a program that prints, logs, encodes or dumps the value shows a secret.
func checkSecret(t *testing.T, secrets []string, value any) {
	t.Helper()
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, v := range []any{value, []any{value}, struct{ Value any }{value}} {
			if text := fmt.Sprintf(format, v); leak(text, secrets) {
				t.Errorf("%s prints %s", format, text)
			}
		}
	}
	if encoded, err := json.Marshal(value); err == nil && leak(string(encoded), secrets) {
		t.Errorf("JSON is %s", encoded)
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("", "value", value)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("", "value", value)
	if leak(log.String(), secrets) {
		t.Errorf("slog writes %s", &log)
	}
	if path := search(reflect.ValueOf(value), secrets); path != "" {
		t.Errorf("it can be dug out of %s", path)
	}
}

func TestSearch_findsSecret(t *testing.T) {
	const secret = "the-secret-of-the-test"
	buffer := append([]byte(secret), "-and-more"...)
	type hidden struct{ value any }
	for name, value := range map[string]any{
		"string":             hidden{secret},
		"bytes":              hidden{buffer},
		"capacity of bytes":  hidden{buffer[:0]},
		"pointer":            &hidden{&hidden{secret}},
		"slice":              hidden{[]any{1, secret}},
		"array":              hidden{[2]any{1, secret}},
		"key of a map":       hidden{map[string]int{secret: 1}},
		"value of a map":     hidden{map[int]string{1: secret}},
		"error in an error":  hidden{fmt.Errorf("1: %w", errors.New(secret))},
		"base64":             hidden{base64.StdEncoding.EncodeToString(buffer)},
		"escapes of JSON":    hidden{strings.ReplaceAll(secret, "-", `\u002d`)},
		"escapes of HTML":    hidden{strings.ReplaceAll(secret, "-", "&#45;")},
		"escapes of a URL":   hidden{strings.ReplaceAll(secret, "-", "%2D")},
		"most of the secret": hidden{secret[3:]},
	} {
		if search(reflect.ValueOf(value), []string{secret}) == "" {
			t.Errorf("%s: not found", name)
		}
	}
	if path := search(reflect.ValueOf(&hidden{"innocent"}), []string{secret}); path != "" {
		t.Errorf("found in %s what is not there", path)
	}
}

func TestClient_noSecret(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	for _, c := range credentials {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := startRawTLS(t, authority.Server(t), replyFlow)
			client, err := flexflow.New(c.creds, flexflow.WithBaseURL(s.URL), trusting(t, authority), flexflow.WithRetries(0))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := client.FetchFlexFlow(t.Context(), flowSID); err != nil {
				t.Fatal(err)
			}
			s.Respond(send(whole(401, "")))
			if _, err := client.FetchFlexFlow(t.Context(), flowSID); !errors.Is(err, flexflow.ErrUnauthorized) {
				t.Fatal(err)
			}
			checkSecret(t, c.secrets, client)
			checkSecret(t, c.secrets, *client)
			checkSecret(t, c.secrets, c.creds)
			checkSecret(t, c.secrets, &c.creds)
		})
	}
}

const maxBody = 4096 // of a flow, where one is too large

// echoes lists the places where a server or a proxy may repeat a secret.
var echoes = []struct {
	name     string
	response func(secret string) string
}{
	{"nowhere", func(string) string { return whole(401, "") }},
	{"text", func(secret string) string { return whole(401, "not authorized: "+secret) }},
	{"message in JSON", func(secret string) string { return whole(401, `{"message":`+quote(secret)+`}`) }},
	{"message in JSON of PHP", func(secret string) string {
		return whole(401, `{"message":`+strings.ReplaceAll(quote(secret), "/", `\/`)+`}`)
	}},
	{"message in JSON, all escaped", func(secret string) string { return whole(401, `{"message":"`+escape(secret)+`"}`) }},
	{"message in JSON, escaped twice", func(secret string) string { return whole(401, `{"message":`+quote(escape(secret))+`}`) }},
	{"other names of JSON", func(secret string) string {
		return whole(401, `{"code":1,"more_info":`+quote(secret)+`,"params":{"header":`+quote(secret)+`}}`)
	}},
	{"a list in JSON", func(secret string) string {
		return whole(429, `{"errors":[{"message":`+quote(secret)+`,"infoUrl":`+quote(secret)+`}]}`, "Retry-After: 1000")
	}},
	{"HTML", func(secret string) string { return whole(502, "<pre>"+html.EscapeString(secret)+"</pre>") }},
	{"HTML with numbers", func(secret string) string {
		return whole(502, "<pre>"+strings.NewReplacer("+", "&#43;", "/", "&#x2F;", "=", "&#061;", "é", "&#233;").Replace(html.EscapeString(secret))+"</pre>")
	}},
	{"a URL in HTML", func(secret string) string {
		return whole(403, `<a href="/login?t=`+url.QueryEscape(secret)+`"><a href="/login/`+url.PathEscape(secret)+`">`)
	}},
	{"many times", func(secret string) string { return whole(400, strings.Repeat(secret+" ", 5000)) }},
	{"where the kept body ends", func(secret string) string {
		return whole(400, strings.Repeat("x", 64<<10-len(secret)+1)+secret+strings.Repeat("x", 64<<10))
	}},
	{"where the kept body ends, all escaped", func(secret string) string {
		return whole(400, strings.Repeat("x", 64<<10-6*len(secret)+6)+escape(secret)+strings.Repeat("x", 64<<10))
	}},
	{"where the body is cut off", func(secret string) string {
		return strings.TrimSuffix(whole(400, "not authorized: "+secret), secret[len(secret)-1:])
	}},
	{"request id", func(secret string) string { return whole(404, "", "Twilio-Request-Id: "+secret) }},
	{"a request id too long", func(secret string) string {
		return whole(404, "", "Twilio-Request-Id: "+strings.Repeat("x", 300-len(secret)+1)+secret)
	}},
	{"path of a redirect", func(secret string) string { return whole(302, "", "Location: https://example.com/"+secret) }},
	{"host of a redirect", func(secret string) string { return whole(302, "", "Location: https://"+secret+"/") }},
	{"user of a redirect", func(secret string) string {
		return whole(302, "", "Location: https://"+url.UserPassword(user, secret).String()+"@example.com/")
	}},
	{"a malformed redirect", func(secret string) string { return whole(302, "", "Location: https://%zz/"+secret) }},
	{"a malformed response", func(secret string) string { return secret + "\r\n\r\n" }},
	{"a malformed status", func(secret string) string { return "HTTP/1.1 " + secret + "\r\n\r\n" }},
	{"a malformed header", func(secret string) string { return "HTTP/1.1 200 OK\r\n" + secret + "\r\n\r\n" }},
	{"a malformed name", func(secret string) string { return "HTTP/1.1 200 OK\r\n" + secret + ": value\r\n\r\n" }},
	{"a malformed length", func(secret string) string { return "HTTP/1.1 200 OK\r\nContent-Length: " + secret + "\r\n\r\n" }},
	{"an unknown transfer encoding", func(secret string) string { return "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secret + "\r\n\r\n" }},
	{"a trailer", func(secret string) string { return head(200, jsonType, chunked) + "0\r\n" + secret + "\r\n\r\n" }},
	{"content type", func(secret string) string { return whole(200, "{}", "Content-Type: "+secret) }},
	{"a value of a flow", func(secret string) string {
		return whole(200, validFlow(flowSID, `"contact_identity":`+quote(secret), `"enabled":`+quote(secret)), jsonType)
	}},
	{"a name of a flow", func(secret string) string {
		return whole(200, validFlow(flowSID, `"integration":{`+quote(secret)+`:1,`+quote(secret)+`:2}`), jsonType)
	}},
	{"not a flow", func(secret string) string { return whole(200, "not authorized: "+secret, jsonType) }},
	{"a flow too large", func(secret string) string { return whole(200, padded(maxBody-len(secret)+2)+secret, jsonType) }},
	{"a flow cut off", func(secret string) string { return head(200, jsonType, "Content-Length: 500") + secret }},
}

// quote returns text as JSON with only the necessary escapes.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// escape returns text as JSON with every character escaped.
func escape(text string) string {
	var escaped strings.Builder
	for _, r := range text {
		fmt.Fprintf(&escaped, `\u%04x`, r)
	}
	return escaped.String()
}

func TestErrors_noSecret(t *testing.T) {
	t.Parallel()
	authority := testserver.NewAuthority(t)
	for _, c := range credentials {
		for _, secret := range c.secrets {
			for _, echo := range echoes {
				t.Run(fmt.Sprint(c.name, " ", len(secret), " in ", echo.name), func(t *testing.T) {
					t.Parallel()
					s := startRawTLS(t, authority.Server(t), hangUp(echo.response(secret)))
					var log bytes.Buffer
					logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
					client, err := flexflow.New(c.creds, flexflow.WithBaseURL(s.URL), trusting(t, authority), flexflow.WithRetries(0), flexflow.WithMaxResponseBytes(maxBody), flexflow.WithLogger(logger))
					if err != nil {
						t.Fatal(err)
					}
					_, err = client.FetchFlexFlow(t.Context(), flowSID)
					checkError(t, flowSID, err)
					checkSecret(t, c.secrets, err)
					if leak(log.String(), c.secrets) {
						t.Errorf("logged %s", &log)
					}
				})
			}
		}
	}
}

func TestNew_noSecret(t *testing.T) {
	secrets := []string{"the-secret-of-the-test"}
	base := func(url string) error {
		_, err := flexflow.New(flexflow.AuthToken(accountSID, authToken), flexflow.WithBaseURL(url))
		return err
	}
	with := func(creds flexflow.Credentials) error {
		_, err := flexflow.New(creds)
		return err
	}
	for name, err := range map[string]error{
		"a space after it":          with(flexflow.AuthToken("AC1", secrets[0]+" ")),
		"a line end after it":       with(flexflow.APIKey("SK1", secrets[0]+"\n")),
		"in the place of the user":  with(flexflow.APIKey(secrets[0], "")),
		"both in one":               with(flexflow.APIKey("SK1:"+secrets[0], "x")),
		"in the base URL":           base("https://SK1:" + secrets[0] + "@flex-api.twilio.com"),
		"in a malformed base URL":   base("https://SK1:" + secrets[0] + "%zz@flex-api.twilio.com"),
		"in a base URL of no host":  base("https://SK1:" + secrets[0] + "@"),
		"in a query of the URL":     base("https://flex-api.twilio.com?token=" + secrets[0]),
		"as the base URL":           base(secrets[0]),
		"in a base URL of http":     base("http://SK1:" + secrets[0] + "@example.com"),
		"in the fragment of a http": base("http://example.com#" + secrets[0]),
	} {
		if !errors.Is(err, flexflow.ErrInvalidConfig) {
			t.Fatalf("%s: want ErrInvalidConfig, got %v", name, err)
		}
		if !isOneLine(err.Error()) {
			t.Errorf("%s: message %q", name, err)
		}
		checkSecret(t, secrets, err)
	}
}

// An error message has no control characters, even if text from the server has.
func TestErrors_oneLine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\x1b[31mred", "\x9b31mred", "two\tcolumns", "\u202efed-ot-tfel", "\u2028line", "\u0085line", "\x00", "\x7f", "\xff\xfe", "\ufeffmark", "e\u0301", strings.Repeat("long ", 1000)} {
		for name, response := range map[string]string{
			"body":         whole(404, "<"+text),
			"text":         whole(404, "line\r\n"+text),
			"message":      whole(404, `{"message":"line\n`+text+`","more_info":"`+text+`"}`),
			"request id":   whole(404, "", "Twilio-Request-Id: "+text),
			"redirect":     whole(302, "", "Location: https://"+text+"/"),
			"content type": whole(200, "{}", "Content-Type: "+text),
			"name":         whole(200, `{"`+text+`":1,"`+text+`":2}`, jsonType),
			"header":       head(200, text),
			"status":       "HTTP/1.1 200" + text + "\r\n\r\n",
		} {
			s := startRaw(t, hangUp(response))
			_, err := newClient(t, s.URL, flexflow.WithRetries(0)).FetchFlexFlow(t.Context(), flowSID)
			if lack := verifyError(flowSID, err); lack != nil {
				t.Errorf("%s with %q: %v", name, text, lack)
			}
			if refused, ok := err.(*flexflow.APIError); ok && (!isOneLine(refused.Message+refused.MoreInfo+refused.Location) || !isOneLine(refused.RequestID)) {
				t.Errorf("%s with %q: %+v", name, text, refused)
			}
		}
	}
}
