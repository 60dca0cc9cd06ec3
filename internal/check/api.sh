# Fails if the Go API is incompatible with the last release, unless the newest section of CHANGELOG.md names each change.
set -eu
last=$(sh internal/check/last-release.sh)
[ -n "$last" ] || exit 0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
git archive --output "$tmp/old.tar" "$last"
mkdir "$tmp/old"
tar -xf "$tmp/old.tar" -C "$tmp/old"
module=$(go list -m)

apidiff() { go run "$APIDIFF" -m "$@" 2>"$tmp/log" || { cat "$tmp/log" >&2; exit 1; }; }
(cd "$tmp/old" && apidiff -w "$tmp/old.api" "$module")
apidiff -incompatible "$tmp/old.api" "$module" >"$tmp/all" # it exits 0 whatever it finds

# A line is such as "- (*Client).Close: removed" or "- ./gen.FlexFlow.SID: removed". The API is the root, flexflowtest,
# and the types of gen that the root has aliases for.
aliases=$(sed -n 's/^type .* = gen\.//p' types.gen.go | paste -s -d '|' -)
public="^[^.]|^\./flexflowtest[.:]|^\./gen\.[(*]*($aliases)[).:]"
sed -n 's/^- //p' "$tmp/all" | grep -E "$public" >"$tmp/changes" || true
awk '/^## / { sections++ } sections == 1' CHANGELOG.md >"$tmp/newest"
while IFS= read -r change; do
	symbol=$(printf '%s\n' "${change%%: *}" | sed 's/^\.\/[a-z]*\.//; s/, method set of .*//; s/[(*)]//g')
	grep -qF "\`$symbol\`" "$tmp/newest" || printf '`%s`: %s\n' "$symbol" "${change#*: }"
done <"$tmp/changes" | sort -u | tee "$tmp/missing"
[ ! -s "$tmp/missing" ]
