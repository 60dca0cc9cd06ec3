# Each target is a command that can be run by itself. `make help` lists them, `make -k check` goes on past a failure.
.DEFAULT_GOAL := help
TOOLS       := go run tools.go
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
MODULES     := . $(patsubst %/go.mod,%,$(wildcard */go.mod))
DOC         ?= https://raw.githubusercontent.com/twilio/twilio-oai/main/spec/json/twilio_flex_v1.json
TIME        ?= 1m

# A command, here or in every module, and what to do when it fails.
here = @(set -x; $(1)) || { echo "$@ failed: $(2)" >&2; exit 1; }
each = @for module in $(MODULES); do (set -x; cd $$module && $(1)) || { echo "$@ failed in $$module: $(2)" >&2; exit 1; }; done

CHECKS := format vet staticcheck tidy document generated baseline breaking api importers race change
.PHONY: help generate test check $(CHECKS) fuzz bench docs upstream released release-check

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

generate: ## write gen/ and the *.gen.go files from api/openapi.yaml, and check the document
	@(set -x; go generate ./...); generated=$$?; $(TOOLS) document && exit $$generated

test: ## run the tests
	go test ./...

check: $(CHECKS) ## run all of the checks, format to change

format: ## check that gofmt has nothing to change
	$(call here,test -z "$$(gofmt -l .)",run gofmt -w .)

vet: ## run go vet
	$(call each,go vet ./...,fix what is named above)

staticcheck: ## run staticcheck
	$(call each,$(STATICCHECK) ./...,fix what is named above)

tidy: ## check that go mod tidy has nothing to change
	$(call each,go mod tidy -diff,run go mod tidy there)

document: ## check that the document is valid and described, and that the client follows all of it
	$(TOOLS) document

generated: ## check that go generate has nothing to change
	$(TOOLS) generated

baseline: ## check that changes are held against the last release, as it was recorded
	$(TOOLS) baseline

breaking: ## check that the document breaks no reader of the last release
	$(TOOLS) breaking

api: ## check that the Go API breaks no importer of the last release without a note in CHANGELOG.md
	$(TOOLS) api

importers: ## check that importers pay for nothing but what the library needs
	$(TOOLS) importers

race: ## run the tests, shuffled, and those of the library and the command under the race detector
	$(call here,go test -race -shuffle=on ./...,fix the tests named above; the race detector needs a C compiler)
	$(call each,go test ./...,fix the tests named above)

change: ## check that go generate alone follows every kind of change to the document, and that each check fails when it must
	$(call here,go test -count=1 ./internal/maintain -tree,fix the tests named above)

fuzz: ## run each fuzz test for TIME (1m)
	$(TOOLS) fuzz $(TIME)

bench: ## measure this library against other clients
	go -C bench run .

docs: ## write the reference of the API, an HTML page, to docs/reference.html
	go -C docs run . > docs/reference.html

upstream: ## compare the document with DOC, a path or a URL (the one that Twilio publishes)
	$(TOOLS) upstream $(DOC)

released: ## record the document and the Go API as those of the last release
	$(TOOLS) released

release-check: ## check the configuration of GitHub Actions and of goreleaser, which takes minutes to compile
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	go run github.com/goreleaser/goreleaser/v2@v2.15.0 check
