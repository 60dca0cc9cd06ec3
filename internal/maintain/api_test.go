package maintain

import "testing"

func TestAPI(t *testing.T) {
	slow(t)
	removedMethod := replaced("client.go", "func (c *Client) CloseIdleConnections()", "func (c *Client) Close()")
	spoiled{
		"importers as they were":                      {all(), ""},
		"a method less": {removedMethod, "write in CHANGELOG.md under [Unreleased] what changes for whom, and name each in backquotes, as `Client.CloseIdleConnections`"},
		"a method less, with a note":                  {all(removedMethod, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- `Client.CloseIdleConnections` is gone.\n")), ""},
		"a method less, with a note without backquotes": {all(removedMethod, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- Client.CloseIdleConnections is gone.\n")), "Client.CloseIdleConnections"},
		"a method less, with a note of another": {all(removedMethod, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- `Client.CloseIdleConnectionsOf` is new.\n")), "Client.CloseIdleConnections"},
		"a method less, with an old note":             {all(removedMethod, replaced("CHANGELOG.md", "- `Client.FetchFlexFlow`: a Flex Flow", "- `Client.CloseIdleConnections` is gone.\n- `Client.FetchFlexFlow`: a Flex Flow")), "Client.CloseIdleConnections"},
		"another signature":                           {replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)"), "Client.CloseIdleConnections"},
		"a field less in a generated type":            {replaced("gen/flexflow.gen.go", "\tURL *string", "\turl *string"), "FlexFlow.URL"},
		"a change in gen that the root does not show": {replaced("gen/flexflow.gen.go", "func GetSwagger(", "func Swagger("), ""},
	}.run(t, api)
}
