package maintain

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// baseline checks that changes are held against the last release: that what the command released has recorded is as in the
// last tag, or, when version.go names the next version already, that it is of the document as it is now.
func baseline(string) error {
	source, err := os.ReadFile("version.go")
	if err != nil {
		return err
	}
	version := regexp.MustCompile(`(?m)^const Version = "(.+)"$`).FindSubmatch(source)
	if version == nil {
		return errors.New(`version.go has no version: write const Version = "..."`)
	}
	tags, err := run(".", "git tag --list v* --merged HEAD --sort=-version:refname")
	if err != nil {
		return err
	}
	last, _, _ := strings.Cut(tags, "\n")
	switch last {
	case "":
		fmt.Println("no release has a tag yet")
		return nil
	case "v" + string(version[1]):
		if _, err := run(".", "git diff --exit-code", last, "--", releasedDocument, releasedAPI); err != nil {
			return fmt.Errorf("what changes are held against is not what %[1]s has, as above: run git checkout %[1]s -- %[2]s %[3]s", last, releasedDocument, releasedAPI)
		}
		return nil
	}
	now, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	recorded, err := os.ReadFile(releasedDocument)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, recorded) {
		return fmt.Errorf("%s is not the document of %s, which version.go names: run make released", releasedDocument, version[1])
	}
	return nil
}
