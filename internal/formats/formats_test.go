package formats

import (
	"strings"
	"testing"
)

func TestStrings(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("a", n) }
	most := long(63) + "." + long(63) + "." + long(63) + "." + long(61)
	for name, values := range map[string]struct{ valid, invalid []string }{
		"hostname": {
			[]string{"example.com", "a", "xn--bcher-kva.example", "0.9.A.Z.a.z", long(63), most},
			[]string{"", "-a.com", "a-.com", "a..b", "a_b", "bücher", "a.com.", "/", ":", "@", "[", "`", "{", long(64), most + "a"},
		},
		"time": {
			[]string{"09:42:00Z", "09:42:00.5+01:00"},
			[]string{"9:42:00Z", "24:00:00Z", "09:42", "09:42:00", ""},
		},
		"uri-reference": {
			[]string{"https://example.com", "/a/b?c#d", "../x", "", "~"},
			[]string{"a b", "a\n", "<a>", "é", "%zz", "a\x7f"},
		},
		"uri": {
			[]string{"https://example.com", "mailto:a@example.com", "httpx:a", "a://[::1]:1", "a://b:1"},
			[]string{"http:a", "a://::", "a://b:c:1", "/a", "https:", ""},
		},
		"date": {[]string{"2026-02-28"}, []string{"2026-02-30", "2026-2-3"}},
		"date-time": {
			[]string{"2026-02-28T09:42:00Z", "2026-02-28T09:42:00+23:59"},
			[]string{"2026-02-28T9:42:00Z", "2026-02-28T09:42:00,5Z", "2026-02-28T09:42:00+24:00", "2026-02-31T09:42:00Z"},
		},
		"email": {[]string{"ann@example.com"}, []string{"Ann <ann@example.com>", "ann"}},
		"uuid":  {[]string{"3fa85f64-5717-4562-b3fc-2c963f66afa6"}, []string{"3fa85f64"}},
		"ipv4":  {[]string{"127.0.0.1"}, []string{"::1"}},
		"ipv6":  {[]string{"::1"}, []string{"127.0.0.1"}},
	} {
		for _, value := range values.valid {
			if err := Strings()[name].Validate(value); err != nil {
				t.Errorf("%s %q: %v", name, value, err)
			}
		}
		for _, value := range values.invalid {
			if Strings()[name].Validate(value) == nil {
				t.Errorf("%s %q is valid", name, value)
			}
		}
	}
}
