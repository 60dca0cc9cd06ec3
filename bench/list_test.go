package main

import "testing"

func TestListers(t *testing.T) {
	listers, err := newListers()
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{enforce, twilioGo} {
		if n, err := listers[client](); n != pageSize || err != nil {
			t.Errorf("%s: %d flows and %v", client, n, err)
		}
	}
}
