package formats

import (
	"testing"
)

func TestStrings(t *testing.T) {
	t.Parallel()
	for name, values := range map[string]struct{ valid, invalid []string }{
		"uri": {
			[]string{
				"https://example.com", "mailto:a@example.com", "httpx:a", "a://[::1]:1", "a://b:1", "a://u:p@b/c;d=e?f/?#g/?",
				"x:", "file:///etc", "a://", "a://:1", "http://h:/", "x:%41", "a://%41", "urn:a:b", "x:/a//b", "a+b-c.d:e",
			},
			[]string{
				"", "/a", "a", ":a", "1a:b", "a%41:b", "http:a", "https:", "http://", "http://:80/", "a://::", "a://b:c:1", "a://b:c",
				"x:%", "x:%4", "x:%4g", "http://h/a#b#c", "http://h/a[b]", "http://[::1", "http://[1.2.3.4]", "http://[fe80::1%25a]/",
				"http://a]b", "http://x[::1]", "http://[::1]x", "http://u@v@h", "x:a b", "x:a\n", "x:é", "x:<", `x:\`, "x:^", "x:a?^", "x:a#^",
				"http://h^", "http://u^@h", "http://h\x7f",
			},
		},
		"date-time": {
			[]string{"2026-02-28T09:42:00Z", "2026-02-28T09:42:00+23:59"},
			[]string{"2026-02-28T9:42:00Z", "2026-02-28T09:42:00,5Z", "2026-02-28T09:42:00+24:00", "2026-02-31T09:42:00Z"},
		},
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
