package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"strings"
)

// errorBody has the fields of Twilio's three formats of errors.
type errorBody struct {
	Code     float64
	Message  string
	MoreInfo string `json:"more_info"`
	InfoURL  string `json:"infoUrl"`
	Errors   []errorBody
}

// ReadError reads code, message and documentation URL from the body of an error in one of Twilio's formats, or the
// message from plain text. It ignores a field of another type.
func ReadError(body []byte) (code int, message, moreInfo string) {
	body = bytes.TrimPrefix(body, []byte("\ufeff")) // a byte order mark, with which some proxies begin
	var e errorBody
	err := json.Unmarshal(body, &e)
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !mistyped {
		if text := strings.TrimSpace(string(body)); !strings.HasPrefix(text, "<") && !strings.HasPrefix(text, "{") {
			e.Message = text
		}
	}
	if len(e.Errors) > 0 {
		e = e.Errors[0]
	}
	if e.Code >= 0 && e.Code <= math.MaxInt32 {
		code = int(e.Code)
	}
	return code, e.Message, cmp.Or(e.MoreInfo, e.InfoURL)
}
