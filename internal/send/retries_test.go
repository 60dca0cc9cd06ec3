package send

import (
	"io"
	"net/http"
	"testing"
)

// The client sends only GET requests today. One with a body could do its work twice.
func TestIsTemporary_post(t *testing.T) {
	t.Parallel()
	if isTemporary(http.MethodPost, 503, nil) || isTemporary(http.MethodPost, 0, io.EOF) {
		t.Error("a POST is sent again")
	}
}
