package main

import (
	"bytes"
	"encoding/csv"
)

// csvRow returns a row of CSV (RFC 4180), which ends with LF. Line breaks in its values stay as they are.
func csvRow(values []string) []byte {
	if len(values) == 1 && values[0] == "" {
		return []byte("\"\"\n") // an empty line would be no row
	}
	var row bytes.Buffer
	w := csv.NewWriter(&row)
	w.Write(values) // it cannot fail
	w.Flush()
	return row.Bytes()
}
