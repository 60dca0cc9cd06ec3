package output

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Quote returns words of a command line, each in quotes if a shell would change it.
func Quote(words ...string) string {
	special := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-+=:,./@%", r))
	}
	quoted := slices.Clone(words)
	for i, word := range words {
		if word == "" || strings.ContainsFunc(word, special) {
			quoted[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(quoted, " ")
}

// Given returns the flags that the command line set, with a space after each, but not those with these names.
func Given(flags *pflag.FlagSet, except ...string) string {
	var text strings.Builder
	flags.Visit(func(flag *pflag.Flag) {
		value := flag.Value.String()
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			value = strings.Join(list.GetSlice(), ",")
		}
		switch isBool := flag.Value.Type() == "bool"; {
		case slices.Contains(except, flag.Name):
		case isBool && value == "true":
			text.WriteString("--" + flag.Name + " ")
		case isBool:
			text.WriteString("--" + flag.Name + "=" + value + " ")
		default:
			text.WriteString("--" + flag.Name + " " + Quote(value) + " ")
		}
	})
	return text.String()
}
