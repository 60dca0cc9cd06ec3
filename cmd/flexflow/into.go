package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/flexflow-go/flexflow/internal/contract"
)

// openInto opens the --into file at its end, if there is one, and returns the SIDs of the flows on its lines.
func openInto(name string) (file *os.File, have map[string]bool, err error) {
	if name == "" {
		return nil, nil, nil
	}
	if file, err = openLocked(name); err != nil {
		return nil, nil, err
	}
	have = map[string]bool{}
	lines, end := bufio.NewReader(file), int64(0)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		isHalf := err == io.EOF && len(line) > 0 && (line[0] == '{' || line[0] == 0)
		switch {
		case err != nil && err != io.EOF:
			return nil, nil, err
		case isFlow(line):
			have[contract.SIDOf(line)] = true
		case !isHalf && len(bytes.TrimSpace(line)) > 0:
			return nil, nil, fmt.Errorf("line %d of %s is not a flow: name another file", number, name)
		}
		if err == io.EOF {
			return file, have, endLine(file, line, end)
		}
		end += int64(len(line))
	}
}

// endLine ends the last line of a file, which begins at an offset. It removes a half one, which a run leaves that is
// killed while it writes.
func endLine(file *os.File, line []byte, offset int64) (err error) {
	switch {
	case isFlow(line):
		_, err = file.WriteString("\n")
	case len(line) > 0:
		note(fmt.Sprintf("removing a half line from %s", file.Name()))
		if err = file.Truncate(offset); err == nil {
			_, err = file.Seek(offset, io.SeekStart)
		}
	}
	return err
}

// isFlow reports whether a line is a JSON object, and not a failure, which has a SID too.
func isFlow(line []byte) bool {
	return jsontext.Value(line).Kind() == '{' && json.Valid(line) && !isFailure(line)
}
