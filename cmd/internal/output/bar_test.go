package output

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestBar_rate(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		wait time.Duration
		done int
		want string
	}{
		{999 * time.Millisecond, 5, "fetching"},
		{time.Second, 5, "fetching, 5 flows/s"},
		{4 * time.Second, 8, "fetching, 2 flows/s"},
		{4 * time.Second, 4, "fetching, 1 flows/s"},
		{4 * time.Second, 1, "fetching, 15 flows/min"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := NewBar(10, false)
			time.Sleep(row.wait)
			for range row.done {
				b.Add(false)
			}
			if got := b.bar.State().Description; got != row.want {
				t.Errorf("%d flows in %s: %q, want %q", row.done, row.wait, got, row.want)
			}
		})
	}
}
