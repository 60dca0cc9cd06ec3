package wire

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// retried lists the statuses after which another attempt can succeed.
var retried = []int{
	http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusInternalServerError,
	http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout,
}

// canRetry reports whether another attempt can succeed, after a failed request or after a status that is not a success.
func canRetry(method string, status int, failed error) bool {
	switch {
	case method != http.MethodGet:
		return false
	case failed != nil:
		return !permanent(failed)
	}
	return slices.Contains(retried, status)
}

// permanent reports whether another attempt would fail again. Most errors of crypto/tls and crypto/x509 have no type,
// but all have a prefix.
func permanent(cause error) bool {
	if errors.Is(cause, http.ErrSchemeMismatch) {
		return true
	}
	for inner := cause; inner != nil; inner = errors.Unwrap(inner) { // the text of an outer error may quote the response
		if text := inner.Error(); strings.HasPrefix(text, "tls: ") || strings.HasPrefix(text, "x509: ") {
			return true
		}
	}
	return false
}

// retryAfter parses the Retry-After header (RFC 9110, section 10.2.3): seconds or a date.
func retryAfter(header http.Header, now time.Time) (wait time.Duration, given bool) {
	value := strings.TrimSpace(header.Get("Retry-After"))
	if value != "" && strings.Trim(value, "0123456789") == "" {
		const most = int64(1<<63-1) / int64(time.Second)
		seconds, err := strconv.ParseInt(value, 10, 64)
		if err != nil || seconds > most {
			seconds = most
		}
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0, false
	}
	return max(0, at.Sub(now)), true
}
