package send

import (
	"context"
	"io"
	"testing"
	"testing/synctest"
	"time"
)

// inBubble runs a test with a new Gate, where waits take no real time and are exact.
func inBubble(t *testing.T, test func(t *testing.T, g *Gate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, new(Gate)) })
}

// held returns how long the gate holds back a call.
func held(t *testing.T, g *Gate) time.Duration {
	t.Helper()
	start := time.Now()
	g.pass(t.Context())
	return time.Since(start)
}

// wantHeld fails unless the gate holds back a call for a pause, or for most of it.
func wantHeld(t *testing.T, g *Gate, pause time.Duration) {
	t.Helper()
	if got := held(t, g); got < pause/2 || got > pause {
		t.Errorf("held back for %s, want %s to %s", got, pause/2, pause)
	}
}

func TestGate_doubles(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, g *Gate) {
		for _, pause := range []time.Duration{
			250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second,
			8 * time.Second, 8 * time.Second,
		} {
			g.hold(time.Now(), 0, time.Minute)
			wantHeld(t, g, pause)
		}
		g.succeed()
		g.hold(time.Now(), 0, time.Minute)
		wantHeld(t, g, 250*time.Millisecond)
	})
}

// Several requests get a 429 at once, and some were sent before the pause.
func TestGate_doublesOnceForRequestsAtOnce(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, g *Gate) {
		sent := time.Now()
		for range 10 {
			g.hold(sent, 0, time.Minute)
		}
		wantHeld(t, g, 250*time.Millisecond)
		g.hold(sent, 0, time.Minute)
		if got := held(t, g); got != 0 {
			t.Errorf("a late 429 to a request before the pause holds back for %s", got)
		}
		g.hold(time.Now(), 0, time.Minute)
		wantHeld(t, g, 500*time.Millisecond)
	})
}

func TestGate_retryAfter(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, g *Gate) {
		g.hold(time.Now(), 30*time.Second, time.Minute)
		time.Sleep(time.Second)
		g.hold(time.Now(), time.Second, time.Minute)
		if got := held(t, g); got < 29*time.Second || got > 30*time.Second {
			t.Errorf("held back for %s, want 29s and less than a second more", got)
		}
	})
}

// hold returns a wait that lasts until the gate is open, differs between calls, and does not exceed what is left.
func TestGate_ownWait(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, g *Gate) {
		sent, waits := time.Now(), map[time.Duration]bool{}
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

func TestGate_contextEnds(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, g *Gate) {
		g.hold(time.Now(), time.Minute, time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		g.pass(ctx)
		if took := time.Since(start); took != time.Second {
			t.Errorf("held back for %s, want 1s", took)
		}
	})
}

// A request that the API processed makes the next pause short again, whatever the status.
func TestGate_processed(t *testing.T) {
	for name, test := range map[string]struct {
		out    Outcome
		resets bool
	}{
		"a success":        {Outcome{Status: 200, Success: true}, true},
		"another flow":     {Outcome{Status: 404}, true},
		"a failed request": {Outcome{Err: io.EOF, temporary: true}, false},
		"503":              {Outcome{Status: 503, temporary: true}, false},
	} {
		inBubble(t, func(t *testing.T, g *Gate) {
			for range 3 {
				time.Sleep(longestPause)
				g.hold(time.Now(), 0, time.Minute)
			}
			time.Sleep(longestPause)
			(&Sender{Gate: g, MaxWait: time.Minute}).newRetries().waitAfter(t.Context(), &test.out, time.Now())
			want := 4 * firstPause * 2
			if test.resets {
				want = firstPause
			}
			if g.hold(time.Now(), 0, time.Minute); g.pause != want {
				t.Errorf("%s: the next pause is %s, want %s", name, g.pause, want)
			}
		})
	}
}
