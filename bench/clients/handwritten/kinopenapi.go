//go:build kinopenapi

package main

// Every client that validates with kin-openapi has the cost of this import.
import _ "github.com/getkin/kin-openapi/openapi3"
