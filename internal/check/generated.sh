# Fails if go generate changes a file, writes one more, or no longer writes one that is there.
set -eu
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cp -R . "$tmp"
cd "$tmp"
rm -rf .git
git init --quiet
git add --all
tree=$(git write-tree)
rm -rf gen
grep -rl --include='*.go' '^// Code generated .* DO NOT EDIT\.$' . | tr '\n' '\0' | xargs -0 rm
go generate ./...
git add --all
git diff --cached --stat --exit-code "$tree"
