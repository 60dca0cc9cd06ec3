package maintain

import (
	"strings"
	"testing"
)

func TestAPI(t *testing.T) {
	slow(t)
	broken := all(
		replaced("client.go", "CloseIdleConnections()", "CloseIdleConnections(_ ...int)"),
		replaced("credentials.go", "func APIKey(", "func Key("), replaced("env.go", "kind = \"TWILIO_API_KEY\", \"TWILIO_API_SECRET\", APIKey", "kind = \"TWILIO_API_KEY\", \"TWILIO_API_SECRET\", Key"),
		replaced("gen/flexflow.gen.go", "\tLongLived *bool", "\tlongLived *bool"),
		replaced("internal/contract/values.gen.go", "\tv.LongLived = pointer(b, object[\"long_lived\"], boolean[bool])\n", ""),
		replaced("gen/flexflow.gen.go", "func GetSwagger(", "func Swagger("),
	)
	const wanted = "not compatible with the last release: APIKey (removed), Client.CloseIdleConnections (changed from func() to func(...int)), FlexFlow.LongLived (removed): write in CHANGELOG.md"
	spoiled{
		"as released":        {all(), ""},
		"an API with breaks": {broken, wanted},
		"breaks with notes":  {all(broken, replaced("CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\n- `APIKey`, `Client.CloseIdleConnections` and `FlexFlow.LongLived` are gone.\n")), ""},
	}.run(t, api)
}

func TestNotedIn(t *testing.T) {
	t.Parallel()
	changed := map[string]string{"Client.Close": "removed"}
	const missing = "not compatible with the last release: Client.Close (removed): write in CHANGELOG.md under [Unreleased] what changes for whom, and name each in backquotes, as `Client.Close`"
	for name, test := range map[string]struct {
		changelog string
		changed   map[string]string
		want      string
	}{
		"no change":              {"# Changelog\n\n## [Unreleased]\n", nil, ""},
		"no note":                {"# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n", changed, missing},
		"a note":                 {"# Changelog\n\n## [Unreleased]\n\n- `Client.Close` is gone.\n\n## [0.1.0]\n", changed, ""},
		"without backquotes":     {"# Changelog\n\n## [Unreleased]\n\n- Client.Close is gone.\n", changed, missing},
		"of another symbol":      {"# Changelog\n\n## [Unreleased]\n\n- `Client.CloseAll` is new.\n", changed, missing},
		"of an earlier release":  {"# Changelog\n\n## [Unreleased]\n\n## [0.1.0]\n\n- `Client.Close` is gone.\n", changed, missing},
		"no section for the new": {"# Changelog\n\n## [0.1.0]\n\n- `Client.Close` is gone.\n", changed, "CHANGELOG.md has no section [Unreleased]: write ## [Unreleased] above the last release"},
	} {
		got := ""
		if err := notedIn(test.changelog, test.changed); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s: error %q, want %q", name, got, test.want)
		}
	}
}

func TestIncompatible(t *testing.T) {
	t.Parallel()
	const out = "Incompatible changes:\n- (*Client).Close: removed\n- ./flexflowtest.Server.URL: removed\n- ./gen.FlexFlow.SID: removed\n- ./gen.GetSwagger: removed\n- ./cmd/flexflow.X: removed\n- New: changed from func() to func(int)\n"
	got := incompatible(out, "type FlexFlow = gen.FlexFlow\n")
	if len(got) != 4 || got["Client.Close"] != "removed" || got["Server.URL"] != "removed" || got["FlexFlow.SID"] != "removed" || !strings.HasPrefix(got["New"], "changed") {
		t.Errorf("got %v", got)
	}
}
