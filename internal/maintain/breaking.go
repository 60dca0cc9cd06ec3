package maintain

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// breaking fails if the document breaks clients of the last release, unless info.version has a higher major version. oasdiff does
// not compare the servers, so breaking does.
func breaking(string) error {
	var majors []int
	var servers []string
	for _, name := range []string{releasedDocument, document} {
		raw, err := readDocument(name)
		if err != nil {
			return err
		}
		version := fmt.Sprint(object(raw["info"])["version"])
		first, _, _ := strings.Cut(version, ".")
		major, err := strconv.Atoi(first)
		if err != nil {
			return fmt.Errorf("%s: info.version is %q: make it a semantic version", name, version)
		}
		majors = append(majors, major)
		servers = append(servers, fmt.Sprint(serversOf(raw)))
	}
	if majors[1] > majors[0] {
		return nil
	}
	if servers[0] != servers[1] {
		return fmt.Errorf("%s: servers are %s, and %s in the last release: take the change back, or raise the major of info.version", document, printable(servers[1]), printable(servers[0]))
	}
	_, err := run(".", "go run", oasdiff, "breaking", "--fail-on=WARN", "--format=singleline", "--color=never", "--severity-levels="+severityLevels, releasedDocument, document)
	if err != nil {
		return errors.New(document + " breaks users of the last release, as above: take the change back, or raise the major of info.version")
	}
	return nil
}

// serversOf returns the URLs of the servers.
func serversOf(doc map[string]any) []any {
	var urls []any
	for _, server := range list(doc["servers"]) {
		url, _ := object(server)["url"].(string)
		urls = append(urls, strings.TrimSuffix(url, "/"))
	}
	return urls
}
