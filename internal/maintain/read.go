package maintain

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/oasdiff/yaml"
)

// readDocument reads a document in JSON or YAML from a path or a URL. It does not use kin-openapi, which drops the fields beside
// a $ref.
func readDocument(from string) (map[string]any, error) {
	const most = 64 << 20 // bytes
	var content []byte
	var err error
	if strings.HasPrefix(from, "https://") || strings.HasPrefix(from, "http://") {
		client := &http.Client{Timeout: time.Minute}
		resp, err := client.Get(from)
		if err != nil {
			return nil, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: status %d", from, resp.StatusCode)
		}
		if content, err = io.ReadAll(http.MaxBytesReader(nil, resp.Body, most)); err != nil {
			return nil, fmt.Errorf("%s: %w", from, err)
		}
	} else if content, err = os.ReadFile(from); err != nil {
		return nil, err
	}
	var node map[string]any
	if _, err := yaml.Unmarshal(content, &node, yaml.DecodeOpts{DisableTimestamps: true}); err != nil {
		return nil, fmt.Errorf("%s: %w", from, err)
	}
	return node, nil
}

// resolve follows references within the document. It keeps nullable and deprecated beside a $ref: tools ignore them there, but
// the author of the document means them.
func resolve(doc map[string]any, node any) map[string]any {
	resolved := object(node)
	for range 16 {
		ref, ok := resolved["$ref"].(string)
		if !ok {
			break
		}
		var target any = doc
		for token := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			target = object(target)[strings.NewReplacer("~1", "/", "~0", "~").Replace(token)]
		}
		reference := resolved
		resolved = maps.Clone(object(target))
		for _, beside := range []string{"nullable", "deprecated"} {
			if value, ok := reference[beside]; ok && resolved != nil {
				resolved[beside] = value
			}
		}
	}
	return resolved
}

// sorted sorts a list whose order has no meaning.
func sorted(values []any) []any {
	slices.SortFunc(values, func(a, b any) int { return strings.Compare(inShort(a), inShort(b)) })
	return values
}

func object(node any) map[string]any {
	of, _ := node.(map[string]any)
	return of
}

func list(node any) []any {
	of, _ := node.([]any)
	return of
}

// printable replaces line breaks and control characters in text from a document.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
