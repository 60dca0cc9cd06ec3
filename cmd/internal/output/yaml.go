package output

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// writeYAML converts JSON to YAML. It keeps all digits of a number.
func writeYAML(w io.Writer, body []byte) error {
	numbers := json.WithUnmarshalers(json.UnmarshalFromFunc(func(in *jsontext.Decoder, value *any) error {
		if in.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		digits, err := in.ReadValue()
		*value = &yaml.Node{Kind: yaml.ScalarNode, Value: string(digits)}
		return err
	}))
	var text bytes.Buffer
	if depth(body) > maxDepth { // JSON is YAML too, but for the escapes, which Format removes where it can
		compact := jsontext.Value(bytes.Clone(body))
		if err := compact.Format(); err != nil {
			return err
		}
		text.Write(append(compact, '\n'))
	} else {
		var tree any
		if err := json.Unmarshal(body, &tree, numbers); err != nil {
			return err
		}
		out := yaml.NewEncoder(&text)
		out.SetIndent(2)
		if err := out.Encode(yamlNode(tree)); err != nil {
			return err
		}
	}
	for _, r := range text.String() {
		if unicode.IsGraphic(r) || r == '\n' {
			fmt.Fprintf(w, "%c", r)
		} else {
			fmt.Fprintf(w, `\U%08X`, r)
		}
	}
	return nil
}

// yamlNode converts a JSON value to a YAML node. It double-quotes a string with an invisible character, which can only be escaped
// in double quotes, and one to which older parsers may give another meaning: =, <<, and what begins like a number or a date.
func yamlNode(tree any) *yaml.Node {
	node := &yaml.Node{}
	switch v := tree.(type) {
	case *yaml.Node:
		return v
	case map[string]any:
		node.Kind = yaml.MappingNode
		for _, name := range slices.Sorted(maps.Keys(v)) {
			node.Content = append(node.Content, yamlNode(name), yamlNode(v[name]))
		}
	case []any:
		node.Kind = yaml.SequenceNode
		for _, item := range v {
			node.Content = append(node.Content, yamlNode(item))
		}
	case string:
		older := v == "=" || v == "<<" || strings.IndexAny(v, ".+-0123456789") == 0
		if older || strings.ContainsFunc(v, func(r rune) bool { return !unicode.IsGraphic(r) }) {
			return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: v}
		}
		node.Encode(v)
	default:
		node.Encode(v)
	}
	return node
}
