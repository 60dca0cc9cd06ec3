module github.com/flexflow-go/flexflow/docs

go 1.26.0

replace github.com/flexflow-go/flexflow => ../

require (
	github.com/flexflow-go/flexflow v0.0.0-00010101000000-000000000000
	github.com/swaggest/swgui v1.8.5
)

require (
	github.com/apapsch/go-jsonmerge/v2 v2.0.0 // indirect
	github.com/getkin/kin-openapi v0.153.0 // indirect
	github.com/go-openapi/jsonpointer v1.0.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/oapi-codegen/runtime v1.9.0 // indirect
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)
