package output

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"go.yaml.in/yaml/v3"
)

// A YAML parser reads back the values that writeYAML printed, including <<, which merges mappings unless it is quoted.
func TestWriteYAML(t *testing.T) {
	t.Parallel()
	const body = `{"<<":{"a":"x"},"b":"<<","=":"=","c":["<<","~","null","yes","0x1","2026-01-15","a: b","- a","\u0007","\tfirst\nsecond","2026-02-30","2001-12-14 21:59:43 -5","0x_",".3_","1e5",""],"d":{"<<":"<<"}}`
	var text bytes.Buffer
	if err := writeYAML(&text, []byte(body)); err != nil {
		t.Fatal(err)
	}
	var want, got any
	if err := json.Unmarshal([]byte(body), &want); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text.Bytes(), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read as %v, %v, want %v", &text, got, err, want)
	}
	if !bytes.Contains(text.Bytes(), []byte(`"=": "="`)) {
		t.Errorf("%s has an = without quotes, which PyYAML does not load", &text)
	}
	for _, quoted := range []string{"2026-02-30", "2001-12-14 21:59:43 -5", "0x_", ".3_", "1e5"} { // PyYAML takes some of them for dates or numbers
		if !bytes.Contains(text.Bytes(), []byte("- \""+quoted+"\"\n")) {
			t.Errorf("%s has %s without quotes", &text, quoted)
		}
	}
	if bytes.Contains(text.Bytes(), []byte("!!")) {
		t.Errorf("%s has a tag", &text)
	}
}
