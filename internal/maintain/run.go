package maintain

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// run runs a command, given as words and further arguments, and returns its standard output. It prints all output if the command
// fails.
func run(folder, words string, arguments ...string) (string, error) {
	args := append(strings.Fields(words), arguments...)
	cmd := exec.Command(args[0], args[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%s", &stdout, &stderr)
		return "", fmt.Errorf("%s: %w: see above", strings.Join(args, " "), err)
	}
	return stdout.String(), nil
}

// copyTree copies the working tree, without .git, to a temporary folder.
func copyTree() (string, error) {
	folder, err := os.MkdirTemp("", "flexflow-")
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(folder, os.DirFS(".")); err != nil {
		return "", err
	}
	return folder, os.RemoveAll(filepath.Join(folder, ".git"))
}
