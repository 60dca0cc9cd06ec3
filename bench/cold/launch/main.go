// Command launch runs a program and prints its CPU time in nanoseconds and its peak memory in KiB. It is kept small
// because Linux counts the memory of the process that starts a program toward the peak of that program.
package main

import (
	"os"
	"strconv"
	"syscall"
)

func main() {
	null, err := syscall.Open(os.DevNull, syscall.O_WRONLY, 0)
	if err != nil {
		fail(err)
	}
	pid, err := syscall.ForkExec(os.Args[1], os.Args[1:], &syscall.ProcAttr{
		Env:   os.Environ(),
		Files: []uintptr{0, uintptr(null), 2},
	})
	if err != nil {
		fail(err)
	}
	var status syscall.WaitStatus
	var usage syscall.Rusage
	if _, err := syscall.Wait4(pid, &status, 0, &usage); err != nil {
		fail(err)
	}
	cpu := usage.Utime.Nano() + usage.Stime.Nano()
	os.Stdout.WriteString(strconv.FormatInt(cpu, 10) + " " + strconv.FormatInt(int64(usage.Maxrss), 10) + "\n")
	os.Exit(status.ExitStatus())
}

func fail(err error) {
	os.Stderr.WriteString("launch: " + err.Error() + "\n")
	os.Exit(1)
}
