// Package formats holds the checks of the string formats that the contract uses.
package formats

import (
	"errors"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// Strings are the formats that kin-openapi checks on request alone, and those that it checks less strictly than
// the generated types decode: 31 February is a date-time to it. They are given to each check, for its table of formats
// belongs to the importing program. No error here repeats the value.
func Strings() map[string]openapi3.StringFormatValidator {
	return map[string]openapi3.StringFormatValidator{
		"date": format("no such day", openapi3.FormatOfStringDate, func(s string) bool {
			_, err := time.Parse(time.DateOnly, s)
			return err == nil
		}),
		"date-time": format("no date and time of RFC 3339", openapi3.FormatOfStringDateTime, func(s string) bool {
			return new(time.Time).UnmarshalText([]byte(s)) == nil
		}),
		"email": format("no address", openapi3.FormatOfStringForEmail, func(s string) bool {
			address, err := mail.ParseAddress(s)
			return err == nil && address.Address == s
		}),
		"uri":  format("no absolute URI of RFC 3986", uriCharacters, isAbsoluteURI),
		"uuid": openapi3.NewRegexpFormatValidator(openapi3.FormatOfStringForUUIDOfRFC9562),
		"ipv4": openapi3.NewIPValidator(true),
		"ipv6": openapi3.NewIPValidator(false),
	}
}

// format accepts what both the pattern and the function accept.
func format(reason, pattern string, accepts func(string) bool) openapi3.StringFormatValidator {
	matches := openapi3.NewRegexpFormatValidator(pattern)
	refused := errors.New(reason)
	return openapi3.NewCallbackValidator(func(s string) error {
		if matches.Validate(s) != nil || !accepts(s) {
			return refused
		}
		return nil
	})
}

// uriCharacters are those of RFC 3986, section 2; net/url is more generous.
const uriCharacters = `^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$`

func isAbsoluteURI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && (u.Host != "" || !strings.HasPrefix(u.Scheme, "http"))
}
