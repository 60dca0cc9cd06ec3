package formats

import (
	"strings"
	"testing"
)

func TestStrings(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("a", n) }
	for name, values := range map[string]map[string]bool{
		"hostname": {"example.com": true, "a": true, "xn--bcher-kva.example": true, "": false, "-a.com": false, "a-.com": false, "a..b": false, "a_b": false, "bücher": false, "a.com.": false,
			"0.9.A.Z.a.z": true, "/": false, ":": false, "@": false, "[": false, "`": false, "{": false,
			long(63): true, long(64): false, long(63) + "." + long(63) + "." + long(63) + "." + long(61): true, long(63) + "." + long(63) + "." + long(63) + "." + long(62): false},
		"time":          {"09:42:00Z": true, "09:42:00.5+01:00": true, "9:42:00Z": false, "24:00:00Z": false, "09:42": false, "09:42:00": false, "": false},
		"uri-reference": {"https://example.com": true, "/a/b?c#d": true, "../x": true, "": true, "a b": false, "a\n": false, "<a>": false, "é": false, "%zz": false, "~": true, "a\x7f": false},
		"uri":           {"https://example.com": true, "mailto:a@example.com": true, "httpx:a": true, "http:a": false, "a://::": false, "a://b:c:1": false, "a://[::1]:1": true, "a://b:1": true, "/a": false, "https:": false, "": false},
		"date":          {"2026-02-28": true, "2026-02-30": false, "2026-2-3": false},
		"date-time":     {"2026-02-28T09:42:00Z": true, "2026-02-28T09:42:00+23:59": true, "2026-02-28T9:42:00Z": false, "2026-02-28T09:42:00,5Z": false, "2026-02-28T09:42:00+24:00": false, "2026-02-31T09:42:00Z": false},
		"email":         {"ann@example.com": true, "Ann <ann@example.com>": false, "ann": false},
		"uuid":          {"3fa85f64-5717-4562-b3fc-2c963f66afa6": true, "3fa85f64": false},
		"ipv4":          {"127.0.0.1": true, "::1": false},
		"ipv6":          {"::1": true, "127.0.0.1": false},
	} {
		for value, want := range values {
			if err := Strings()[name].Validate(value); (err == nil) != want {
				t.Errorf("%s %q: error %v, want valid %t", name, value, err, want)
			}
		}
	}
}
