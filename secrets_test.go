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
)

// holders lists credentials of each kind with their secrets. The second secret has characters that JSON, HTML and URLs
// escape.
var holders = []struct {
	name    string
	creds   credentials
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
	forms := text + "\n" + html.UnescapeString(text) + "\n" + unescapeJSON(text)
	if decoded, err := url.QueryUnescape(text); err == nil {
		forms += "\n" + decoded
	}
	if decoded, err := base64.StdEncoding.DecodeString(strings.Trim(text, `"`)); err == nil {
		forms += "\n" + string(decoded)
	}
	for _, secret := range secrets {
		for i := 0; i+part <= len(secret); i += part {
			if strings.Contains(forms, secret[i:i+part]) {
				return true
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
func search(v reflect.Value, secrets []string) (found string) {
	seen := map[[2]any]bool{} // pointers with their types
	var walk func(v reflect.Value, path string)
	walk = func(v reflect.Value, path string) {
		switch kind := v.Kind(); {
		case found != "":
		case kind == reflect.String && leak(v.String(), secrets):
			found = path
		case kind == reflect.Interface:
			walk(v.Elem(), path)
		case kind == reflect.Pointer:
			if here := [2]any{v.Pointer(), v.Type()}; !seen[here] {
				seen[here] = true
				walk(v.Elem(), path)
			}
		case kind == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
			walk(reflect.ValueOf(string(v.Slice(0, v.Cap()).Bytes())), path)
		case kind == reflect.Slice || kind == reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i), fmt.Sprint(path, "[", i, "]"))
			}
		case kind == reflect.Map:
			for entries := v.MapRange(); entries.Next(); {
				walk(entries.Key(), path+"[key]")
				walk(entries.Value(), path+"[value]")
			}
		case kind == reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), path+"."+v.Type().Field(i).Name)
			}
		}
	}
	walk(v, v.Type().String())
	return found
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
	buffer := append([]byte(secret), "-and-more"...)
	type hidden struct{ value any }
	replaced := func(hyphen string) string { return strings.ReplaceAll(secret, "-", hyphen) }
	for name, value := range map[string]any{
		"string":             secret,
		"bytes":              buffer,
		"capacity of bytes":  buffer[:0],
		"pointer":            &hidden{&hidden{secret}},
		"slice":              []any{1, secret},
		"array":              [2]any{1, secret},
		"key of a map":       map[string]int{secret: 1},
		"value of a map":     map[int]string{1: secret},
		"error in an error":  fmt.Errorf("1: %w", errors.New(secret)),
		"most of the secret": secret[3:],
		"base64":             base64.StdEncoding.EncodeToString(buffer),
		"escapes of JSON":    replaced(`\u002d`),
		"escapes of HTML":    replaced("&#45;"),
		"escapes of a URL":   replaced("%2D"),
	} {
		if search(reflect.ValueOf(hidden{value}), []string{secret}) == "" {
			t.Errorf("%s: not found", name)
		}
	}
	if path := search(reflect.ValueOf(&hidden{"innocent"}), []string{secret}); path != "" {
		t.Errorf("found in %s what is not there", path)
	}
}

func TestClient_noSecret(t *testing.T) {
	t.Parallel()
	for _, c := range holders {
		s := startRaw(t, replyFlow)
		client := newClientAs(t, c.creds, s.URL, flexflow.WithRetries(0))
		success.of(t, client)
		s.Respond(send(whole(401, "")))
		apiError(401, flexflow.ErrUnauthorized).of(t, client)
		for _, value := range []any{client, *client, c.creds, &c.creds} {
			checkSecret(t, c.secrets, value)
		}
	}
}
