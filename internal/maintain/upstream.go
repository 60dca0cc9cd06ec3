package maintain

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// upstream compares each operation of the contract with the operation of the same method and path in another document. It fails
// for a difference that api/upstream-known.yaml does not list, and for a listed one that no longer exists.
func upstream(from string) error {
	ours, err := readDocument(document)
	if err != nil {
		return err
	}
	theirs, err := readDocument(from)
	if err != nil {
		return err
	}
	known, err := readDocument(upstreamKnown)
	if err != nil {
		return err
	}
	differences := differencesOf(ours, theirs)
	unknown := 0
	for _, difference := range differences {
		if reason := known[difference]; reason != nil {
			fmt.Printf("known    %s\n         %s\n", difference, reason)
			continue
		}
		fmt.Println("differs ", difference)
		unknown++
	}
	settled := 0
	for _, difference := range slices.Sorted(maps.Keys(known)) {
		if !slices.Contains(differences, difference) {
			fmt.Println("settled ", printable(difference))
			settled++
		}
	}
	switch {
	case unknown > 0:
		return fmt.Errorf("%s differs in substance: follow it in %s, or say in %s why not", from, document, upstreamKnown)
	case settled > 0:
		return fmt.Errorf("%s lists what no longer differs, as above: remove it there", upstreamKnown)
	}
	fmt.Println("no difference of substance")
	return nil
}

// differencesOf returns a line for each difference in what two documents accept.
func differencesOf(ours, theirs map[string]any) []string {
	var found []string
	for path, item := range object(ours["paths"]) {
		for method := range object(item) {
			if object(object(item)[method])["responses"] == nil {
				continue // it is not a method
			}
			at := strings.ToUpper(method) + " " + path
			there := object(object(theirs["paths"])[path])
			if there[method] == nil {
				found = append(found, at+": missing there")
				continue
			}
			found = append(found, compare(operationOf(ours, object(item), method), operationOf(theirs, there, method), at)...)
		}
	}
	slices.Sort(found)
	return found
}

// compare returns the differences between two trees of operationOf.
func compare(here, there any, at string) []string {
	ours, ok := here.(map[string]any)
	theirs, also := there.(map[string]any)
	if !ok || !also {
		if reflect.DeepEqual(here, there) {
			return nil
		}
		return []string{printable(fmt.Sprintf("%s: %s here, %s there", at, inShort(here), inShort(there)))}
	}
	both := maps.Clone(ours)
	maps.Copy(both, theirs)
	var found []string
	for name := range both {
		below := at + " " + name
		if name == "content" || name == "schema" || name == "properties" {
			below = at
		}
		found = append(found, compare(ours[name], theirs[name], below)...)
	}
	return found
}

func inShort(value any) string {
	if value == nil {
		return "missing"
	}
	text, _ := json.Marshal(value)
	return string(text)
}

// operationOf returns the server, the parameters, the request body, the successful responses, the security and the deprecation of
// an operation as a tree, without schema names, headers, descriptions and examples. Twilio's documents do not declare other
// responses.
func operationOf(doc, item map[string]any, method string) map[string]any {
	op := object(item[method])
	parameters := map[string]any{}
	for _, each := range slices.Concat(list(item["parameters"]), list(op["parameters"])) {
		parameter := resolve(doc, each)
		parameters[fmt.Sprint(parameter["in"], " ", parameter["name"])] = essence(doc, each, false, nil)
	}
	successes := map[string]any{}
	for status, response := range object(op["responses"]) {
		if strings.HasPrefix(status, "2") {
			successes[status] = essence(doc, response, false, nil)
		}
	}
	requirements, own := op["security"]
	if !own {
		requirements = doc["security"]
	}
	var security []any // a request needs all schemes of one of these
	for _, requirement := range list(requirements) {
		var schemes []any
		for name := range object(requirement) {
			schemes = append(schemes, essence(doc, object(object(doc["components"])["securitySchemes"])[name], false, nil))
		}
		security = append(security, sorted(schemes))
	}
	operation := map[string]any{"parameter": parameters, "request": essence(doc, op["requestBody"], false, nil), "response": successes, "security": sorted(security)}
	for _, node := range []map[string]any{op, item, doc} { // the innermost servers apply
		if node["servers"] != nil {
			operation["server"] = sorted(serversOf(node))
			break
		}
	}
	if op["deprecated"] == true {
		operation["deprecated"] = true
	}
	return operation
}

// inessential lists the keywords that do not affect which values are accepted.
var inessential = []string{"description", "example", "examples", "headers", "title", "externalDocs", "default", "links"}

// essence returns a node of a document with references resolved and without inessential keywords. names says that the keys of the
// node are names, not keywords. via lists the references followed so far, to stop at a schema that contains itself.
func essence(doc map[string]any, node any, names bool, via []string) any {
	switch n := node.(type) {
	case []any:
		var all []any
		for _, each := range n {
			all = append(all, essence(doc, each, false, via))
		}
		return all
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok && !names {
			if slices.Contains(via, ref) {
				return ref
			}
			via = append(slices.Clip(via), ref)
		}
		all := map[string]any{}
		for key, value := range resolve(doc, n) {
			switch {
			case names:
				all[key] = essence(doc, value, false, via)
			case slices.Contains(inessential, key) || strings.HasPrefix(key, "x-"):
			case value == false && key != "additionalProperties", value == true && key == "additionalProperties":
			case key == "enum" || key == "required" && value != true:
				all[key] = sorted(slices.DeleteFunc(slices.Clone(list(value)), func(v any) bool { return v == nil }))
			default:
				all[key] = essence(doc, value, key == "properties" || key == "content", via)
			}
		}
		return all
	}
	return node
}
