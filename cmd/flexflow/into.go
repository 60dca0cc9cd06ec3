package main

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

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
		isLast, isObject := err == io.EOF, jsontext.Value(line).Kind() == '{' && json.Valid(line)
		switch {
		case err != nil && !isLast:
			return nil, nil, err
		case isObject && !isFailure(line):
			if have[strings.ToLower(contract.SIDOf(line))] = true; isLast { // and has no line break
				_, err = file.WriteString("\n")
				return file, have, err
			}
		case isLast && isHalf(line): // a run was killed while it wrote it
			note("removing an incomplete last line from " + name)
			_, err = file.Seek(end, io.SeekStart)
			return file, have, cmp.Or(err, file.Truncate(end))
		case len(bytes.TrimSpace(line)) > 0:
			return nil, nil, fmt.Errorf("line %d of %s is not a flow: name another file", number, name)
		case isLast:
			return file, have, nil
		}
		end += int64(len(line))
	}
}

// isHalf reports whether the line can be the beginning of a flow, or zeros that a file system wrote in its place.
func isHalf(line []byte) bool {
	begins := bytes.HasPrefix(line, []byte(`{"`)) || string(line) == "{"
	return len(line) > 0 && (line[0] == 0 || begins && !json.Valid(line))
}

// openLocked opens a regular file and locks it until this run ends. It refuses a standard stream: it may have the SIDs.
func openLocked(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	for _, stream := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if other, err := stream.Stat(); err == nil && os.SameFile(info, other) {
			return nil, fmt.Errorf("%s is also %s: name another file", name, stream.Name())
		}
	}
	if err := lock(file); err != nil {
		return nil, fmt.Errorf("%s is in use by another run: %w", name, err)
	}
	return file, nil
}
