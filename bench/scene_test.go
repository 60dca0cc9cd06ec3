package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestScene_everyClient(t *testing.T) {
	dir := t.TempDir()
	if err := buildClients(dir, ""); err != nil {
		t.Fatal(err)
	}
	l, err := newLab(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer l.server.Close()
	missing := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		w.Write(l.body)
	}))
	defer missing.Close()
	failing := &lab{dir: dir, server: missing, body: l.body[:len(l.body)/2]}

	for _, s := range scenes {
		for _, c := range s.clients {
			t.Run(s.name+"/"+c.name, func(t *testing.T) {
				values, err := l.measure(c, s.name, time.Millisecond)
				if err != nil {
					t.Fatal(err)
				}
				for _, m := range s.measures {
					if values[m.name] <= 0 {
						t.Errorf("%s is %v", m.name, values[m.name])
					}
				}
				if s.name == "loopback" && values["fetches"] < 64 {
					t.Errorf("got %v fetches", values["fetches"])
				}
				if _, err := failing.measure(c, s.name, time.Millisecond); err == nil {
					t.Error("a failed fetch was measured")
				}
			})
		}
	}
}

func TestScene_rotatesClients(t *testing.T) {
	l := &lab{dir: t.TempDir(), server: httptest.NewServer(nil)}
	defer l.server.Close()
	order := filepath.Join(l.dir, "order")
	var clients []*client
	for _, name := range []string{"a", "b", "c"} {
		script := "#!/bin/sh\nprintf " + name + " >> " + order + "\necho '{\"fetches\": 1}'\n"
		if err := os.WriteFile(filepath.Join(l.dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
		clients = append(clients, &client{name: name, program: name})
	}
	m := &measure{name: "fetches"}
	err := scene{rounds: 3, clients: clients, measures: []*measure{m}}.run(l)
	got, _ := os.ReadFile(order)
	if err != nil || string(got) != "abcbcacab" || !slices.Equal(m.rounds[clients[2]], []float64{1, 1, 1}) {
		t.Errorf("got the order %s with %v, %v", got, m.rounds, err)
	}
}

func TestRun_unknownScene(t *testing.T) {
	if err := run([]string{"in-memory", "everything"}, ""); err == nil {
		t.Error("run accepted the scene everything")
	}
}
