package contract

import (
	"encoding/json"
	"net/netip"
	"reflect"
	"sync"
	"testing"
)

// The first fetches of a process learn the fields of a type at the same time.
func TestBuild_concurrentFirstUse(t *testing.T) {
	type named struct {
		SID  *string `json:"sid,omitempty"`
		Name *string `json:"name,omitempty"`
	}
	tree := map[string]any{"sid": "FO1", "name": "x"}
	for range 300 {
		knownFields.Clear()
		start := make(chan struct{})
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				<-start
				for range 40 {
					if flow, ok := build[named](tree); !ok || flow.SID == nil || flow.Name == nil {
						t.Error("the value is incomplete")
						return
					}
				}
			})
		}
		close(start)
		all.Wait()
	}
}

func TestBuild_matchesTheDecoder(t *testing.T) {
	t.Parallel()
	type inner struct {
		Size *int `json:"size,omitempty"`
	}
	type value struct {
		Count   *int64          `json:"count,omitempty"`
		Small   *int32          `json:"small,omitempty"`
		Ratio   *float32        `json:"ratio,omitempty"`
		Inner   *inner          `json:"inner,omitempty"`
		List    []inner         `json:"list,omitempty"`
		Raw     json.RawMessage `json:"raw,omitempty"`
		Address *netip.Addr     `json:"address,omitempty"`
	}
	for body, direct := range map[string]bool{
		`{}`:                           true,
		`{"count":9007199254740991}`:   true,
		`{"count":9007199254740993}`:   false, // beyond what float64 holds
		`{"small":-5,"ratio":1.5}`:     true,
		`{"small":3000000000}`:         false,
		`{"inner":{"size":1}}`:         true,
		`{"list":[{"size":1},{}]}`:     true,
		`{"raw":{"b":1,"a":2.0}}`:      false,
		`{"address":"127.0.0.1"}`:      false,
		`{"raw":null,"address":null}`:  false,
		`{"list":[],"inner":{"x":[]}}`: true,
	} {
		var tree any
		var want value
		if err := json.Unmarshal([]byte(body), &tree); err != nil {
			t.Fatal(err)
		}
		decodes := json.Unmarshal([]byte(body), &want) == nil
		got, ok := build[value](tree)
		if ok != direct || ok && (!decodes || !reflect.DeepEqual(*got, want)) {
			t.Errorf("%s: built %t, want %t: %+v, want %+v", body, ok, direct, got, want)
		}
	}
	for body, want := range map[string]int64{`{"count":1.0}`: 1, `{"count":1e3}`: 1000, `{"count":-2.50e1}`: -25} {
		var tree any
		if err := json.Unmarshal([]byte(body), &tree); err != nil {
			t.Fatal(err)
		}
		if got, ok := build[value](tree); !ok || *got.Count != want {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

func TestBuildLenient(t *testing.T) {
	t.Parallel()
	type inner struct {
		Size *int `json:"size,omitempty"`
	}
	type value struct {
		Name    *string     `json:"name,omitempty"`
		Inner   *inner      `json:"inner,omitempty"`
		List    []inner     `json:"list,omitempty"`
		Address *netip.Addr `json:"address,omitempty"`
	}
	for body, want := range map[string]string{
		`null`: `null`,
		`[]`:   `null`,
		`"x"`:  `null`,
		`{}`:   `{}`,
		`{"name":1,"inner":{"size":"x"},"list":{},"address":"x"}`:                  `{}`,
		`{"name":"x","inner":{"size":1},"list":[{"size":2}],"address":1}`:          `{"name":"x","inner":{"size":1},"list":[{"size":2}]}`,
		`{"name":"x","inner":[],"list":[{"size":true},1],"address":"192.168.0.1"}`: `{"name":"x","list":[{},{}],"address":"192.168.0.1"}`,
	} {
		var tree any
		if err := json.Unmarshal([]byte(body), &tree); err != nil {
			t.Fatal(err)
		}
		if got, err := json.Marshal(buildLenient[value](tree)); err != nil || string(got) != want {
			t.Errorf("%s: %s, want %s: %v", body, got, want, err)
		}
	}
}
