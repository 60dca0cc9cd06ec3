package output

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
)

// Bar shows the progress of a batch on standard error.
type Bar struct {
	mu           sync.Mutex
	bar          *progressbar.ProgressBar
	start        time.Time
	done, failed int
}

// NewBar returns a Bar for this many SIDs, or -1 if their number is not known.
func NewBar(total int, shown bool) *Bar {
	return &Bar{start: time.Now(), bar: progressbar.NewOptions(total,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionSetVisibility(shown),
		progressbar.OptionUseANSICodes(os.Getenv("TERM") != "dumb"),
		progressbar.OptionShowCount(),
		progressbar.OptionShowTotalBytes(total >= 0),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetSpinnerChangeInterval(0), // drawn only by Add, never within other output
	)}
}

// Hide clears the bar before other output; Add draws it again.
func (b *Bar) Hide() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bar.Clear()
}

// Add counts a result. It shows the rate after a second, because it means little before.
func (b *Bar) Add(failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done++
	text := "fetching"
	if past := time.Since(b.start); past >= time.Second {
		if rate := float64(b.done) / past.Seconds(); rate >= 1 {
			text += fmt.Sprintf(", %.0f flows/s", rate)
		} else {
			text += fmt.Sprintf(", %.0f flows/min", 60*rate)
		}
	}
	if failed {
		b.failed++
	}
	if b.failed > 0 {
		text += fmt.Sprintf(", %d failed", b.failed)
	}
	b.bar.Describe(text)
	b.bar.Add(1)
}
