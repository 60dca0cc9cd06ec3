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

// openInto opens the --into file at its end, and returns the SIDs of its flows.
func openInto(name string) (*os.File, map[string]bool, error) {
	file, err := openLocked(name)
	var have map[string]bool
	if err == nil {
		have, err = readInto(file)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("--into: %w", err)
	}
	return file, have, nil
}

// readInto returns the SIDs of the flows in a file that has one on each line.
func readInto(file *os.File) (have map[string]bool, err error) {
	have = map[string]bool{}
	lines, end := bufio.NewReader(file), int64(0)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		isHalf := err == io.EOF && len(line) > 0 && (line[0] == '{' || line[0] == 0)
		switch {
		case err != nil && err != io.EOF:
			return nil, err
		case isFlow(line):
			have[contract.SIDOf(line)] = true
		case !isHalf && len(bytes.TrimSpace(line)) > 0:
			return nil, fmt.Errorf("line %d of %s is not a flow: name another file", number, file.Name())
		}
		if err == io.EOF {
			return have, endLine(file, line, end)
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
