package program

import (
	"bytes"
	"fmt"
	"slices"
)

// PageSize is how many flows a page has, the most that the API allows.
const PageSize = 1000

// pageOf returns a page with copies of a flow.
func pageOf(flow []byte) []byte {
	flows := bytes.Join(slices.Repeat([][]byte{flow}, PageSize), []byte(","))
	return fmt.Appendf(nil, `{"flex_flows":[%s],"meta":{"page_size":%d,"next_page_url":null}}`, flows, PageSize)
}

// CheckPage returns an error unless a client listed all flows of the page.
func CheckPage(flows int) error {
	if flows != PageSize {
		return fmt.Errorf("listed %d flows of %d", flows, PageSize)
	}
	return nil
}
