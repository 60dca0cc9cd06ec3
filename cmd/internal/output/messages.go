package output

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/flexflow-go/flexflow"
)

// words replaces names of the library with those of the command.
var words = strings.NewReplacer(
	"flexflow: ", "", "FetchFlexFlow ", "", "WithInsecureHTTP", "--insecure-http",
	"WithMaxResponseBytes allows", "1 MiB",
	"give the credentials to New only", "give the credentials in the environment only",
)

// Message returns the text of an error on one line, in the words of the command.
func Message(err error) string {
	return Printable(strings.Join(strings.Fields(words.Replace(err.Error())), " "))
}

// Note writes one line to standard error that is not an error.
func Note(text string) { fmt.Fprintln(os.Stderr, "flexflow: "+Printable(text)) }

// Count returns a number and what it counts.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// ViolationTable returns the violations of a response as a table. bold formats its heading.
func ViolationTable(found []flexflow.Violation, bold func(...any) string) string {
	var table bytes.Buffer
	rows := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	fmt.Fprintln(rows, "  POINTER\tRULE\tREASON")
	for _, v := range found {
		pointer := v.Pointer
		if pointer == "" {
			pointer = "(the response)"
		}
		fmt.Fprintf(rows, "  %s\t%s\t%s\n", Printable(pointer), Printable(v.Keyword), Printable(words.Replace(v.Reason)))
	}
	rows.Flush()
	header, body, _ := strings.Cut(table.String(), "\n")
	return bold(header) + "\n" + body
}
