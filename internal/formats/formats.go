// Package formats validates the string formats of the contract.
package formats

import (
	"errors"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Strings returns validators for the formats that kin-openapi does not check by default, or checks less strictly than
// the generated types decode them: it accepts February 31 in a date-time. Pass them to each validation, because
// kin-openapi's global table of formats belongs to the importing program. No error contains the value.
func Strings() map[string]openapi3.StringFormatValidator {
	return map[string]openapi3.StringFormatValidator{
		"date": format("no such day", func(s string) bool {
			_, err := time.Parse(time.DateOnly, s)
			return err == nil
		}),
		"date-time": format("no such time, or not written as RFC 3339 wants it", isDateTime),
		"email": format("no address", func(s string) bool {
			address, err := mail.ParseAddress(s)
			return err == nil && address.Address == s
		}),
		"uri":           format("no absolute URI of RFC 3986", isAbsoluteURI),
		"uri-reference": format("not a URI reference of RFC 3986", isURIReference),
		"hostname":      format("not a host name of RFC 1123", isHostname),
		"time":          format("not a time of RFC 3339", func(s string) bool { return isDateTime("2000-01-01T" + s) }),
		"uuid":          openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562),
		"ipv4":          openapi3.NewIPValidator(true),
		"ipv6":          openapi3.NewIPValidator(false),
	}
}

func format(reason string, accepts func(string) bool) openapi3.StringFormatValidator {
	refused := errors.New(reason)
	return openapi3.NewCallbackValidator(func(s string) error {
		if !accepts(s) {
			return refused
		}
		return nil
	})
}

// isDateTime reports whether s is a date-time of RFC 3339. It rejects what package time also accepts: an hour of one
// digit, a comma before the fraction, and an offset of a day or more.
func isDateTime(s string) bool {
	_, err := time.Parse(time.RFC3339, s)
	if err != nil || s[len("2006-01-02T15")] != ':' || strings.Contains(s, ",") {
		return false
	}
	sign, hours, minutes := s[len(s)-6], s[len(s)-5:len(s)-3], s[len(s)-2:]
	return sign != '+' && sign != '-' || hours < "24" && minutes < "60"
}

func isAbsoluteURI(s string) bool {
	u, ok := parseURI(s)
	return ok && u.IsAbs() && (u.Host != "" || u.Scheme != "http" && u.Scheme != "https")
}

func isURIReference(s string) bool {
	_, ok := parseURI(s)
	return ok
}

// parseURI parses s. It rejects what net/url accepts but RFC 3986 does not allow: some characters, and a colon in a
// host.
func parseURI(s string) (*url.URL, bool) {
	u, err := url.Parse(s)
	if err != nil || !hasURICharacters(s) {
		return nil, false
	}
	return u, strings.HasPrefix(u.Host, "[") || !strings.Contains(u.Hostname(), ":")
}

// hasURICharacters reports whether RFC 3986, section 2, allows all characters of s in a URI.
func hasURICharacters(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ', c >= 0x7f, c == '"', c == '<', c == '>', c == '\\', c == '^', c == '`', c == '{', c == '|', c == '}':
			return false
		}
	}
	return true
}

func isHostname(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if len(label) == 0 || len(label) > 63 || strings.Trim(label, "-") != label ||
			strings.ContainsFunc(label, func(r rune) bool {
				return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
			}) {
			return false
		}
	}
	return len(s) <= 253
}
