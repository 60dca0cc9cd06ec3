// Command docs prints a reference of the API as one HTML page that works offline: the OpenAPI document in Swagger UI.
package main

import (
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"os"
	"strings"

	"github.com/swaggest/swgui/v5/static"

	"github.com/flexflow-go/flexflow/gen"
)

//go:embed reference.html.tmpl
var page string

func main() {
	if err := write(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "docs:", err)
		os.Exit(1)
	}
}

func write(w io.Writer) error {
	document, err := gen.GetSpecJSON()
	if err != nil {
		return err
	}
	script, err := asset("swagger-ui-bundle.js")
	if err != nil {
		return err
	}
	style, err := asset("swagger-ui.css")
	if err != nil {
		return err
	}
	t, err := template.New("reference").Parse(page)
	if err != nil {
		return err
	}
	// In a script element, each of these would begin an HTML comment or end the element.
	escape := strings.NewReplacer("<!--", `\x3c!--`, "<script", `\x3cscript`, "</script", `\x3c/script`)
	return t.Execute(w, map[string]any{
		"Document": json.RawMessage(document),
		"Script":   template.JS(escape.Replace(script)),
		"Style":    template.CSS(style),
	})
}

// asset returns a file of Swagger UI.
func asset(name string) (string, error) {
	file, err := static.FS.Open(name + ".gz")
	if err != nil {
		return "", err
	}
	defer file.Close()
	unzipped, err := gzip.NewReader(file)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(unzipped)
	return string(text), err
}
