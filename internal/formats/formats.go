// Package formats validates the string formats of the contract.
package formats

import (
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Strings returns validators for the formats that kin-openapi does not check by default, or checks less strictly than
// the generated types decode them: it accepts February 31. Pass them to each validation. Do not register them in
// kin-openapi, because its table of formats is for the whole program. No error contains the value.
func Strings() map[string]openapi3.StringFormatValidator {
	return map[string]openapi3.StringFormatValidator{
		"date-time": format("no such time, or not written as RFC 3339 wants it", isDateTime),
		"uri":       format("no absolute URI of RFC 3986", isURI),
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

const (
	unreservedAndDelimiters = "-._~" + "!$&'()*+,;=" // without letters and digits
	inSegment               = unreservedAndDelimiters + ":@"
)

// isURI reports whether s is a URI of RFC 3986, section 3, with a host if its scheme is http or https.
func isURI(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || !isLetter(scheme[0]) || !consistsOf(scheme, "+-.") || strings.Contains(scheme, "%") {
		return false
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !consistsOf(fragment, inSegment+"/?") || !consistsOf(query, inSegment+"/?") {
		return false
	}
	needsHost := strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https")
	rest, hasAuthority := strings.CutPrefix(rest, "//")
	if !hasAuthority {
		return !needsHost && consistsOf(rest, inSegment+"/")
	}
	authority, path, _ := strings.Cut(rest, "/")
	host, ok := hostOf(authority)
	return ok && (host != "" || !needsHost) && consistsOf(path, inSegment+"/")
}

// hostOf returns the host of an authority, and whether the authority is valid.
func hostOf(authority string) (host string, ok bool) {
	at := strings.IndexByte(authority, '@')
	user, host := authority[:max(at, 0)], authority[at+1:]
	end := strings.LastIndexByte(host, ']') + 1 // the colons before it are not that of a port
	name, port, _ := strings.Cut(host[end:], ":")
	if !consistsOf(user, unreservedAndDelimiters+":") || strings.Trim(port, "0123456789") != "" {
		return "", false
	}
	if end > 0 {
		return host, name == "" && isAddress(host[:end])
	}
	return name, consistsOf(name, unreservedAndDelimiters)
}

// isAddress reports whether s is an IPv6 address in brackets.
func isAddress(s string) bool {
	address := strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.Is6() && ip.Zone() == "" && s == "["+address+"]"
}

// consistsOf reports whether s has only letters, digits, percent escapes and the other characters.
func consistsOf(s, others string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isLetter(c), '0' <= c && c <= '9', strings.IndexByte(others, c) >= 0:
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
