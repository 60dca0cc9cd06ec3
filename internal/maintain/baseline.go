package maintain

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
)

// baseline checks the files that changes are compared with. They must be those of the last tag. If version.go already names the
// next version, the document among them must be the current one.
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
			return fmt.Errorf("the files that changes are compared with are not those of %[1]s, see above: run git checkout %[1]s -- %[2]s %[3]s", last, releasedDocument, releasedAPI)
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
