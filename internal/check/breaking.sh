# Fails if the document breaks clients of the last release, unless info.version has a higher major version.
set -eu
last=$(sh internal/check/last-release.sh)
[ -n "$last" ] || exit 0
old=$last:api/openapi.yaml
new=api/openapi.yaml

major() { awk '$1 == "version:" { gsub(/"/, "", $2); print int($2); exit }'; }
if [ "$(major <"$new")" -gt "$(git show "$old" | major)" ]; then
	echo "the major version is higher than that of $last: it may break clients"
	exit 0
fi
go run "$OASDIFF" breaking "$old" "$new" --fail-on WARN --severity-levels api/severity-levels.txt \
	--format singleline --color never
# It does not compare servers and security.
differences=$(go run "$OASDIFF" diff "$old" "$new" --format text)
if printf '%s\n' "$differences" | grep -A 3 -E '(Servers|Security|Security Requirements) changed'; then
	exit 1
fi
