package maintain

import "testing"

func TestBaseline(t *testing.T) {
	command := func(words ...string) func(*testing.T) {
		return func(t *testing.T) {
			for _, each := range words {
				mustRun(t, ".", each)
			}
		}
	}
	commit := command("git init --quiet", "git add --all", "git -c user.name=a -c user.email=a@example.com commit --quiet -m first")
	tagged := all(commit, command("git tag v0.0.1", "git tag v0.1.0"))
	nextVersion := replaced("version.go", `"0.1.0"`, `"0.2.0"`)
	spoiled{
		"no repository":                {func(*testing.T) {}, "git tag"},
		"no tag":                       {commit, ""},
		"as released":                  {tagged, ""},
		"a document ahead":             {all(tagged, replaced(document, "Twilio Flex Flow", "A Flex Flow")), ""},
		"another document recorded":    {all(tagged, replaced(releasedDocument, "Twilio Flex Flow", "A Flex Flow")), "git checkout v0.1.0"},
		"another API recorded":         {all(tagged, func(t *testing.T) { write(t, releasedAPI, "") }), "git checkout v0.1.0"},
		"a next version":               {all(tagged, nextVersion, func(t *testing.T) { write(t, releasedDocument, read(t, document)) }), ""},
		"a next version, not recorded": {all(tagged, nextVersion, replaced(releasedDocument, "Twilio Flex Flow", "A Flex Flow")), "make released"},
		"no version":                   {replaced("version.go", "const Version", "var Version"), "version.go"},
	}.run(t, baseline)
}
