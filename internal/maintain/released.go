package maintain

import "os"

// released records the document and the Go API as those of the last release.
func released(string) error {
	content, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	if err := os.WriteFile(releasedDocument, content, 0o644); err != nil {
		return err
	}
	// Without -trimpath the file would contain paths of this machine.
	os.Setenv("GOFLAGS", os.Getenv("GOFLAGS")+" -trimpath")
	_, err = run(".", "go run", apidiff, "-m", "-w", releasedAPI, module)
	return err
}
