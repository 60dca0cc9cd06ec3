package flexflow_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

// The body that takes longest to check is as long as a body may be, and made for it.
func TestBodyThatIsCostlyToCheck(t *testing.T) {
	const room = 1<<20 - 200
	many := func(size int, member func(i int) string) string {
		var b strings.Builder
		for i := 0; b.Len() < room-size; i++ {
			b.WriteString(",")
			b.WriteString(member(i))
		}
		return b.String()[1:]
	}
	// variants are all ways to write a name, but the first, which is the name itself.
	variants := func(name string) string {
		ways := []string{""}
		for _, letter := range name {
			small, capital := string(letter), string(unicode.ToUpper(letter))
			longer := make([]string, 0, 2*len(ways))
			for _, way := range ways {
				longer = append(longer, way+small)
				if capital != small {
					longer = append(longer, way+capital)
				}
			}
			ways = longer
		}
		return `"` + strings.Join(ways[1:], `":0,"`) + `":0`
	}
	with := func(members string) reply { return send(whole(200, validFlow(flowSID, members), jsonType)) }
	for _, f := range []fault{
		{"names that are unknown", with(many(20, func(i int) string { return fmt.Sprintf(`"%d":0`, i) })), theFlow, 1, atOnce, true},
		{"names in another case", with(variants("integration_type")), theFlow, 1, atOnce, true},
		{"a SID without end", with(`"account_sid":"AC` + strings.Repeat("0", room-100) + `"`), broken("maxLength", "/account_sid"), 1, atOnce, true},
		{"a URL without end", with(`"url":"https://example.com/` + strings.Repeat("%41", room/3-100) + `"`), theFlow, 1, atOnce, true},
		{"a time without end", with(`"date_updated":"2026-01-15T09:42:00.` + strings.Repeat("0", room-100) + `Z"`), theFlow, 1, atOnce, true},
	} {
		t.Run(f.name, func(t *testing.T) { f.run(t) })
	}
}
