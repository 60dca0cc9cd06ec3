package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// lock locks a file until it is closed, or returns an error if another process has locked it. The lock is on a byte far
// behind the content, so that other programs can read that.
func lock(file *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(file.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}
