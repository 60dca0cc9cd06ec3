package main

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A million lines do not fill the memory: as long as nobody takes the first result, only a few are read.
func TestInOrderReadsNoFurtherThanItMust(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const concurrency = 8
		ctx, cancel := context.WithCancel(t.Context())
		sids := make(chan string)
		var read, running, most atomic.Int64
		go func() {
			defer close(sids)
			for ctx.Err() == nil {
				select {
				case sids <- "":
					read.Add(1)
				case <-ctx.Done():
				}
			}
		}()
		fetch := func(string) result {
			most.Store(max(most.Load(), running.Add(1)))
			defer running.Add(-1)
			time.Sleep(time.Second)
			return result{}
		}
		for range inOrder(ctx, sids, concurrency, fetch) {
			synctest.Wait()
			time.Sleep(time.Hour) // whoever takes the results is slow
			break
		}
		cancel()
		if n := read.Load(); n > 6*concurrency {
			t.Errorf("%d SIDs were read while one result was taken", n)
		}
		if n := most.Load(); n != concurrency {
			t.Errorf("%d fetches ran at once, want %d", n, concurrency)
		}
	})
}

// A slow fetch holds back the results after it, not the fetches.
func TestInOrderYieldsInTheOrderOfTheInput(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sids := make(chan string)
		want := strings.Split("abcdefghijklmnopqrstuvwxyz", "")
		go func() {
			defer close(sids)
			for _, sid := range want {
				sids <- sid
			}
		}()
		fetch := func(sid string) result {
			time.Sleep(time.Duration('z'-sid[0]) * time.Second)
			return result{body: []byte(sid)}
		}
		var got []string
		for r := range inOrder(t.Context(), sids, 3, fetch) {
			got = append(got, string(r.body))
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestLinesOfStandardInput(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in   string
		want []string
	}{
		"nothing":                        {"", nil},
		"no newline at the end":          {"a\nb", []string{"a", "b"}},
		"blank lines":                    {"\n a \n\t\n\nb\n\n", []string{"a", "b"}},
		"newlines of Windows":            {"a\r\nb\r\n", []string{"a", "b"}},
		"a line too long for any buffer": {"a\n" + strings.Repeat("x", 1<<20) + "\nb\n", []string{"a", strings.Repeat("x", 4096) + "…", "b"}},
		"a SID after too much space":     {strings.Repeat(" ", 4096) + "a\nb\n", []string{"…", "b"}},
		"a SID before too much space":    {"a" + strings.Repeat(" ", 4096) + "x\nb\n", []string{"a" + strings.Repeat(" ", 4095) + "…", "b"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sids := make(chan string)
			go func() {
				defer close(sids)
				if err := sendSIDs(t.Context(), []string{"first", "-", "last"}, strings.NewReader(test.in), sids); err != nil {
					t.Error(err)
				}
			}()
			var got []string
			for sid := range sids {
				got = append(got, sid)
			}
			want := slices.Concat([]string{"first"}, test.want, []string{"last"})
			if !slices.Equal(got, want) {
				t.Errorf("got %.60q, want %.60q", got, want)
			}
		})
	}
}
