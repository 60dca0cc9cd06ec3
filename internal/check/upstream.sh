# Compares our operations with those of DOC, the path or URL of Twilio's document, in what they send and accept. Fails
# unless the differences are those in api/upstream-known.yaml, where each has a reason as a comment. The last line says
# whether they differ, or whether they cannot be compared, for example because the network failed.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# oasdiff compares security schemes by name, so ours gets the name of Twilio's.
sed 's/basicAuth/accountSid_authToken/' api/openapi.yaml >"$tmp/ours.yaml"
paths=$(sed -n 's/^  \(\/.*\):$/\1/p' api/openapi.yaml | sed 's/[{}.]/\\&/g' | paste -s -d '|' -)
go run "$OASDIFF" diff "$1" "$tmp/ours.yaml" --match-path "^($paths)\$" --format yaml \
	--exclude-elements description,examples,summary,tags,title,extensions >"$tmp/all" ||
	{ echo "cannot compare: check that $1 is a document that can be read, and try again" >&2; exit 2; }
sed -n '/^paths:/,/^endpoints:/p; /^    securitySchemes:/,$p' "$tmp/all" | grep -v '^endpoints:' >"$tmp/found" || true
grep -v '^ *#' api/upstream-known.yaml | diff -u - "$tmp/found" || { echo "the documents differ" >&2; exit 1; }
