package flexflow

//go:generate go tool oapi-codegen -config api/config.yaml api/openapi.yaml
//go:generate go tool oapi-codegen -config api/aliases.yaml api/openapi.yaml
//go:generate go tool oapi-codegen -config bench/stock/config.yaml api/openapi.yaml
