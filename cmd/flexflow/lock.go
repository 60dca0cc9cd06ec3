package main

import (
	"fmt"
	"os"
)

// openLocked opens a regular file, which no other run can use until this one ends. It refuses a standard stream: it may
// have the SIDs to fetch.
func openLocked(name string) (*os.File, error) {
	file, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
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
