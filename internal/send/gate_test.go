package send

import (
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// The pause after a 429 doubles, once for requests that were sent at the same time, until a request succeeds.
func TestGate_pause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := new(Gate)
		refused := func(sent time.Time) { g.hold(sent, 0, time.Minute) }
		wantHeld := func(pause time.Duration) {
			t.Helper()
			start := time.Now()
			g.pass(t.Context())
			if got := time.Since(start); got < pause/2 || got > pause {
				t.Errorf("held back for %s, want %s to %s", got, pause/2, pause)
			}
		}
		for pause := firstPause; pause <= longestPause; pause *= 2 {
			refused(time.Now())
			wantHeld(pause)
		}
		refused(time.Now())
		wantHeld(longestPause)
		g.succeed()
		sent := time.Now()
		for range 10 {
			refused(sent)
		}
		wantHeld(firstPause)
		refused(sent)
		wantHeld(0)
		refused(time.Now())
		wantHeld(2 * firstPause)
	})
}

// hold returns a wait that lasts until the gate is open, differs between calls, and does not exceed what is left.
func TestGate_ownWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g, sent, waits := new(Gate), time.Now(), map[time.Duration]bool{}
		for range 10 {
			wait := g.hold(sent, time.Second, time.Minute)
			if wait < time.Second || wait > time.Second+firstPause/2 {
				t.Errorf("a wait of %s, want 1s and up to %s more", wait, firstPause/2)
			}
			waits[wait] = true
		}
		if len(waits) < 10 {
			t.Errorf("%d different waits, want 10: %v", len(waits), waits)
		}
		if wait := g.hold(sent, time.Second, time.Second); wait != time.Second {
			t.Errorf("a wait of %s, want all of the second that is left", wait)
		}
	})
}

// A request that the API processed makes the next pause short again, whatever the status.
func TestGate_processed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		out  Outcome
		want time.Duration
	}{
		"a success":        {Outcome{Status: 200, Success: true}, firstPause},
		"another flow":     {Outcome{Status: 404}, firstPause},
		"a failed request": {Outcome{Err: io.EOF, temporary: true}, 4 * firstPause},
		"503":              {Outcome{Status: 503, temporary: true}, 4 * firstPause},
	} {
		synctest.Test(t, func(t *testing.T) {
			g := &Gate{pause: 2 * firstPause}
			(&Sender{Gate: g, MaxWait: time.Minute}).newRetries().waitAfter(t.Context(), &test.out, time.Now())
			if g.hold(time.Now(), 0, time.Minute); g.pause != test.want {
				t.Errorf("%s: the next pause is %s, want %s", name, g.pause, test.want)
			}
		})
	}
}
