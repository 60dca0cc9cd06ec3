package maintain

import (
	"os"
	"testing"
)

func TestReleased(t *testing.T) {
	slow(t)
	root, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOFLAGS", os.Getenv("GOFLAGS")) // released adds to it
	recorded := map[string]bool{}
	for range 2 { // the API recorded must not depend on the folder
		t.Chdir(root)
		t.Chdir(copyForTest(t))
		replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)")(t)
		replaced(document, "Twilio Flex Flow", "A Flex Flow")(t)
		if err := released(""); err != nil {
			t.Fatal(err)
		}
		recorded[read(t, releasedAPI)] = true
		if read(t, releasedDocument) != read(t, document) {
			t.Error("the document recorded is another")
		}
		if err := api(""); err != nil {
			t.Errorf("the API recorded is another: %v", err)
		}
	}
	if len(recorded) != 1 {
		t.Error("the API recorded depends on the folder")
	}
}
