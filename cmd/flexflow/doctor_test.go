package main

import (
	"bytes"
	"net/http"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"
)

type roundTripper func() *http.Response

func (r roundTripper) RoundTrip(*http.Request) (*http.Response, error) { return r(), nil }

// The clock is compared with the middle of the request, and may be off by less than a minute.
func TestDiagnosis_clock(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration]string{
		0:                 "ok  clock  within 1s of the server's\n",
		59 * time.Second:  "ok  clock  within 59s of the server's\n",
		-59 * time.Second: "ok  clock  within 59s of the server's\n",
		61 * time.Second:  "warning  clock  1m1s ahead of the server's: set this machine's clock\n",
		-61 * time.Second: "warning  clock  1m1s behind the server's: set this machine's clock\n",
	} {
		synctest.Test(t, func(t *testing.T) {
			p := &probe{transport: roundTripper(func() *http.Response {
				time.Sleep(time.Hour)
				date := time.Now().Add(-ahead).UTC().Format(http.TimeFormat)
				time.Sleep(time.Hour)
				return &http.Response{Header: http.Header{"Date": {date}}}
			})}
			p.RoundTrip(&http.Request{})
			var out bytes.Buffer
			d := diagnosis{tabwriter.NewWriter(&out, 0, 0, 2, ' ', 0)}
			d.clock(p)
			d.Flush()
			if out.String() != want {
				t.Errorf("%s ahead: got %q, want %q", ahead, &out, want)
			}
		})
	}
}
