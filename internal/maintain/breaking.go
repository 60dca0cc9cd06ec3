package maintain

import (
	"fmt"
	"strconv"
	"strings"
)

func breaking(string) error {
	var majors []int
	for _, name := range []string{releasedDocument, document} {
		raw, err := readDocument(name)
		if err != nil {
			return err
		}
		version := fmt.Sprint(object(raw["info"])["version"])
		first, _, _ := strings.Cut(version, ".")
		major, err := strconv.Atoi(first)
		if err != nil {
			return fmt.Errorf("%s: info.version is no semantic version: %s", name, version)
		}
		majors = append(majors, major)
	}
	if majors[1] > majors[0] {
		return nil
	}
	_, err := run(".", "go run", oasdiff, "breaking", "--fail-on=WARN", "--format=singleline", "--color=never", "--severity-levels="+severityLevels, releasedDocument, document)
	if err != nil {
		return fmt.Errorf("%s breaks readers of the last release, as above: take the change back, or raise the major of info.version", document)
	}
	return nil
}
