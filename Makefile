# Each target works by itself. `make help` lists the targets; `make -k check` continues after a failure.
.DEFAULT_GOAL := help
DOCUMENT    := go run tools.go
export APIDIFF := golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4
export OASDIFF := github.com/oasdiff/oasdiff@v1.37.0
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
ACTIONLINT  := go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
MISSPELL    := go run github.com/golangci/misspell/cmd/misspell@v0.8.0
GORELEASER  := go run github.com/goreleaser/goreleaser/v2@v2.15.0
OTHERS      := $(patsubst %/go.mod,%,$(wildcard */go.mod))
MODULES     := . $(OTHERS)
DOC         ?= https://raw.githubusercontent.com/twilio/twilio-oai/main/spec/json/twilio_flex_v1.json
PROSE       := '*.md' '*.go' '*.txtar' '*.yaml' '*.yml' '*.tmpl' Makefile .ci
TIME        ?= 1m
VERSION      = $(shell sed -n 's/^const Version = "\(.*\)"$$/\1/p' version.go)

# here runs a command in this folder, in runs it in modules. The last argument says what to do after a failure.
here = @(set -x; $(1)) || { echo "$@ failed: $(2)" >&2; exit 1; }
in = @for module in $(1); do (set -x; cd $$module && $(2)) || { echo "$@ failed in $$module: $(3)" >&2; exit 1; }; done

ONCE := format vet staticcheck prose tidy document generated breaking api importers workflows change
.PHONY: help generate test check once race $(ONCE) fuzz bench docs upstream update versions release-check snapshot notes publish

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

generate: ## write gen/ and the *.gen.go files from api/openapi.yaml, and check the document
	$(call here,go generate ./...; generated=$$?; $(DOCUMENT) && exit $$generated,fix what is named above)

test: ## run the tests
	go test ./...

check: once race ## run all of the checks

once: $(ONCE) ## run the checks that give the same result on every system: format to change

format: ## check that gofmt has nothing to change
	$(call here,files=$$(gofmt -l .); test -z "$$files",run gofmt -w on the files named above)

vet: ## run go vet
	$(call in,$(MODULES),go vet ./...,fix what is named above)

staticcheck: ## run staticcheck
	$(call in,$(MODULES),$(STATICCHECK) ./...,fix what is named above)

prose: ## check the spelling, and that no text has a word that internal/check/words.csv replaces
	$(call here,git ls-files $(PROSE) | xargs $(MISSPELL) -error -locale US -dict internal/check/words.csv,write the word that is suggested above)

tidy: ## check that go mod tidy has nothing to change
	$(call in,$(MODULES),go mod tidy -diff,run go mod tidy there)

document: ## check that the document is valid and has descriptions, and that the client follows all of it
	$(call here,$(DOCUMENT),fix what is named above)

generated: ## check that go generate has nothing to change
	$(call here,sh internal/check/generated.sh,run make generate and commit all of it)

breaking: ## check that the document is compatible with the last release, or has another major version
	$(call here,sh internal/check/breaking.sh,take the change back or raise the major of info.version)

api: ## check that the Go API is compatible with the last release, or that CHANGELOG.md names the change
	$(call here,sh internal/check/api.sh,write in the newest section of CHANGELOG.md what changes for whom; name each as above)

importers: ## check that importers get only the requirements that the library needs
	$(call here,sh internal/check/importers.sh,move what is not needed to a module of its own or edit internal/check/importers.txt)

race: ## run the tests of all modules; those of the library and the command shuffled and with the race detector
	@set -- $$(go env CC); command -v "$$1" >/dev/null || \
	{ echo "$@ failed: the race detector needs a C compiler, and there is no $$1: install it, or set CC to another" >&2; exit 1; }
	$(call here,go test -race -shuffle=on ./...,fix what FAIL names above; -shuffle SEED repeats the order of its tests)
	$(call in,$(OTHERS),go test ./...,fix what FAIL names above)

# With -trimpath, the copies of the tree share the build cache.
change: ## check that go generate supports each kind of change to the document, and that each check fails when it must
	$(call here,GOFLAGS="$$(go env GOFLAGS) -trimpath" go test -count=1 ./internal/check -tree,fix what FAIL names above)

fuzz: ## run each fuzz test for TIME (default: 1m)
	$(call in,$(MODULES),sh "$(CURDIR)/internal/check/fuzz.sh" $(TIME),commit the input named above with the fix)

bench: ## measure this library against other clients
	go -C bench run .

docs: ## write an HTML reference of the API to docs/reference.html
	go -C docs run . > docs/reference.html

upstream: ## compare the document with DOC, a path or a URL (default: the document that Twilio publishes)
	$(call here,sh internal/check/upstream.sh "$(DOC)",if the documents differ: follow it in api/openapi.yaml or say in api/upstream-known.yaml why not)

update: ## take the newest versions of all dependencies, in all modules
	go get tool
	$(call in,$(MODULES),go get -u $$(go list -m -f '{{if not (or .Main .Indirect .Replace)}}{{.Path}}{{end}}' all) && go mod tidy,undo it there)

workflows: ## check the workflows of GitHub Actions
	$(call here,$(ACTIONLINT),fix what is named above)

versions: ## check that version.go, CHANGELOG.md and the tag agree, so that this commit can be released
	$(call here,sh internal/check/release.sh $(VERSION),make version.go and CHANGELOG.md and the tag agree)

release-check: versions ## check what versions checks, and the configuration of goreleaser, which takes minutes to compile
	$(call here,$(GORELEASER) check,fix .goreleaser.yaml)

snapshot: ## build a release without publishing it
	$(call here,$(GORELEASER) release --snapshot --clean,fix what is named above)

notes: ## print the section of CHANGELOG.md for the version in version.go
	@awk -v heading="## [$(VERSION)]" 'index($$0, "## ") == 1 { on = index($$0, heading) == 1; next } /^\[.*\]: / { next } on && /[^ ]/ { some = 1 } on; \
	END { if (!some) { print "notes failed: write a section ## [$(VERSION)] in CHANGELOG.md" > "/dev/stderr"; exit 1 } }' CHANGELOG.md

publish: ## publish the release of the checked-out tag; only the workflow release runs this
	notes=$$(mktemp) && $(MAKE) --no-print-directory notes > "$$notes" && $(GORELEASER) release --clean --release-notes="$$notes"
